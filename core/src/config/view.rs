//! The configuration as clients see it: every known key, where each value came from, and the layers.

use std::{collections::BTreeMap, fmt::Write as _};

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::{
    layers::{ConfigSource, Layer},
    secrets::blank,
};

/// The configuration as clients see it.
#[derive(Clone, Debug, PartialEq)]
pub struct ConfigView {
    /// The effective settings; known keys that are not set are null.
    pub config: Map<String, Value>,
    /// For each dotted key that is set, the layer that set it.
    pub origins: BTreeMap<String, ConfigOrigin>,
    /// The layers, the strongest first.
    pub layers: Vec<ConfigLayer>,
}

/// One layer of the configuration.
#[derive(Clone, Debug, PartialEq)]
pub struct ConfigLayer {
    /// Which one it is.
    pub origin: ConfigOrigin,
    /// What it sets.
    pub values: Value,
}

/// A layer that a setting comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigOrigin {
    /// Where the layer comes from.
    pub source: ConfigSource,
    /// Changes when the layer's content does.
    pub version: String,
}

/// Keys that clients of the reference server find in its answer.
const KNOWN: &[&str] = &[
    "analytics",
    "approval_policy",
    "approvals_reviewer",
    "compact_prompt",
    "developer_instructions",
    "features",
    "forced_chatgpt_workspace_id",
    "forced_login_method",
    "hide_agent_reasoning",
    "instructions",
    "mcp_servers",
    "model",
    "model_auto_compact_token_limit",
    "model_auto_compact_token_limit_scope",
    "model_context_window",
    "model_provider",
    "model_providers",
    "model_reasoning_effort",
    "model_reasoning_summary",
    "model_verbosity",
    "openai_base_url",
    "otel",
    "profile",
    "profiles",
    "project_doc_max_bytes",
    "projects",
    "review_model",
    "sandbox_mode",
    "sandbox_workspace_write",
    "service_tier",
    "skills",
    "tools",
    "web_search",
];

pub(super) fn of(layers: &[Layer], effective: &Value) -> ConfigView {
    let mut effective = effective.clone();
    blank(&mut effective);
    let mut config: Map<String, Value> = KNOWN.iter().map(|key| ((*key).to_owned(), Value::Null)).collect();
    if let Value::Object(set) = effective {
        config.extend(set);
    }
    let mut origins = BTreeMap::new();
    let mut shown = Vec::new();
    for layer in layers {
        let origin = ConfigOrigin { source: layer.source.clone(), version: version(&layer.values) };
        leaves(&layer.values, &mut String::new(), &mut |key| {
            origins.insert(key.to_owned(), origin.clone());
        });
        let mut values = layer.values.clone();
        blank(&mut values);
        shown.push(ConfigLayer { origin, values });
    }
    shown.reverse();
    ConfigView { config, origins, layers: shown }
}

/// Calls `found` with the dotted key of every value that is no table.
fn leaves(value: &Value, path: &mut String, found: &mut impl FnMut(&str)) {
    let Value::Object(map) = value else { return found(path) };
    for (key, value) in map {
        let end = path.len();
        if end > 0 {
            path.push('.');
        }
        path.push_str(key);
        leaves(value, path, found);
        path.truncate(end);
    }
}

/// A layer's version: it changes when the layer's content does.
fn version(values: &Value) -> String {
    let mut text = "sha256:".to_owned();
    for byte in Sha256::digest(values.to_string()) {
        write!(text, "{byte:02x}").expect("writing to a string cannot fail");
    }
    text
}
