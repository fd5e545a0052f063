//! `thread/backgroundTerminals/…`: commands that go on after the turn that started them.

use codex_protocol::ThreadId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Which page of whose terminals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadBackgroundTerminalsListParams", rename_all = "camelCase")]
#[ts(optional_fields = nullable)]
pub struct ListParams {
    /// The thread.
    pub thread_id: ThreadId,
    /// Where the last page ended: its `nextCursor`.
    pub cursor: Option<String>,
    /// How many at most.
    pub limit: Option<u32>,
}

/// One page of terminals.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadBackgroundTerminalsListResponse", rename_all = "camelCase")]
pub struct ListResponse {
    /// The terminals.
    pub data: Vec<BackgroundTerminal>,
    /// Where the next page begins; null at the end.
    pub next_cursor: Option<String>,
}

/// A terminal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadBackgroundTerminal", rename_all = "camelCase")]
pub struct BackgroundTerminal {
    /// The item that started it.
    pub item_id: String,
    /// Its id on this server.
    pub process_id: String,
    /// Its command.
    pub command: String,
    /// Where it runs.
    pub cwd: String,
    /// Its id on the system.
    pub os_pid: Option<u32>,
    /// How much of a processor it takes, in per cent.
    pub cpu_percent: Option<f64>,
    /// How much memory it takes, in KiB.
    pub rss_kb: Option<u64>,
}
