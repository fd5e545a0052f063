//! `permissionProfile/…`: what commands may do, by name.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Which page of the profiles.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "PermissionProfileListParams", rename_all = "camelCase", default)]
#[ts(optional_fields = nullable)]
pub struct ListParams {
    /// Where the last page ended: its `nextCursor`.
    pub cursor: Option<String>,
    /// How many at most.
    pub limit: Option<u32>,
    /// The working directory whose project configuration counts.
    pub cwd: Option<String>,
}

/// One page of profiles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "PermissionProfileListResponse", rename_all = "camelCase")]
pub struct ListResponse {
    /// The profiles.
    pub data: Vec<PermissionProfileSummary>,
    /// Where the next page begins; null at the end.
    pub next_cursor: Option<String>,
}

/// A profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct PermissionProfileSummary {
    /// Its name; one that is built in begins with a colon.
    pub id: String,
    /// What it allows.
    pub description: Option<String>,
    /// Whether whoever manages the machine allows it.
    pub allowed: bool,
}
