//! `collaborationMode/…`: ways in which agent and user work together.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::thread::ModeKind;

/// Nothing is needed to list the modes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "CollaborationModeListParams")]
pub struct ListParams {}

/// The modes that a turn can be started in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "CollaborationModeListResponse")]
pub struct ListResponse {
    /// The modes.
    pub data: Vec<CollaborationModeMask>,
}

/// A mode, and the settings that it comes with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct CollaborationModeMask {
    /// Its name for people.
    pub name: String,
    /// The mode.
    pub mode: Option<ModeKind>,
    /// Its model; null for the thread's.
    pub model: Option<String>,
    /// Its reasoning effort; null for the thread's.
    pub reasoning_effort: Option<String>,
}
