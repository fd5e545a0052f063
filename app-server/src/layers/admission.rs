//! Bounds the calls in flight, for one connection and for the whole server.
//!
//! Sits inside the gate, so that an uninitialized client takes no room, and outside the lanes, so that a call that
//! waits for its lane counts. Takes its place in `call` and never waits: a call past the bound is refused with
//! `-32001`, which its sender may send again. `turn/interrupt` always passes: a client must be able to stop what
//! fills the server. A client's answers to server requests are no calls and never come here.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
};

use codex_app_server_protocol::{MethodId, RpcError};
use pin_project_lite::pin_project;
use tower::{Layer, Service};

use crate::request::{call::Call, outcome::Reply};

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

/// A count of calls in flight.
#[derive(Clone, Debug, Default)]
pub(crate) struct InFlight(Arc<AtomicUsize>);

impl InFlight {
    /// How many there are now.
    pub(crate) fn count(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    fn enter(&self, bound: usize) -> Option<Place> {
        if self.0.fetch_add(1, Ordering::Relaxed) >= bound {
            self.0.fetch_sub(1, Ordering::Relaxed);
            return None;
        }
        Some(Place(self.clone()))
    }
}

/// One call's part of a count.
#[derive(Debug)]
struct Place(InFlight);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
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
    S: Service<Call, Response = Reply, Error = Infallible>,
{
    type Response = Reply;
    type Error = Infallible;
    type Future = AdmissionFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, call: Call) -> AdmissionFuture<S::Future> {
        let (connection, server) = if call.method_id() == Some(MethodId::TurnInterrupt) {
            (usize::MAX, usize::MAX)
        } else {
            (self.layer.bounds.connection, self.layer.bounds.server)
        };
        let places = call.connection().in_flight().enter(connection);
        let places = places.and_then(|place| Some((place, self.layer.server.enter(server)?)));
        match places {
            Some(places) => AdmissionFuture::Admitted { inner: self.inner.call(call), places },
            None => AdmissionFuture::Refused,
        }
    }
}

pin_project! {
    /// The inner future and its places, or the refusal.
    #[project = AdmissionProj]
    pub(crate) enum AdmissionFuture<F> {
        Admitted { #[pin] inner: F, places: (Place, Place) },
        Refused,
    }
}

impl<F> Future for AdmissionFuture<F>
where
    F: Future<Output = Result<Reply, Infallible>>,
{
    type Output = Result<Reply, Infallible>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project() {
            AdmissionProj::Admitted { inner, .. } => inner.poll(cx),
            AdmissionProj::Refused => Poll::Ready(Ok(Reply::error(RpcError::overloaded()))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_count_refuses_and_a_freed_place_admits_again() {
        let in_flight = InFlight::default();
        let first = in_flight.enter(2).unwrap();
        let _second = in_flight.enter(2).unwrap();
        assert!(in_flight.enter(2).is_none());
        assert_eq!(in_flight.0.load(Ordering::Relaxed), 2, "a refusal leaves no trace");
        drop(first);
        assert!(in_flight.enter(2).is_some());
    }
}
