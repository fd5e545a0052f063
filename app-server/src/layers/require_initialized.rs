//! Lets nothing through before `initialize`, and `initialize` once.
//!
//! Sits inside the answer layer, which answers its refusals, and outside admission. `initialize` is a barrier without
//! waiting: its handler is done at its first poll, and a connection polls a call before it reads the next message.

use std::{
    future::{Ready, ready},
    task::{Context, Poll},
};

use codex_app_server_protocol::{MethodId, RpcError};
use futures_util::future::Either;
use tower::{Layer, Service};

use crate::request::{Call, Target};

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
    S: Service<Call, Error = RpcError>,
{
    type Response = S::Response;
    type Error = RpcError;
    type Future = Either<S::Future, Ready<Result<S::Response, RpcError>>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), RpcError>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, call: Call) -> Self::Future {
        match check(&call) {
            Ok(()) => Either::Left(self.inner.call(call)),
            Err(refusal) => Either::Right(ready(Err(refusal))),
        }
    }
}

fn check(call: &Call) -> Result<(), RpcError> {
    let initialized = call.connection().peer().is_initialized();
    match call.target() {
        Target::Request(MethodId::Initialize) if initialized => Err(RpcError::already_initialized()),
        // A malformed message is answered for what it is, whoever sent it.
        Target::Request(MethodId::Initialize) | Target::Malformed(_) => Ok(()),
        Target::Request(_) | Target::Notification(_) | Target::Unknown(_) if initialized => Ok(()),
        Target::Request(_) | Target::Notification(_) | Target::Unknown(_) => Err(RpcError::not_initialized()),
    }
}
