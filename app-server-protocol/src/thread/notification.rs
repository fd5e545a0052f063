//! What the server tells about threads.

use codex_protocol::{Thread, ThreadId, ThreadStatus, ThreadTokenUsage, TurnId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{ReadState, Settings};

/// A thread is loaded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadStartedNotification")]
pub struct StartedNotification {
    /// The thread, without turns.
    pub thread: Thread,
}

/// A thread became idle, active or broken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadStatusChangedNotification", rename_all = "camelCase")]
pub struct StatusChangedNotification {
    /// The thread.
    pub thread_id: ThreadId,
    /// What it does now.
    pub status: ThreadStatus,
}

/// The user read a thread, or there is something new in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadReadStateChangedNotification", rename_all = "camelCase")]
pub struct ReadStateChangedNotification {
    /// The thread.
    pub thread_id: ThreadId,
    /// What the user has read of it now.
    pub read_state: ReadState,
}

macro_rules! about_a_thread {
    ($($(#[$doc:meta])* $name:ident = $wire:literal;)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
            #[serde(rename = $wire, rename_all = "camelCase")]
            pub struct $name {
                /// The thread.
                pub thread_id: ThreadId,
            }
        )*
    };
}

about_a_thread! {
    /// A thread was archived.
    ArchivedNotification = "ThreadArchivedNotification";
    /// A thread came back from the archive.
    UnarchivedNotification = "ThreadUnarchivedNotification";
    /// A thread was deleted.
    DeletedNotification = "ThreadDeletedNotification";
    /// A thread is no longer loaded.
    ClosedNotification = "ThreadClosedNotification";
    /// A thread has no goal.
    GoalClearedNotification = "ThreadGoalClearedNotification";
    /// The last turns of a thread were taken back.
    RevertedNotification = "ThreadRevertedNotification";
}

/// A thread got another name, or lost it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadNameUpdatedNotification", rename_all = "camelCase")]
pub struct NameUpdatedNotification {
    /// The thread.
    pub thread_id: ThreadId,
    /// Its name; left out where it has none, as the reference does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub thread_name: Option<String>,
}

/// A thread's settings changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadSettingsUpdatedNotification", rename_all = "camelCase")]
pub struct SettingsUpdatedNotification {
    /// The thread.
    pub thread_id: ThreadId,
    /// All its settings.
    pub thread_settings: Settings,
}

/// A thread used more tokens.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadTokenUsageUpdatedNotification", rename_all = "camelCase")]
pub struct TokenUsageUpdatedNotification {
    /// The thread.
    pub thread_id: ThreadId,
    /// The turn that used them.
    pub turn_id: TurnId,
    /// The figures.
    pub token_usage: ThreadTokenUsage,
    /// What the turn has cost so far in US dollars, where the model's prices are configured. No part of the protocol of the
    /// reference server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub cost_usd: Option<f64>,
}

/// A thread's history was compacted. Old form: new clients read the `contextCompaction` item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ContextCompactedNotification", rename_all = "camelCase")]
pub struct CompactedNotification {
    /// The thread.
    pub thread_id: ThreadId,
    /// The turn that compacted it.
    pub turn_id: TurnId,
}
