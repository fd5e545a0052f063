//! Changes that the agent makes to files.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The change of one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct FileUpdateChange {
    /// The file.
    pub path: String,
    /// What becomes of it.
    pub kind: PatchChangeKind,
    /// The new text, or the unified diff.
    pub diff: String,
}

/// What becomes of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum PatchChangeKind {
    /// It is new.
    Add,
    /// It goes away.
    Delete,
    /// It changes.
    Update {
        /// Its new place, if it moves.
        move_path: Option<String>,
    },
}

/// How a change of files stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub enum PatchApplyStatus {
    /// It is under way.
    InProgress,
    /// It was made.
    Completed,
    /// It could not be made.
    Failed,
    /// The user did not allow it.
    Declined,
}
