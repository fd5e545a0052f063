//! `configRequirements/…`: what whoever manages the machine allows.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use ts_rs::TS;

/// Nothing is needed to read the requirements.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ConfigRequirementsReadParams")]
pub struct ReadParams {}

/// What whoever manages the machine allows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ConfigRequirementsReadResponse", rename_all = "camelCase")]
pub struct ReadResponse {
    /// Whether a speed can be chosen for each of the vendor's products.
    #[serde(default)]
    pub supports_independent_speed_modes: Option<bool>,
    /// The requirements, by name; null where nobody manages the machine. This server knows none.
    #[ts(type = "Record<string, unknown> | null")]
    pub requirements: Option<Map<String, Value>>,
}
