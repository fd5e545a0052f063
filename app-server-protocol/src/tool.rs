//! `item/tool/…`: what a tool of the agent asks of its clients.

use std::{collections::BTreeMap, fmt};

use codex_protocol::{DynamicToolCallOutputContentItem, ItemId, ThreadId, TurnId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

/// Questions of the agent to the user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ToolRequestUserInputParams", rename_all = "camelCase")]
pub struct RequestUserInputParams {
    /// The thread.
    pub thread_id: ThreadId,
    /// The turn that asks.
    pub turn_id: TurnId,
    /// The call that asks.
    pub item_id: ItemId,
    /// The questions, in the order to show them in.
    pub questions: Vec<UserInputQuestion>,
    /// Whether the turn waits for the answers.
    pub is_blocking: bool,
    /// After how many milliseconds the turn goes on without them; null, for it does not.
    #[serde(default)]
    #[ts(type = "number | null")]
    pub auto_resolution_ms: Option<u64>,
}

/// A question of the agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ToolRequestUserInputQuestion", rename_all = "camelCase")]
pub struct UserInputQuestion {
    /// Its name among them.
    pub id: String,
    /// A heading.
    pub header: String,
    /// The question.
    pub question: String,
    /// Whether an answer of the user's own is taken beside the options.
    #[serde(default)]
    pub is_other: bool,
    /// Whether the answer must not be shown.
    #[serde(default)]
    pub is_secret: bool,
    /// The answers to choose from; null where any text will do.
    pub options: Option<Vec<UserInputOption>>,
}

/// An answer to choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ToolRequestUserInputOption", rename_all = "camelCase")]
pub struct UserInputOption {
    /// The answer.
    pub label: String,
    /// What it means.
    pub description: String,
}

/// What the user answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ToolRequestUserInputResponse", rename_all = "camelCase")]
pub struct RequestUserInputResponse {
    /// The answers, by the names of the questions.
    pub answers: BTreeMap<String, UserInputAnswer>,
}

/// The answers to one question.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ToolRequestUserInputAnswer", rename_all = "camelCase")]
pub struct UserInputAnswer {
    /// What the user chose or wrote.
    pub answers: Vec<String>,
}

/// A user's words may be a secret, so none of them is shown.
impl fmt::Debug for UserInputAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { answers } = self;
        f.debug_struct("UserInputAnswer").field("count", &answers.len()).finish_non_exhaustive()
    }
}

/// A call of a tool that the client has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "DynamicToolCallParams", rename_all = "camelCase")]
pub struct CallParams {
    /// The thread.
    pub thread_id: ThreadId,
    /// The turn, which waits.
    pub turn_id: TurnId,
    /// The call: its id is that of its item.
    pub call_id: ItemId,
    /// The group that the tool belongs to.
    pub namespace: Option<String>,
    /// The tool.
    pub tool: String,
    /// What it is called with.
    pub arguments: Value,
}

/// What the tool gave back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "DynamicToolCallResponse", rename_all = "camelCase")]
pub struct CallResponse {
    /// What it gave back.
    pub content_items: Vec<DynamicToolCallOutputContentItem>,
    /// Whether it did its work.
    pub success: bool,
}
