//! `account/bedrock/…`: what is asked about Amazon Bedrock.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Nothing is needed to check.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "BedrockCheckGovCloudRequirementsParams")]
pub struct BedrockCheckParams {}

/// Whether the region asks for more care.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "BedrockCheckGovCloudRequirementsResponse", rename_all = "camelCase")]
pub struct BedrockCheckResponse {
    /// Whether the credentials are for a region of the government's.
    pub is_gov_cloud: bool,
    /// Whether the configuration is less than such a region asks for.
    pub should_warn: bool,
}
