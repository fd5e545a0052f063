//! What surrounds the agent's own words.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Whether a message comes within the turn's own course.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub enum AgentMessageDelivery {
    /// No: it came while the user was doing something else.
    Async,
}

/// What a moderator said of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct AgentMessageModeration {
    /// Whether it is held back.
    pub moderated: bool,
    /// How to show that.
    pub display: Option<AgentMessageDisplay>,
}

/// How to show a message that is held back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct AgentMessageDisplay {
    /// What to do with it.
    pub action: String,
    /// What kind of notice to show.
    pub block_type: Option<String>,
    /// Whether to offer trusted contacts.
    pub check_trusted_contacts: Option<bool>,
    /// Whether to offer trusted access.
    pub cyber_trusted_access: Option<bool>,
}

/// A question that the user may answer later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct AsyncUserInputQuestion {
    /// The question.
    pub title: String,
    /// Answers to choose from.
    pub options: Option<Vec<String>>,
}

/// What a message drew on from the agent's memory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct MemoryCitation {
    /// The pieces of memory.
    pub entries: Vec<MemoryCitationEntry>,
    /// The threads they come from.
    pub thread_ids: Vec<String>,
}

/// A piece of the agent's memory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct MemoryCitationEntry {
    /// The file.
    pub path: String,
    /// Its first line.
    pub line_start: u32,
    /// Its last line.
    pub line_end: u32,
    /// What it was used for.
    pub note: String,
}

/// What a hook told the agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct HookPromptFragment {
    /// The text.
    pub text: String,
    /// The run of the hook.
    pub hook_run_id: String,
}
