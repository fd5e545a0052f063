//! Spans as plain data: what the recorder, the sink and the trace reader hand out.

use serde_json::Value;

/// A finished span, or one that the recorder saw start.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SpanRecord {
    /// Exported name.
    pub name: String,
    /// Side of the call.
    pub kind: RecordedKind,
    /// 32 hex digits.
    pub trace_id: String,
    /// 16 hex digits.
    pub span_id: String,
    /// 16 hex digits; `None` for a root.
    pub parent_span_id: Option<String>,
    /// The `tracestate` exported with the span.
    pub trace_state: String,
    /// Start, nanoseconds since 1970.
    pub start_unix_nano: u64,
    /// End, nanoseconds since 1970; the start again while `ended` is false.
    pub end_unix_nano: u64,
    /// Outcome.
    pub status: RecordedStatus,
    /// Attributes in the order they were written, duplicates included.
    pub attributes: Vec<(String, Value)>,
    /// Span events.
    pub events: Vec<RecordedEvent>,
    /// Linked spans.
    pub links: Vec<RecordedLink>,
    /// `service.name` of the resource, where it is known.
    pub service: Option<String>,
    /// Whether the span has ended.
    pub ended: bool,
}

/// Side of the call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RecordedKind {
    /// Work inside a process.
    #[default]
    Internal,
    /// Serves a call.
    Server,
    /// Makes a call.
    Client,
    /// Sends a message.
    Producer,
    /// Receives a message.
    Consumer,
}

impl RecordedKind {
    /// The word of the conventions, in capitals.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Internal => "INTERNAL",
            Self::Server => "SERVER",
            Self::Client => "CLIENT",
            Self::Producer => "PRODUCER",
            Self::Consumer => "CONSUMER",
        }
    }
}

/// Outcome of a span.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum RecordedStatus {
    /// Nothing was said.
    #[default]
    Unset,
    /// Said to be fine.
    Ok,
    /// Failed, with the description.
    Error(String),
}

/// An event of a span.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RecordedEvent {
    /// Name.
    pub name: String,
    /// Attributes.
    pub attributes: Vec<(String, Value)>,
}

/// A link of a span.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordedLink {
    /// 32 hex digits.
    pub trace_id: String,
    /// 16 hex digits.
    pub span_id: String,
}

impl SpanRecord {
    /// The first value of an attribute.
    pub fn attr(&self, key: &str) -> Option<&Value> {
        self.attributes.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// An attribute as text: a string without its quotes, anything else as JSON.
    pub fn attr_text(&self, key: &str) -> Option<String> {
        self.attr(key).map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    }

    /// Length in nanoseconds.
    pub fn duration_nanos(&self) -> u64 {
        self.end_unix_nano.saturating_sub(self.start_unix_nano)
    }

    /// Whether the span has an error status.
    pub fn is_error(&self) -> bool {
        matches!(self.status, RecordedStatus::Error(_))
    }
}
