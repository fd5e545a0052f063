//! The trace context that travels beside a message.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A W3C Trace Context carrier as the wire has it: the two headers, unchecked.
///
/// Only `codex-otel` reads or writes the inside of these strings (W3C Trace Context level 2, section 3).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct W3cTraceContext {
    /// The `traceparent` header: version, trace id, parent span id, flags.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
    /// The `tracestate` header: vendor entries, newest first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tracestate: Option<String>,
}
