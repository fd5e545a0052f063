//! The owner of a span's end.

use std::borrow::Cow;

use codex_protocol::W3cTraceContext;
use opentelemetry::trace::{Status as OtelStatus, TraceContextExt};
use opentelemetry::{Context, KeyValue};
use tracing_opentelemetry::OpenTelemetrySpanExt;

use super::Value;
use crate::export::parent_refused;
use crate::propagation::{self, State};

/// Where a span hangs.
#[derive(Clone, Copy, Debug)]
pub enum Parent<'a> {
    /// Under the span that a carrier names; a root without one, or with one that is not valid.
    Carrier(Option<&'a W3cTraceContext>),
    /// Under the OpenTelemetry current context.
    Current,
    /// Under nothing.
    Root,
}

/// How a span ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// Nothing to say: success, and interruption.
    Unset,
    /// A failure, with its description.
    Error(Cow<'static, str>),
}

/// Owns the end of one of our spans.
///
/// A tracing span closes only when its last handle and its last child are gone, and then ends at its last exit. An
/// `OwnedSpan` ends the OpenTelemetry span itself, at [`end`](Self::end) or when it is dropped, so the span is exported
/// at that moment, whatever handles are left.
#[derive(Debug)]
pub struct OwnedSpan {
    span: tracing::Span,
    cx: Context,
}

impl OwnedSpan {
    /// Joins `span` to its parent and starts it.
    ///
    /// `span` must be fresh from [`span!`](crate::span!): a parent can be set only before the span is first entered. A
    /// refused parent is counted (see [`Counters::refused_parents`](crate::Counters)), and the span is served as it is.
    pub fn start(span: tracing::Span, parent: Parent<'_>) -> Self {
        let parent_cx = match parent {
            Parent::Carrier(carrier) => {
                let cx = carrier.and_then(propagation::remote_context).unwrap_or_default();
                propagation::with_configured(cx)
            }
            Parent::Current => Context::current(),
            Parent::Root => propagation::with_configured(Context::new()),
        };
        let refused = span.set_parent(parent_cx.clone()).is_err();
        let cx = span.context();
        // A span that a filter took away from the layer accepts a parent and has no context all the same.
        let unknown = !cx.has_active_span();
        if refused || unknown {
            parent_refused();
        }
        Self { span, cx: if unknown { pass_through(&parent_cx) } else { cx } }
    }

    /// The tracing span, to enter or to instrument work with.
    pub fn span(&self) -> &tracing::Span {
        &self.span
    }

    /// Whether what is written on the span goes anywhere; where it does not, nothing need be put together for it.
    pub fn is_recording(&self) -> bool {
        self.cx.span().is_recording()
    }

    /// Writes an attribute. Each is written once: a second write of a key is a second attribute on the wire.
    pub fn set(&self, key: &'static str, value: impl Into<Value>) {
        self.cx.span().set_attribute(KeyValue::new(key, opentelemetry::Value::from(value.into())));
    }

    /// Adds an event to this span, whether or not it is current.
    pub fn event(&self, name: &'static str, attrs: &[(&'static str, Value)]) {
        super::event::add(&self.cx, name, attrs);
    }

    /// The context that children of this span are made in.
    pub(super) fn context(&self) -> &Context {
        &self.cx
    }

    /// Links this span to the span that a carrier names. An invalid carrier links nothing.
    pub fn link(&self, carrier: &W3cTraceContext) {
        if let Some(target) = propagation::span_context(carrier) {
            self.cx.span().add_link(target, Vec::new());
        }
    }

    /// The carrier that names this span as parent; the caller's own one with tracing off; `None` without either.
    pub fn carrier(&self) -> Option<W3cTraceContext> {
        propagation::write(&self.cx)
    }

    /// The trace this span is in, 32 hex digits; `None` when there is none.
    pub fn trace_id(&self) -> Option<String> {
        propagation::trace_id_of(&self.cx)
    }

    /// Ends the span now, exactly once, whatever handles of the tracing span are left.
    pub fn end(self, status: Status) {
        if let Status::Error(description) = status {
            self.cx.span().set_status(OtelStatus::Error { description });
        }
    }
}

impl Drop for OwnedSpan {
    fn drop(&mut self) {
        self.cx.span().end();
    }
}

/// The parent as a context that can be handed on but not ended: what a span that does not exist stands for.
fn pass_through(parent_cx: &Context) -> Context {
    let parent = parent_cx.span().span_context().clone();
    let cx = Context::new().with_remote_span_context(parent);
    match parent_cx.get::<State>() {
        Some(state) => cx.with_value(state.clone()),
        None => cx,
    }
}
