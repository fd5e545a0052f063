//! Bounds the calls in flight, for one connection and for the whole server.
//!
//! Sits inside the check for `initialize`, so that an uninitialized client takes no room, and outside the lanes, so that
//! a call that waits for its lane counts. Takes its place in `call` and never waits: a call past the bound is refused with
//! `-32001`, which its sender may send again. `turn/interrupt` always passes: a client must be able to stop what
//! fills the server. A client's answers to server requests are no calls and never come here.

use std::{
    future::{Ready, ready},
    pin::Pin,
    task::{Context, Poll},
};

use codex_app_server_protocol::{MethodId, RpcError};
use futures_util::future::Either;
use pin_project_lite::pin_project;
use tower::{Layer, Service};

use crate::{
    connection::{InFlight, Place},
    request::Call,
};

/// How many calls may be in flight.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// Of one connection.
    pub(crate) connection: usize,
    /// Of the whole server.
    pub(crate) server: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { connection: 4096, server: 65_536 }
    }
}

/// The layer.
#[derive(Clone, Debug)]
pub(crate) struct AdmissionLayer {
    bounds: Bounds,
    server: InFlight,
}

impl AdmissionLayer {
    pub(crate) fn new(bounds: Bounds, server: InFlight) -> Self {
        Self { bounds, server }
    }

    fn admit(&self, call: &Call) -> Option<(Place, Place)> {
        let (connection, server) = if call.method_id() == Some(MethodId::TurnInterrupt) {
            (usize::MAX, usize::MAX)
        } else {
            (self.bounds.connection, self.bounds.server)
        };
        let place = call.connection().in_flight().enter(connection)?;
        Some((place, self.server.enter(server)?))
    }
}

impl<S> Layer<S> for AdmissionLayer {
    type Service = Admission<S>;

    fn layer(&self, inner: S) -> Admission<S> {
        Admission { inner, layer: self.clone() }
    }
}

/// The service.
#[derive(Clone, Debug)]
pub(crate) struct Admission<S> {
    inner: S,
    layer: AdmissionLayer,
}

impl<S> Service<Call> for Admission<S>
where
    S: Service<Call, Error = RpcError>,
{
    type Response = S::Response;
    type Error = RpcError;
    type Future = Either<Admitted<S::Future>, Ready<Result<S::Response, RpcError>>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), RpcError>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, call: Call) -> Self::Future {
        match self.layer.admit(&call) {
            Some(places) => Either::Left(Admitted { inner: self.inner.call(call), places }),
            None => Either::Right(ready(Err(RpcError::overloaded()))),
        }
    }
}

pin_project! {
    /// The inner future and its places.
    pub(crate) struct Admitted<F> {
        #[pin]
        inner: F,
        places: (Place, Place),
    }
}

impl<F: Future> Future for Admitted<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.project().inner.poll(cx)
    }
}
