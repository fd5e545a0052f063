//! The items that a turn is made of.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{ItemId, UserInput};

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
        match &self.kind {
            ThreadItemKind::UserMessage { id, .. }
            | ThreadItemKind::AgentMessage { id, .. }
            | ThreadItemKind::Plan { id, .. }
            | ThreadItemKind::Reasoning { id, .. }
            | ThreadItemKind::ContextCompaction { id } => id,
        }
    }
}

/// What an item is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ThreadItemKind {
    /// What the user said.
    UserMessage {
        /// The item's id.
        id: ItemId,
        /// The id that the client gave the message.
        #[serde(default)]
        client_id: Option<String>,
        /// What was said.
        content: Vec<UserInput>,
    },
    /// What the agent said.
    AgentMessage {
        /// The item's id.
        id: ItemId,
        /// What was said so far.
        text: String,
        /// Commentary or final answer, where the model tells.
        #[serde(default)]
        phase: Option<String>,
    },
    /// A plan that the agent proposes.
    Plan {
        /// The item's id.
        id: ItemId,
        /// The plan, in Markdown.
        text: String,
    },
    /// What the agent thought.
    Reasoning {
        /// The item's id.
        id: ItemId,
        /// The parts of the summary.
        #[serde(default)]
        summary: Vec<String>,
        /// The raw text, where the model shows it.
        #[serde(default)]
        content: Vec<String>,
    },
    /// The history was compacted here.
    ContextCompaction {
        /// The item's id.
        id: ItemId,
    },
}
