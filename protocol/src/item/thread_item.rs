//! One item of a turn.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::ThreadItemKind;
use crate::ItemId;

/// One item of a turn: a message, a piece of reasoning, a tool call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct ThreadItem {
    /// What the item is.
    #[serde(flatten)]
    pub kind: ThreadItemKind,
    /// Start, in Unix milliseconds.
    #[serde(default)]
    #[ts(type = "number | null")]
    pub started_at_ms: Option<i64>,
    /// End, in Unix milliseconds; null while the item grows.
    #[serde(default)]
    #[ts(type = "number | null")]
    pub completed_at_ms: Option<i64>,
}

impl ThreadItem {
    /// The item's id.
    pub fn id(&self) -> &ItemId {
        self.kind.id()
    }
}

impl ThreadItemKind {
    /// What the agent said, with nothing but the words.
    pub fn agent_message(id: ItemId, text: impl Into<String>, phase: Option<String>) -> Self {
        Self::AgentMessage {
            moderation: None,
            id,
            text: text.into(),
            phase,
            memory_citation: None,
            delivery: None,
            questions: None,
        }
    }

    /// The item's id.
    pub fn id(&self) -> &ItemId {
        match self {
            Self::UserMessage { id, .. }
            | Self::HookPrompt { id, .. }
            | Self::AgentMessage { id, .. }
            | Self::FunctionCallOutput { id, .. }
            | Self::Plan { id, .. }
            | Self::Reasoning { id, .. }
            | Self::CommandExecution { id, .. }
            | Self::FileChange { id, .. }
            | Self::McpToolCall { id, .. }
            | Self::DynamicToolCall { id, .. }
            | Self::CollabAgentToolCall { id, .. }
            | Self::SubAgentActivity { id, .. }
            | Self::WebSearch { id, .. }
            | Self::ImageView { id, .. }
            | Self::Sleep { id, .. }
            | Self::ImageGeneration { id, .. }
            | Self::EnteredReviewMode { id, .. }
            | Self::ExitedReviewMode { id, .. }
            | Self::ContextCompaction { id } => id,
        }
    }
}
