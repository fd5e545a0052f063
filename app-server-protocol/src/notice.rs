//! What the server tells beside everything else: errors, warnings, notices.

use codex_protocol::{ThreadId, TurnError, TurnId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Something went wrong in a turn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct ErrorNotification {
    /// What went wrong.
    pub error: TurnError,
    /// Whether the turn tries again by itself.
    pub will_retry: bool,
    /// The thread.
    pub thread_id: ThreadId,
    /// The turn.
    pub turn_id: TurnId,
}

/// Something that the user should know and that stops nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct WarningNotification {
    /// The thread, if it is about one.
    pub thread_id: Option<ThreadId>,
    /// The text.
    pub message: String,
}

/// The client, or the configuration, uses something that will go away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct DeprecationNoticeNotification {
    /// What will go away.
    pub summary: String,
    /// What to use instead.
    pub details: Option<String>,
}

/// A configuration file has something that is ignored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct ConfigWarningNotification {
    /// What is wrong.
    pub summary: String,
    /// More about it.
    pub details: Option<String>,
    /// The file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub path: Option<String>,
    /// Where in the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub range: Option<TextRange>,
}

/// A piece of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct TextRange {
    /// Its first character.
    pub start: TextPosition,
    /// The character after its last.
    pub end: TextPosition,
}

/// A place in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct TextPosition {
    /// The line, from 1.
    pub line: u64,
    /// The column, from 1.
    pub column: u64,
}
