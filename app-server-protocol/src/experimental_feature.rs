//! `experimentalFeature/…`: what can be switched on before it is finished.

use std::collections::BTreeMap;

use codex_protocol::ThreadId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Which page of the features.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ExperimentalFeatureListParams", rename_all = "camelCase", default)]
#[ts(optional_fields = nullable)]
pub struct ListParams {
    /// Where the last page ended: its `nextCursor`.
    pub cursor: Option<String>,
    /// How many at most.
    pub limit: Option<u32>,
    /// The thread whose configuration counts.
    pub thread_id: Option<ThreadId>,
}

/// One page of features.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ExperimentalFeatureListResponse", rename_all = "camelCase")]
pub struct ListResponse {
    /// The features.
    pub data: Vec<ExperimentalFeature>,
    /// Where the next page begins; null at the end.
    pub next_cursor: Option<String>,
}

/// A feature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct ExperimentalFeature {
    /// Its key in the configuration.
    pub name: String,
    /// How far it is.
    pub stage: ExperimentalFeatureStage,
    /// Its name for people.
    pub display_name: Option<String>,
    /// What it does.
    pub description: Option<String>,
    /// What to tell users who meet it for the first time.
    pub announcement: Option<String>,
    /// Whether it is on.
    pub enabled: bool,
    /// Whether it is on unless configured otherwise.
    pub default_enabled: bool,
}

/// How far a feature is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub enum ExperimentalFeatureStage {
    /// Everybody may try it.
    Beta,
    /// Nobody should rely on it.
    UnderDevelopment,
    /// Finished.
    Stable,
    /// It will go away.
    Deprecated,
    /// It went away.
    Removed,
}

/// Which features to switch on and off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ExperimentalFeatureEnablementSetParams")]
pub struct EnablementSetParams {
    /// Whether each is on, by name.
    pub enablement: BTreeMap<String, bool>,
}

/// The features that were switched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ExperimentalFeatureEnablementSetResponse")]
pub struct EnablementSetResponse {
    /// Whether each is on, by name.
    pub enablement: BTreeMap<String, bool>,
}
