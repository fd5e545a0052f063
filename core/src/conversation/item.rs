//! One item of the conversation, in a form that no provider dictates.

use serde_json::{Map, Value};

/// The types of items that providers make by themselves.
const HOSTED: [&str; 8] = [
    "web_search_call",
    "file_search_call",
    "image_generation_call",
    "code_interpreter_call",
    "computer_call",
    "local_shell_call",
    "compaction",
    "compaction_summary",
];

/// One item of the conversation with the model.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ConversationItem {
    /// Somebody said something.
    Message(Message),
    /// What the model thought, so that it can go on from there.
    Reasoning(ReasoningItem),
    /// The model calls a tool.
    ToolCall {
        /// Unique in its thread.
        call_id: String,
        name: String,
        input: ToolInput,
    },
    /// What the tool said.
    ToolOutput { call_id: String, output: ToolOutput },
    /// Something else, kept whole: what a provider does itself, or what a later version knows.
    Other(Map<String, Value>),
}

/// What somebody said.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Message {
    pub(crate) role: Role,
    pub(crate) content: Vec<Content>,
    /// What a message of the agent is for: `commentary` on its work, or `final_answer`.
    pub(crate) phase: Option<String>,
}

/// Who said it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    User,
    Assistant,
    Developer,
    System,
}

/// A piece of a message.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Content {
    /// What a message to or of the model says.
    Text(String),
    /// What the model says where it declines.
    Refusal(String),
    Image {
        url: String,
        detail: Option<String>,
    },
    /// Something else, kept whole.
    Other(Value),
}

/// What the model thought.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ReasoningItem {
    /// The provider's name for it.
    pub(crate) id: String,
    pub(crate) summary: Vec<String>,
    /// The thoughts themselves; most providers keep them to themselves.
    pub(crate) content: Vec<String>,
    /// The thoughts, for the provider alone to read.
    pub(crate) encrypted: Option<String>,
}

/// What a tool is called with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ToolInput {
    /// JSON text, as the model wrote it: it may be broken.
    Json(String),
    /// Text in a form of the tool's own.
    Text(String),
}

/// What a tool gives back.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ToolOutput {
    pub(crate) content: Vec<Content>,
    /// Whether it answers a call with [`ToolInput::Text`].
    pub(crate) to_text: bool,
}

impl ConversationItem {
    /// A message of one piece of text.
    pub(crate) fn message(role: Role, text: impl Into<String>) -> Self {
        Self::Message(Message { role, content: vec![Content::Text(text.into())], phase: None })
    }

    /// Whether this server knows what it is. What providers do themselves is known, and given back to them.
    pub(crate) fn is_known(&self) -> bool {
        match self {
            Self::Other(members) => {
                members.get("type").and_then(Value::as_str).is_some_and(|kind| HOSTED.contains(&kind))
            }
            Self::Message(_) | Self::Reasoning(_) | Self::ToolCall { .. } | Self::ToolOutput { .. } => true,
        }
    }

    /// The id that joins a call and its output.
    pub(crate) fn call_id(&self) -> Option<&str> {
        match self {
            Self::ToolCall { call_id, .. } | Self::ToolOutput { call_id, .. } => Some(call_id),
            Self::Other(members) => members.get("call_id").and_then(Value::as_str),
            Self::Message(_) | Self::Reasoning(_) => None,
        }
    }
}

impl Message {
    /// The text of a message, refusals with it.
    pub(crate) fn text(&self) -> String {
        text_of(&self.content)
    }
}

impl ToolInput {
    /// The text, whatever it is.
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Json(text) | Self::Text(text) => text,
        }
    }
}

impl ToolOutput {
    /// Text that answers a call.
    pub(crate) fn text_for(input: &ToolInput, text: impl Into<String>) -> Self {
        Self { content: vec![Content::Text(text.into())], to_text: matches!(input, ToolInput::Text(_)) }
    }

    /// What can be read of it.
    pub(crate) fn text(&self) -> String {
        text_of(&self.content)
    }
}

/// What can be read of pieces of content.
pub(crate) fn text_of(content: &[Content]) -> String {
    content
        .iter()
        .filter_map(|part| match part {
            Content::Text(text) | Content::Refusal(text) => Some(text.as_str()),
            Content::Image { .. } | Content::Other(_) => None,
        })
        .collect()
}
