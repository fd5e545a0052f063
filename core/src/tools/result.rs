//! What a call comes to: for the model, for the call's span.

use std::borrow::Cow;

use codex_otel::Value;

use crate::conversation::{Content, text_of};

/// What a call comes to: also one that went wrong, so that the model can do better.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ToolResult {
    /// What the model reads.
    pub(crate) content: Vec<Content>,
    /// The result as data, where the tool has it in that form too.
    pub(crate) structured: Option<serde_json::Value>,
    /// How it went.
    pub(crate) outcome: ToolOutcome,
    /// What kind of mistake it was, when it was one.
    pub(crate) error_type: Option<Cow<'static, str>>,
    /// What the call's span says of it beside that.
    pub(crate) attributes: Vec<(&'static str, Value)>,
}

/// How a call went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ToolOutcome {
    /// It was done.
    Ok,
    /// The command ended with another exit code than 0.
    Nonzero,
    /// The user did not want it.
    Declined,
    /// It took too long.
    Timeout,
    /// The user could not be asked.
    NotAnswered,
    /// It was not done.
    Failed,
}

impl ToolOutcome {
    /// The outcome as spans show it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Nonzero => "nonzero",
            Self::Declined => "declined",
            Self::Timeout => "timeout",
            Self::NotAnswered => "not_answered",
            Self::Failed => "failed",
        }
    }
}

impl ToolResult {
    /// It was done.
    pub(crate) fn done(text: impl Into<String>) -> Self {
        Self::new(ToolOutcome::Ok, text)
    }

    /// It was not done.
    pub(crate) fn failed(error_type: impl Into<Cow<'static, str>>, text: impl Into<String>) -> Self {
        Self { error_type: Some(error_type.into()), ..Self::new(ToolOutcome::Failed, text) }
    }

    /// It went that way.
    pub(crate) fn new(outcome: ToolOutcome, text: impl Into<String>) -> Self {
        Self {
            content: vec![Content::Text(text.into())],
            structured: None,
            outcome,
            error_type: None,
            attributes: Vec::new(),
        }
    }

    /// With one more attribute on the span.
    pub(crate) fn with(mut self, key: &'static str, value: impl Into<Value>) -> Self {
        self.attributes.push((key, value.into()));
        self
    }

    /// What can be read of it.
    pub(crate) fn text(&self) -> String {
        text_of(&self.content)
    }
}
