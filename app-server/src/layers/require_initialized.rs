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
    request::call::{Call, Target},
    request::outcome::Reply,
};

/// The layer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RequireInitializedLayer;

impl<S> Layer<S> for RequireInitializedLayer {
    type Service = RequireInitialized<S>;

    fn layer(&self, inner: S) -> RequireInitialized<S> {
        RequireInitialized { inner }
    }
}

/// The service.
#[derive(Clone, Debug)]
pub(crate) struct RequireInitialized<S> {
    inner: S,
}

impl<S> Service<Call> for RequireInitialized<S>
where
    S: Service<Call, Response = Reply, Error = Infallible>,
{
    type Response = Reply;
    type Error = Infallible;
    type Future = RequireInitializedFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, call: Call) -> RequireInitializedFuture<S::Future> {
        let initialized = call.connection().is_initialized();
        match call.target() {
            Target::Request(MethodId::Initialize) if initialized => {
                RequireInitializedFuture::Refused { error: Some(RpcError::already_initialized()) }
            }
            // A malformed message is answered for what it is, whoever sent it.
            Target::Request(MethodId::Initialize) | Target::Malformed(_) => {
                RequireInitializedFuture::Through { inner: self.inner.call(call) }
            }
            _ if initialized => RequireInitializedFuture::Through { inner: self.inner.call(call) },
            _ => RequireInitializedFuture::Refused { error: Some(RpcError::not_initialized()) },
        }
    }
}

pin_project! {
    /// The inner future, or the refusal.
    #[project = RequireInitializedProj]
    pub(crate) enum RequireInitializedFuture<F> {
        Through { #[pin] inner: F },
        Refused { error: Option<RpcError> },
    }
}

impl<F> Future for RequireInitializedFuture<F>
where
    F: Future<Output = Result<Reply, Infallible>>,
{
    type Output = Result<Reply, Infallible>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project() {
            RequireInitializedProj::Through { inner } => inner.poll(cx),
            RequireInitializedProj::Refused { error } => {
                Poll::Ready(Ok(Reply::error(error.take().expect("polled once"))))
            }
        }
    }
}
