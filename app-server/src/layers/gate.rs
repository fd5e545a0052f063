//! Lets nothing through before `initialize`, and `initialize` once.
//!
//! Sits inside the answer layer, which answers its refusals, and outside admission. `initialize` is a barrier without
//! waiting: its handler is done at its first poll, and a connection polls a call before it reads the next message.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};

use codex_app_server_protocol::{MethodId, RpcError};
use pin_project_lite::pin_project;
use tower::{Layer, Service};

use crate::{
    call::{Call, Target},
    reply::Reply,
};

/// The layer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct InitializeGateLayer;

impl<S> Layer<S> for InitializeGateLayer {
    type Service = InitializeGate<S>;

    fn layer(&self, inner: S) -> InitializeGate<S> {
        InitializeGate { inner }
    }
}

/// The service.
#[derive(Clone, Debug)]
pub(crate) struct InitializeGate<S> {
    inner: S,
}

impl<S> Service<Call> for InitializeGate<S>
where
    S: Service<Call, Response = Reply, Error = Infallible>,
{
    type Response = Reply;
    type Error = Infallible;
    type Future = GateFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, call: Call) -> GateFuture<S::Future> {
        let initialized = call.connection().is_initialized();
        match call.target() {
            Target::Request(MethodId::Initialize) if initialized => {
                GateFuture::Refused { error: Some(RpcError::already_initialized()) }
            }
            // A malformed message is answered for what it is, whoever sent it.
            Target::Request(MethodId::Initialize) | Target::Malformed(_) => {
                GateFuture::Through { inner: self.inner.call(call) }
            }
            _ if initialized => GateFuture::Through { inner: self.inner.call(call) },
            _ => GateFuture::Refused { error: Some(RpcError::not_initialized()) },
        }
    }
}

pin_project! {
    /// The inner future, or the refusal.
    #[project = GateProj]
    pub(crate) enum GateFuture<F> {
        Through { #[pin] inner: F },
        Refused { error: Option<RpcError> },
    }
}

impl<F> Future for GateFuture<F>
where
    F: Future<Output = Result<Reply, Infallible>>,
{
    type Output = Result<Reply, Infallible>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project() {
            GateProj::Through { inner } => inner.poll(cx),
            GateProj::Refused { error } => Poll::Ready(Ok(Reply::error(error.take().expect("polled once")))),
        }
    }
}
