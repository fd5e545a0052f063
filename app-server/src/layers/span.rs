//! Opens the span of every inbound message, and ends it with what became of the message.
//!
//! Outermost: refused, malformed, cancelled and panicked messages get a span too. The span is entered around the
//! inner `call` and at each poll, so that whatever a handler does, submitting work included, happens inside it.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};

use codex_otel::{OwnedSpan, Status, attr};
use pin_project_lite::pin_project;
use tower::{Layer, Service};

use crate::request::{Call, Outcome, Parents, span as request_span};

/// The layer.
#[derive(Clone, Debug)]
pub(crate) struct RequestSpanLayer {
    parents: Parents,
}

impl RequestSpanLayer {
    pub(crate) fn new(parents: Parents) -> Self {
        Self { parents }
    }
}

impl<S> Layer<S> for RequestSpanLayer {
    type Service = RequestSpan<S>;

    fn layer(&self, inner: S) -> RequestSpan<S> {
        RequestSpan { inner, parents: self.parents.clone() }
    }
}

/// The service.
#[derive(Clone, Debug)]
pub(crate) struct RequestSpan<S> {
    inner: S,
    parents: Parents,
}

impl<S> Service<Call> for RequestSpan<S>
where
    S: Service<Call, Response = Outcome, Error = Infallible>,
{
    type Response = ();
    type Error = Infallible;
    type Future = RequestSpanFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, call: Call) -> RequestSpanFuture<S::Future> {
        let span = request_span::start(&call, &self.parents);
        let named = request_span::Named::by(&call);
        let measured = request_span::Measured::start(&call);
        let inner = span.span().in_scope(|| {
            tracing::info!(
                method = request_span::name(call.target()),
                request_id = call.id().map(tracing::field::display),
                "message received"
            );
            self.inner.call(call)
        });
        RequestSpanFuture { inner, end: End { span: Some(span) }, named, measured }
    }
}

pin_project! {
    /// Polls the call inside its span.
    pub(crate) struct RequestSpanFuture<F> {
        #[pin]
        inner: F,
        end: End,
        named: request_span::Named,
        measured: Option<request_span::Measured>,
    }
}

impl<F> Future for RequestSpanFuture<F>
where
    F: Future<Output = Result<Outcome, Infallible>>,
{
    type Output = Result<(), Infallible>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let polled = {
            let _entered = this.end.span.as_ref().map(|span| span.span().enter());
            this.inner.poll(cx)
        };
        let Ok(outcome) = std::task::ready!(polled);
        if let Some(measured) = this.measured.take() {
            measured.end(&outcome);
        }
        if let Some(span) = this.end.span.take() {
            request_span::end(span, outcome, *this.named);
        }
        Poll::Ready(Ok(()))
    }
}

/// Ends the span of a call that was dropped before it had an outcome.
#[derive(Debug)]
struct End {
    span: Option<OwnedSpan>,
}

impl Drop for End {
    fn drop(&mut self) {
        if let Some(span) = self.span.take() {
            span.set(attr::ERROR_TYPE, "cancelled");
            span.end(Status::Error("cancelled before it was answered".into()));
        }
    }
}
