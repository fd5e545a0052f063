//! The `trace` member of a message: read as late and as mildly as possible.

use codex_protocol::W3cTraceContext;
use serde::{Deserialize, de::IgnoredAny};
use serde_json::value::RawValue;

/// The `trace` member as it arrived: any JSON value, or none.
///
/// Telemetry never fails a request, so this is decoded on its own and cannot make a message malformed.
#[derive(Clone, Copy, Debug, Default)]
pub struct TraceMember<'a>(Option<&'a RawValue>);

/// What a `trace` member holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TraceCarrier {
    /// Nothing, or `null`.
    Absent,
    /// The two header texts, not yet checked against W3C Trace Context.
    Context(W3cTraceContext),
    /// A value that can be no carrier: warn, and go on as if there were none.
    Unusable,
}

impl<'a> TraceMember<'a> {
    /// Takes the member as it stood in the message.
    pub const fn new(raw: Option<&'a RawValue>) -> Self {
        Self(raw)
    }

    /// The JSON text, for a log.
    pub fn raw(self) -> Option<&'a RawValue> {
        self.0
    }

    /// Reads the member. A `tracestate` that is no text is dropped; a `traceparent` that is no text is unusable
    /// (W3C Trace Context level 2, section 3.2: without a valid parent the state means nothing, not the reverse).
    pub fn decode(self) -> TraceCarrier {
        let Some(raw) = self.0.filter(|raw| raw.get() != "null") else {
            return TraceCarrier::Absent;
        };
        // A derived struct would read an array as its fields in order.
        if !raw.get().starts_with('{') {
            return TraceCarrier::Unusable;
        }
        match serde_json::from_str(raw.get()) {
            Ok(Members { traceparent: Some(Text::Other(_)), .. }) | Err(_) => TraceCarrier::Unusable,
            Ok(Members { traceparent, tracestate }) => TraceCarrier::Context(W3cTraceContext {
                traceparent: traceparent.and_then(Text::into_string),
                tracestate: tracestate.and_then(Text::into_string),
            }),
        }
    }
}

#[derive(Deserialize)]
struct Members {
    traceparent: Option<Text>,
    tracestate: Option<Text>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Text {
    String(String),
    Other(IgnoredAny),
}

impl Text {
    fn into_string(self) -> Option<String> {
        match self {
            Self::String(text) => Some(text),
            Self::Other(_) => None,
        }
    }
}
