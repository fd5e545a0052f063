//! Turns a panic in a handler into `-32603` for the one request that hit it.
//!
//! Sits inside the request span, so that the report carries the trace id, and outside everything that runs
//! handlers' code. Guards both `call` and every poll.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    task::{Context, Poll},
};

use codex_app_server_protocol::RpcError;
use pin_project_lite::pin_project;
use tower::{Layer, Service};

use crate::request::Call;

/// The layer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CatchPanicLayer;

impl<S> Layer<S> for CatchPanicLayer {
    type Service = CatchPanic<S>;

    fn layer(&self, inner: S) -> CatchPanic<S> {
        CatchPanic { inner }
    }
}

/// The service.
#[derive(Clone, Debug)]
pub(crate) struct CatchPanic<S> {
    inner: S,
}

impl<S> Service<Call> for CatchPanic<S>
where
    S: Service<Call, Error = RpcError>,
{
    type Response = S::Response;
    type Error = RpcError;
    type Future = CatchPanicFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), RpcError>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, call: Call) -> CatchPanicFuture<S::Future> {
        // Unwind safety: a handler reaches shared state through locks whose poison is ignored on purpose, and the
        // call itself is gone.
        match catch_unwind(AssertUnwindSafe(|| self.inner.call(call))) {
            Ok(inner) => CatchPanicFuture::Running { inner },
            Err(panic) => CatchPanicFuture::Panicked { panic: Some(panic) },
        }
    }
}

pin_project! {
    /// The inner future, or the panic that it ended in.
    #[project = CatchPanicProj]
    pub(crate) enum CatchPanicFuture<F> {
        Running { #[pin] inner: F },
        Panicked { panic: Option<Box<dyn Any + Send>> },
    }
}

impl<F, R> Future for CatchPanicFuture<F>
where
    F: Future<Output = Result<R, RpcError>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let panic = match self.project() {
            CatchPanicProj::Running { inner } => match catch_unwind(AssertUnwindSafe(|| inner.poll(cx))) {
                Ok(poll) => return poll,
                Err(panic) => panic,
            },
            CatchPanicProj::Panicked { panic } => panic.take().expect("polled once after its panic"),
        };
        tracing::error!(
            panic = message(&*panic),
            "a request handler panicked; the request is answered with an internal error"
        );
        Poll::Ready(Err(RpcError::internal()))
    }
}

/// The text of a panic, where it has one.
fn message(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}
