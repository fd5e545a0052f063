//! Taking back a turn and all after it: `thread/revert`.

use codex_protocol::{Thread, ThreadId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A thread, and the first turn that is taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadRevertParams", rename_all = "camelCase")]
pub struct RevertParams {
    /// The thread, loaded or not.
    pub thread_id: ThreadId,
    /// This turn goes, and every one after it. Files stay as they are.
    pub before_turn_id: String,
}

/// The thread as it was before that turn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadRevertResponse", rename_all = "camelCase")]
pub struct RevertResponse {
    /// The thread, without turns.
    pub thread: Thread,
    /// Where `thread/turns/list` begins when read from the end.
    pub turns_backwards_cursor: Option<String>,
    /// Where `thread/items/list` begins when read from the end.
    pub items_backwards_cursor: Option<String>,
}
