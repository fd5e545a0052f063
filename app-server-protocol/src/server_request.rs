//! What the server asks its clients.

use codex_protocol::ThreadId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::RequestId;

/// For which thread the time is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct CurrentTimeReadParams {
    /// The thread.
    pub thread_id: ThreadId,
}

/// The client's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct CurrentTimeReadResponse {
    /// Unix time in seconds.
    pub current_time_at: i64,
}

/// A request of the server no longer needs an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ServerRequestResolvedNotification", rename_all = "camelCase")]
pub struct ResolvedNotification {
    /// The thread.
    pub thread_id: ThreadId,
    /// The request.
    pub request_id: RequestId,
}
