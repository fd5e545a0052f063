//! `config/…`: the configuration in force.

use std::collections::BTreeMap;

use codex_protocol::{ApprovalPolicy, ApprovalsReviewer, SandboxMode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use ts_rs::TS;

use crate::thread::ReasoningSummary;

/// Whose configuration to read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ConfigReadParams", rename_all = "camelCase", default)]
#[ts(optional_fields = nullable)]
pub struct ReadParams {
    /// The working directory whose project configuration counts; none where absent.
    pub cwd: Option<String>,
    /// Whether each layer comes on its own too.
    #[serde(deserialize_with = "crate::params::null_is_absent")]
    #[ts(optional = nullable, as = "Option<bool>")]
    pub include_layers: bool,
}

/// The configuration in force.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ConfigReadResponse", rename_all = "camelCase")]
pub struct ReadResponse {
    /// All settings.
    pub config: Config,
    /// Where each one was set, by dotted key.
    pub origins: BTreeMap<String, LayerMetadata>,
    /// The layers, the strongest first, if they were asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub layers: Option<Vec<Layer>>,
}

/// The settings that clients know by name, and all others.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(default)]
pub struct Config {
    /// The model.
    pub model: Option<String>,
    /// The model for reviews.
    pub review_model: Option<String>,
    /// How many tokens the model can take in.
    pub model_context_window: Option<i64>,
    /// At how many tokens the history is compacted.
    pub model_auto_compact_token_limit: Option<i64>,
    /// What counts towards that limit.
    pub model_auto_compact_token_limit_scope: Option<AutoCompactTokenLimitScope>,
    /// The provider of the model.
    pub model_provider: Option<String>,
    /// When the user is asked.
    pub approval_policy: Option<ApprovalPolicy>,
    /// Who is asked.
    pub approvals_reviewer: Option<ApprovalsReviewer>,
    /// What commands may do, by name.
    pub sandbox_mode: Option<SandboxMode>,
    /// More about the `workspace-write` sandbox.
    pub sandbox_workspace_write: Option<SandboxWorkspaceWrite>,
    /// Kept, never used: bound to the vendor's cloud.
    #[ts(type = "string | string[] | null")]
    pub forced_chatgpt_workspace_id: Option<Value>,
    /// Kept, never used: bound to the vendor's cloud.
    pub forced_login_method: Option<ForcedLoginMethod>,
    /// Whether the model may search the web.
    pub web_search: Option<WebSearchMode>,
    /// Who searches the web.
    pub client_search_provider: Option<WebSearchProvider>,
    /// Settings of the built-in tools.
    #[ts(type = "Record<string, unknown> | null")]
    pub tools: Option<Map<String, Value>>,
    /// Instructions in place of the built-in ones.
    pub instructions: Option<String>,
    /// Instructions after the built-in ones.
    pub developer_instructions: Option<String>,
    /// What the model is told when it compacts.
    pub compact_prompt: Option<String>,
    /// The reasoning effort.
    pub model_reasoning_effort: Option<String>,
    /// How reasoning is summarised.
    pub model_reasoning_summary: Option<ReasoningSummary>,
    /// How much the model writes.
    pub model_verbosity: Option<Verbosity>,
    /// The provider's service tier.
    pub service_tier: Option<String>,
    /// Kept, never used: this server sends no analytics.
    #[ts(type = "Record<string, unknown> | null")]
    pub analytics: Option<Map<String, Value>>,
    /// Settings of apps.
    #[ts(type = "Record<string, unknown> | null")]
    pub apps: Option<Map<String, Value>>,
    /// Kept, never used: this server drives no browser.
    #[ts(type = "Record<string, unknown> | null")]
    pub browser_use: Option<Map<String, Value>>,
    /// Kept, never used: this server drives no desktop.
    #[ts(type = "Record<string, unknown> | null")]
    pub computer_use: Option<Map<String, Value>>,
    /// Kept for the desktop client.
    #[ts(type = "Record<string, unknown> | null")]
    pub desktop: Option<Map<String, Value>>,
    /// All other settings, by their names in the file.
    #[serde(flatten)]
    #[ts(skip)]
    pub more: Map<String, Value>,
}

/// More about the `workspace-write` sandbox.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(default)]
pub struct SandboxWorkspaceWrite {
    /// Roots beside the working directory.
    pub writable_roots: Vec<String>,
    /// Whether commands may use the network.
    pub network_access: bool,
    /// Whether `$TMPDIR` is closed to them.
    pub exclude_tmpdir_env_var: bool,
    /// Whether `/tmp` is closed to them.
    pub exclude_slash_tmp: bool,
}

/// What counts towards the limit at which the history is compacted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum AutoCompactTokenLimitScope {
    /// Everything.
    Total,
    /// What came after the unchanging beginning.
    BodyAfterPrefix,
}

/// The only way in which users may log in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum ForcedLoginMethod {
    /// To the vendor's cloud.
    Chatgpt,
    /// With an API key.
    Api,
}

/// Whether the model may search the web.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum WebSearchMode {
    /// No.
    Disabled,
    /// In what the provider has stored.
    Cached,
    /// In what the provider has indexed.
    Indexed,
    /// Yes.
    Live,
}

/// Who searches the web.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum WebSearchProvider {
    /// The provider's search service.
    Standalone,
    /// An MCP server.
    SearchMcp,
}

/// How much a model writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum Verbosity {
    /// Little.
    Low,
    /// Neither little nor much.
    Medium,
    /// Much.
    High,
}

/// One layer of the configuration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ConfigLayer", rename_all = "camelCase")]
pub struct Layer {
    /// Where it comes from.
    pub name: LayerSource,
    /// Changes with each change.
    pub version: String,
    /// What it sets.
    #[ts(type = "unknown")]
    pub config: Value,
    /// Why it does not count, if it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub disabled_reason: Option<String>,
}

/// Where a setting was set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ConfigLayerMetadata")]
pub struct LayerMetadata {
    /// The layer.
    pub name: LayerSource,
    /// The layer's version.
    pub version: String,
}

/// Where a layer of the configuration comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(
    rename = "ConfigLayerSource",
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum LayerSource {
    /// The file that came with the server.
    PackagedDefaults {
        /// The file.
        file: String,
    },
    /// Device management.
    Mdm {
        /// The preferences' domain.
        domain: String,
        /// The key there.
        key: String,
    },
    /// The machine's file.
    System {
        /// The file.
        file: String,
    },
    /// The company's own settings.
    EnterpriseManaged {
        /// Their id.
        id: String,
        /// Their name.
        name: String,
    },
    /// The user's file.
    User {
        /// The file.
        file: String,
        /// The profile in that file.
        profile: Option<String>,
    },
    /// A project's file.
    Project {
        /// The folder that the file is in.
        dot_codex_folder: String,
    },
    /// The command line.
    SessionFlags,
    /// The file that device management wrote in older versions.
    LegacyManagedConfigTomlFromFile {
        /// The file.
        file: String,
    },
    /// The text that device management held in older versions.
    LegacyManagedConfigTomlFromMdm,
}
