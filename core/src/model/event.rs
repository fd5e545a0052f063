//! What a model's stream says, the same for both APIs.

use std::borrow::Cow;

use codex_protocol::TokenUsage;

use super::ModelError;
use crate::conversation::ConversationItem;

/// One thing that the model's stream says. Text is borrowed from the bytes as they arrived.
#[derive(Debug)]
pub(crate) enum ModelEvent<'a> {
    /// The response has a name.
    Created { id: String, model: Option<String> },
    /// An item begins.
    ItemStarted { id: String, kind: StartedItem },
    /// More text of a message.
    TextDelta { item: Cow<'a, str>, delta: Cow<'a, str> },
    /// A new part of a reasoning summary.
    SummaryPart { item: Cow<'a, str>, index: u32 },
    /// More text of a part of a reasoning summary.
    SummaryDelta { item: Cow<'a, str>, index: u32, delta: Cow<'a, str> },
    /// More raw reasoning.
    ReasoningDelta { item: Cow<'a, str>, index: u32, delta: Cow<'a, str> },
    /// An item is whole.
    ItemDone(ConversationItem),
    /// The response is whole.
    Completed { id: Option<String>, usage: Option<TokenUsage>, finish: &'static str },
    /// The provider gave up.
    Failed(ModelError),
}

/// What kind of item begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StartedItem {
    Message,
    Reasoning,
    Other,
}
