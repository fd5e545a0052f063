//! The conversation as the model sees it.

use serde::{Deserialize, Serialize};

/// One item of the conversation, in the shape of the Responses API.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum ConversationItem {
    /// Somebody said something.
    Message {
        /// The provider's name for it. Never sent back: nothing is stored there.
        #[serde(default, skip_serializing)]
        id: Option<String>,
        role: Role,
        content: Vec<Content>,
    },
    /// The model calls a tool.
    FunctionCall {
        call_id: String,
        name: String,
        /// JSON text, as the model wrote it.
        arguments: String,
    },
    /// What the tool said.
    FunctionCallOutput { call_id: String, output: String },
    /// What the model thought, so that it can go on from there.
    Reasoning {
        #[serde(default)]
        id: String,
        #[serde(default)]
        summary: Vec<ReasoningText>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        content: Option<Vec<ReasoningText>>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        encrypted_content: Option<String>,
    },
    /// Something that this server has no use for.
    #[serde(other)]
    Other,
}

/// Who said it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Role {
    User,
    Assistant,
    Developer,
    System,
}

/// A piece of a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum Content {
    InputText {
        text: String,
    },
    OutputText {
        text: String,
    },
    InputImage {
        image_url: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        detail: Option<String>,
    },
    #[serde(other)]
    Other,
}

/// A piece of reasoning.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct ReasoningText {
    /// `summary_text` or `reasoning_text`.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) text: String,
}

impl ConversationItem {
    /// A message of one piece of text to the model.
    pub(crate) fn input(role: Role, text: impl Into<String>) -> Self {
        Self::Message { id: None, role, content: vec![Content::InputText { text: text.into() }] }
    }
}

/// The text of a message.
pub(crate) fn text_of(content: &[Content]) -> String {
    content
        .iter()
        .filter_map(|part| match part {
            Content::InputText { text } | Content::OutputText { text } => Some(text.as_str()),
            Content::InputImage { .. } | Content::Other => None,
        })
        .collect()
}
