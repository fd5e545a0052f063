//! What a model's stream says, the same for all APIs.

use std::borrow::Cow;

use codex_protocol::TokenUsage;

use crate::conversation::ConversationItem;

/// One thing that the model's stream says. Text is borrowed from the bytes as they arrived.
#[derive(Debug)]
pub(crate) enum ModelEvent<'a> {
    /// The response has a name.
    Created { id: Option<String>, model: Option<String> },
    /// An item begins.
    ItemStarted { item: ItemRef<'a>, kind: StartedItem, phase: Option<String> },
    /// More text of a message.
    TextDelta { item: ItemRef<'a>, delta: Cow<'a, str> },
    /// A new part of a reasoning summary.
    SummaryPart { item: ItemRef<'a>, index: u32 },
    /// More text of a part of a reasoning summary.
    SummaryDelta { item: ItemRef<'a>, index: u32, delta: Cow<'a, str> },
    /// More raw reasoning.
    ReasoningDelta { item: ItemRef<'a>, index: u32, delta: Cow<'a, str> },
    /// More of a tool call. What is called is known when the item is whole.
    ToolCallDelta,
    /// An item is whole.
    ItemDone { item: ItemRef<'a>, done: ConversationItem },
    /// The tokens of the response.
    Usage(TokenUsage),
    /// The response is whole.
    Completed { id: Option<String>, finish: Finish },
}

/// The item that an event is about, as far as the provider tells: some give it a name, some a place, some neither.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ItemRef<'a> {
    /// The provider's name for it, empty where it has none.
    pub(crate) id: Cow<'a, str>,
    /// Its place in the response.
    pub(crate) index: Option<u32>,
}

/// What kind of item begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StartedItem {
    Message,
    Reasoning,
    Other,
}

/// Why a response ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Finish {
    Stop,
    Length,
    ContentFilter,
    ToolCalls,
}

impl Finish {
    /// The name that spans have for it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::Length => "length",
            Self::ContentFilter => "content_filter",
            Self::ToolCalls => "tool_calls",
        }
    }
}

impl ModelEvent<'_> {
    /// Whether the model has produced something: text, a thought, a call.
    pub(crate) fn is_token(&self) -> bool {
        match self {
            Self::TextDelta { .. }
            | Self::SummaryDelta { .. }
            | Self::ReasoningDelta { .. }
            | Self::ToolCallDelta
            | Self::ItemDone { .. } => true,
            Self::Created { .. }
            | Self::ItemStarted { .. }
            | Self::SummaryPart { .. }
            | Self::Usage(_)
            | Self::Completed { .. } => false,
        }
    }
}
