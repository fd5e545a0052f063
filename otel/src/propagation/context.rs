//! The OpenTelemetry current context, as carriers and as ids.

use std::sync::LazyLock;

use codex_protocol::W3cTraceContext;
use opentelemetry::Context;
use opentelemetry::trace::TraceContextExt;

use super::carrier;
use crate::propagates;

/// Captures the OpenTelemetry current context.
///
/// The current *tracing* span is no measure: it may be one that the span layer does not take. With tracing off this is
/// the caller's own context: same parent id, flags and state.
pub fn current() -> Option<W3cTraceContext> {
    Context::map_current(carrier::write)
}

/// The span of another process that the current span hangs under, where it has such a parent: who asked.
pub fn caller() -> Option<W3cTraceContext> {
    Context::map_current(carrier::write_remote)
}

/// The trace that is current, 32 hex digits.
pub fn current_trace_id() -> Option<String> {
    Context::map_current(trace_id_of)
}

/// The trace of a context, 32 hex digits; `None` without a valid span.
pub(crate) fn trace_id_of(cx: &Context) -> Option<String> {
    let span = cx.span();
    let context = span.span_context();
    context.is_valid().then(|| context.trace_id().to_string())
}

/// `TRACEPARENT` and `TRACESTATE` of the process, if they are valid and context is taken in; read once.
pub fn environment() -> Option<W3cTraceContext> {
    static ENVIRONMENT: LazyLock<Option<W3cTraceContext>> =
        LazyLock::new(|| from_variables(&|name| std::env::var(name).ok()));
    ENVIRONMENT.clone().filter(|_| propagates())
}

/// The carrier in a set of variables. A refused `TRACESTATE` is left out; a refused `TRACEPARENT` leaves nothing.
fn from_variables(env: &dyn Fn(&str) -> Option<String>) -> Option<W3cTraceContext> {
    let carrier = W3cTraceContext { traceparent: env("TRACEPARENT"), tracestate: env("TRACESTATE") };
    carrier::write(&carrier::remote_context(&carrier)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[track_caller]
    fn check(parent: Option<&str>, state: Option<&str>, expected: Option<(&str, Option<&str>)>) {
        let env = |name: &str| if name == "TRACEPARENT" { parent } else { state }.map(str::to_owned);
        let expected = expected.map(|(parent, state)| W3cTraceContext {
            traceparent: Some(parent.to_owned()),
            tracestate: state.map(str::to_owned),
        });
        assert_eq!(from_variables(&env), expected);
    }

    #[test]
    fn the_environment_is_checked_like_any_carrier() {
        check(None, None, None);
        check(None, Some("a=1"), None);
        check(Some("00-zz"), Some("a=1"), None);
        check(Some(PARENT), None, Some((PARENT, None)));
        check(Some(PARENT), Some("a=1"), Some((PARENT, Some("a=1"))));
        check(Some(PARENT), Some("A=1"), Some((PARENT, None)));
    }
}
