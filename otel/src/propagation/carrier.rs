//! Carriers: reading and writing the two headers of W3C Trace Context level 2, strictly.

use std::str::FromStr;

use codex_protocol::W3cTraceContext;
use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, TraceContextExt, TraceState};

use super::traceparent::TraceParent;
use super::tracestate::{self, State};

/// What is wrong with a carrier. The texts never repeat the input, which may hold control characters.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CarrierError {
    /// There is no `traceparent`.
    #[error("no traceparent")]
    Missing,
    /// The length is not that of its version.
    #[error("traceparent is {0} bytes long, version 00 has 55")]
    Length(usize),
    /// The dashes are not where they belong.
    #[error("traceparent is not version-traceid-parentid-flags")]
    Shape,
    /// The version is not two lower-case hex digits, or is ff.
    #[error("traceparent has an invalid version")]
    Version,
    /// The trace id is not lower-case hex, or all zero.
    #[error("traceparent has an invalid trace id")]
    TraceId,
    /// The parent id is not lower-case hex, or all zero.
    #[error("traceparent has an invalid parent id")]
    ParentId,
    /// The flags are not lower-case hex.
    #[error("traceparent has invalid flags")]
    Flags,
    /// A member of `tracestate` is no `key=value`.
    #[error("tracestate has a member that is not key=value")]
    StateMember,
    /// A key of `tracestate` is outside the grammar.
    #[error("tracestate has an invalid key")]
    StateKey,
    /// A value of `tracestate` is outside the grammar.
    #[error("tracestate has an invalid value")]
    StateValue,
    /// `tracestate` has too many members.
    #[error("tracestate has more than 32 members")]
    StateMembers,
}

impl CarrierError {
    /// Whether only `tracestate` is wrong: the parent stands, the state is dropped whole (section 3.3.1).
    pub fn keeps_parent(&self) -> bool {
        matches!(self, Self::StateMember | Self::StateKey | Self::StateValue | Self::StateMembers)
    }
}

/// Says what is wrong with a carrier, so that its receiver can warn once.
///
/// An error with [`CarrierError::keeps_parent`] costs the `tracestate` alone; any other makes the carrier useless.
pub fn check(carrier: &W3cTraceContext) -> Result<(), CarrierError> {
    let header = carrier.traceparent.as_deref().ok_or(CarrierError::Missing)?;
    TraceParent::parse(header)?;
    carrier.tracestate.as_deref().map_or(Ok(()), |state| tracestate::parse(state).map(drop))
}

/// The span that a carrier names, if it is valid. State that the SDK cannot hold is left out of it.
pub(crate) fn span_context(carrier: &W3cTraceContext) -> Option<SpanContext> {
    Some(split(carrier)?.0)
}

/// A context with the span that a carrier names as remote parent.
pub(crate) fn remote_context(carrier: &W3cTraceContext) -> Option<Context> {
    let (parent, state) = split(carrier)?;
    let remote = RemoteParent(parent.clone());
    let cx = Context::new().with_remote_span_context(parent).with_value(remote);
    Some(match state {
        Some(state) => cx.with_value(state),
        None => cx,
    })
}

/// The span of another process that the spans of a context hang under.
#[derive(Clone, Debug)]
struct RemoteParent(SpanContext);

/// The carrier of the span of another process that the spans of a context hang under.
pub(crate) fn write_remote(cx: &Context) -> Option<W3cTraceContext> {
    let RemoteParent(context) = cx.get()?;
    Some(W3cTraceContext {
        traceparent: Some(TraceParent::write(context)),
        tracestate: cx.get::<State>().map(|state| state.0.clone()),
    })
}

/// The carrier of the span of a context; `None` without a valid one.
pub(crate) fn write(cx: &Context) -> Option<W3cTraceContext> {
    let span = cx.span();
    let context = span.span_context();
    context.is_valid().then(|| W3cTraceContext {
        traceparent: Some(TraceParent::write(context)),
        tracestate: cx.get::<State>().map(|state| state.0.clone()),
    })
}

/// The parent that a carrier names, and the state to forward with it.
fn split(carrier: &W3cTraceContext) -> Option<(SpanContext, Option<State>)> {
    let parent = TraceParent::parse(carrier.traceparent.as_deref()?).ok()?;
    let state = carrier.tracestate.as_deref().and_then(|state| tracestate::parse(state).ok().flatten());
    let shown = state.as_ref().and_then(|state| TraceState::from_str(&state.0).ok()).unwrap_or_default();
    Some((SpanContext::new(parent.trace_id, parent.span_id, parent.flags, true, shown), state))
}
