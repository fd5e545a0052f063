//! `thread/read` and `thread/unsubscribe`.

use codex_protocol::{Thread, ThreadId, TurnId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Which thread to read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadReadParams", rename_all = "camelCase")]
#[ts(optional_fields = nullable)]
pub struct ReadParams {
    /// The thread, loaded or not.
    pub thread_id: ThreadId,
    /// Whether its turns come too.
    #[serde(default)]
    #[serde(deserialize_with = "crate::params::null_is_absent")]
    #[ts(optional = nullable, as = "Option<bool>")]
    pub include_turns: bool,
}

/// The thread as it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadReadResponse", rename_all = "camelCase")]
pub struct ReadResponse {
    /// The thread.
    pub thread: Thread,
    /// What the user has read of it, where it is kept.
    pub read_state: Option<ReadState>,
}

/// What the user has read of a thread.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadReadState", rename_all = "camelCase")]
pub struct ReadState {
    /// Where the unread part begins; null where all is read.
    pub first_unread: Option<UnreadPosition>,
    /// Changes with each change.
    pub revision: String,
}

/// Where the unread part of a thread begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(
    rename = "ThreadUnreadPosition",
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum UnreadPosition {
    /// At its beginning.
    ThreadStart,
    /// At a turn.
    Turn {
        /// The first unread turn.
        turn_id: TurnId,
    },
}

/// Which thread's notifications to end on this connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadUnsubscribeParams", rename_all = "camelCase")]
pub struct UnsubscribeParams {
    /// The thread.
    pub thread_id: ThreadId,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadUnsubscribeResponse")]
pub struct UnsubscribeResponse {
    /// What became of it.
    pub status: UnsubscribeStatus,
}

/// What became of an unsubscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadUnsubscribeStatus", rename_all = "camelCase")]
pub enum UnsubscribeStatus {
    /// No such thread is loaded.
    NotLoaded,
    /// This connection did not listen to it.
    NotSubscribed,
    /// This connection no longer listens to it.
    Unsubscribed,
}
