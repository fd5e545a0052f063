//! `item/…`: what the server tells about the items of a turn.

use codex_protocol::{FileUpdateChange, ItemId, ThreadId, ThreadItem, TurnId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// An item began.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ItemStartedNotification", rename_all = "camelCase")]
pub struct StartedNotification {
    /// The item as it stands.
    pub item: ThreadItem,
    /// The thread.
    pub thread_id: ThreadId,
    /// The turn.
    pub turn_id: TurnId,
    /// When, in Unix milliseconds.
    pub started_at_ms: i64,
}

/// An item reached its final form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ItemCompletedNotification", rename_all = "camelCase")]
pub struct CompletedNotification {
    /// The item.
    pub item: ThreadItem,
    /// The thread.
    pub thread_id: ThreadId,
    /// The turn.
    pub turn_id: TurnId,
    /// How many tokens its content is, where that is known.
    pub content_token_count: Option<u64>,
    /// When, in Unix milliseconds.
    pub completed_at_ms: i64,
}

macro_rules! text_delta {
    ($($(#[$doc:meta])* $name:ident = $wire:literal;)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
            #[serde(rename = $wire, rename_all = "camelCase")]
            pub struct $name {
                /// The thread.
                pub thread_id: ThreadId,
                /// The turn.
                pub turn_id: TurnId,
                /// The growing item.
                pub item_id: ItemId,
                /// The text to append.
                pub delta: String,
            }
        )*
    };
}

text_delta! {
    /// More text of an agent's message.
    AgentMessageDeltaNotification = "AgentMessageDeltaNotification";
    /// More text of a proposed plan.
    PlanDeltaNotification = "PlanDeltaNotification";
    /// More output of a command.
    CommandOutputDeltaNotification = "CommandExecutionOutputDeltaNotification";
    /// More output of a file change. Old form: no longer sent by the reference.
    FileChangeOutputDeltaNotification = "FileChangeOutputDeltaNotification";
}

/// More text of a part of a reasoning summary.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ReasoningSummaryTextDeltaNotification", rename_all = "camelCase")]
pub struct ReasoningSummaryTextDeltaNotification {
    /// The thread.
    pub thread_id: ThreadId,
    /// The turn.
    pub turn_id: TurnId,
    /// The growing item.
    pub item_id: ItemId,
    /// The text to append.
    pub delta: String,
    /// Which part of the summary grows.
    pub summary_index: i64,
}

/// A new part of a reasoning summary begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ReasoningSummaryPartAddedNotification", rename_all = "camelCase")]
pub struct ReasoningSummaryPartAddedNotification {
    /// The thread.
    pub thread_id: ThreadId,
    /// The turn.
    pub turn_id: TurnId,
    /// The growing item.
    pub item_id: ItemId,
    /// Which part of the summary begins.
    pub summary_index: i64,
}

/// More raw reasoning text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ReasoningTextDeltaNotification", rename_all = "camelCase")]
pub struct ReasoningTextDeltaNotification {
    /// The thread.
    pub thread_id: ThreadId,
    /// The turn.
    pub turn_id: TurnId,
    /// The growing item.
    pub item_id: ItemId,
    /// The text to append.
    pub delta: String,
    /// Which part of the content grows.
    pub content_index: i64,
}

/// Somebody typed into a command's terminal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "TerminalInteractionNotification", rename_all = "camelCase")]
pub struct TerminalInteractionNotification {
    /// The thread.
    pub thread_id: ThreadId,
    /// The turn.
    pub turn_id: TurnId,
    /// The command's item.
    pub item_id: ItemId,
    /// The command's process.
    pub process_id: String,
    /// What was typed.
    pub stdin: String,
}

/// A file change got another content before it was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "FileChangePatchUpdatedNotification", rename_all = "camelCase")]
pub struct FileChangePatchUpdatedNotification {
    /// The thread.
    pub thread_id: ThreadId,
    /// The turn.
    pub turn_id: TurnId,
    /// The change's item.
    pub item_id: ItemId,
    /// The change of each file.
    pub changes: Vec<FileUpdateChange>,
}

/// A call to an MCP server tells how far it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "McpToolCallProgressNotification", rename_all = "camelCase")]
pub struct McpToolCallProgressNotification {
    /// The thread.
    pub thread_id: ThreadId,
    /// The turn.
    pub turn_id: TurnId,
    /// The call's item.
    pub item_id: ItemId,
    /// What the MCP server says.
    pub message: String,
}
