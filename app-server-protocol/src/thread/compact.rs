//! `thread/compact/start`.

use codex_protocol::ThreadId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Which thread's history to compact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadCompactStartParams", rename_all = "camelCase")]
pub struct CompactStartParams {
    /// The thread.
    pub thread_id: ThreadId,
}

/// The compaction began; it shows as a turn of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadCompactStartResponse")]
pub struct CompactStartResponse {}
