//! Answers. The one place where a reply, or the error that came instead, becomes a message and is queued: exactly one for
//! each request.
//!
//! Sits right inside the request span, so that the span ends when the answer is queued and its context stands on the
//! answer; and outside the panic catcher and all that refuses, so that what they refuse is answered too. A notification gets
//! no answer, whatever becomes of it.

use std::{
    convert::Infallible,
    future::{Ready, ready},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use codex_app_server_protocol::{RequestId, RpcError, Subject, write_error};
use futures_util::future::Either;
use pin_project_lite::pin_project;
use tower::{Layer, Service};

use crate::{
    connection::{AnswerBarrier, Claim, Connection},
    request::{Call, Outcome, Reply, Target},
    transport::Outbound,
};

/// The layer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AnswerLayer;

impl<S> Layer<S> for AnswerLayer {
    type Service = Answer<S>;

    fn layer(&self, inner: S) -> Answer<S> {
        Answer { inner }
    }
}

/// The service.
#[derive(Clone, Debug)]
pub(crate) struct Answer<S> {
    inner: S,
}

impl<S> Service<Call> for Answer<S>
where
    S: Service<Call, Response = Reply, Error = RpcError>,
{
    type Response = Outcome;
    type Error = Infallible;
    type Future = AnswerFuture<S::Future>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        // Nothing below is ever not ready: what is too much is refused.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut call: Call) -> AnswerFuture<S::Future> {
        let connection = Arc::clone(call.connection());
        let addressee = match Addressee::of(&mut call) {
            Ok(addressee) => addressee,
            Err(id) => {
                let error = RpcError::invalid_request(format!(
                    "request id {id} is still in flight on this connection; use a new id for each request"
                ));
                let inner = Either::Right(ready(Err(error)));
                return AnswerFuture { inner, connection, addressee: Addressee::InUse(id) };
            }
        };
        AnswerFuture { inner: Either::Left(self.inner.call(call)), connection, addressee }
    }
}

/// Who waits for the answer.
#[derive(Debug)]
enum Addressee {
    /// Nobody: the message was a notification.
    Nobody,
    /// The sender of a message whose id could not be read: the answer's id is null (JSON-RPC 2.0, section 5).
    Unknown,
    /// The sender of this id, which belongs to another request.
    InUse(RequestId),
    /// The sender of this id, whose claim is given up with the answer.
    Claimed(Claim, AnswerBarrier),
}

impl Addressee {
    /// Who waits for the answer to a call; the id alone where it is in flight already.
    fn of(call: &mut Call) -> Result<Self, RequestId> {
        let connection = Arc::clone(call.connection());
        match call.id() {
            Some(id) => {
                let claim = connection.claim(id).ok_or_else(|| id.clone())?;
                let barrier = connection.barrier();
                call.set_barrier(barrier.ticket());
                Ok(Self::Claimed(claim, barrier))
            }
            None if matches!(call.target(), Target::Malformed(_)) => Ok(Self::Unknown),
            None => Ok(Self::Nobody),
        }
    }

    fn id(&self) -> Option<&RequestId> {
        match self {
            Self::Nobody | Self::Unknown => None,
            Self::InUse(id) => Some(id),
            Self::Claimed(claim, _) => Some(claim.id()),
        }
    }

    /// Queues the answer.
    fn send(self, connection: &Connection, message: Vec<u8>) {
        match self {
            Self::Nobody => {}
            Self::Unknown | Self::InUse(_) => connection.outgoing().push(Outbound::Message(message)),
            Self::Claimed(claim, barrier) => {
                barrier.answer(message);
                drop(claim);
            }
        }
    }
}

pin_project! {
    /// Waits for the reply and queues the answer.
    pub(crate) struct AnswerFuture<F> {
        #[pin]
        inner: Either<F, Ready<Result<Reply, RpcError>>>,
        connection: Arc<Connection>,
        addressee: Addressee,
    }
}

impl<F> Future for AnswerFuture<F>
where
    F: Future<Output = Result<Reply, RpcError>>,
{
    type Output = Result<Outcome, Infallible>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let result = std::task::ready!(this.inner.poll(cx));
        let addressee = std::mem::replace(this.addressee, Addressee::Nobody);
        Poll::Ready(Ok(answer(this.connection, addressee, result)))
    }
}

/// The edge of the stack: a reply or an error becomes the answer, once.
fn answer(connection: &Connection, addressee: Addressee, result: Result<Reply, RpcError>) -> Outcome {
    match result {
        Ok(Reply { message, subject }) => {
            addressee.send(connection, message);
            Outcome { error: None, subject }
        }
        Err(mut error) => {
            if !matches!(addressee, Addressee::Nobody) {
                if let Some(trace_id) = codex_otel::current_trace_id() {
                    error = error.with_trace_id(trace_id);
                }
                let mut message = Vec::with_capacity(128);
                let trace = connection.answer_trace();
                match write_error(&mut message, addressee.id(), &error, trace.as_ref()) {
                    Ok(()) => addressee.send(connection, message),
                    Err(cause) => tracing::error!(%cause, "an error could not be written"),
                }
            }
            Outcome { error: Some(error), subject: Subject::default() }
        }
    }
}
