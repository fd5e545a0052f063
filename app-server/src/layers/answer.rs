//! Answers. The one place that turns a reply into a message and queues it, exactly one for each request.
//!
//! Sits right inside the request span, so that the span ends when the answer is queued and its context stands on the
//! answer; and outside the panic catcher and the gate, so that what they refuse is answered too. A notification gets
//! no answer, whatever becomes of it.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use codex_app_server_protocol::{RequestId, RpcError, write_error};
use pin_project_lite::pin_project;
use tower::{Layer, Service};

use crate::{
    connection::{Connection, outgoing::Entry},
    request::call::{Call, Target},
    request::outcome::{Outcome, Reply},
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
    S: Service<Call, Response = Reply, Error = Infallible>,
{
    type Response = Outcome;
    type Error = Infallible;
    type Future = AnswerFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, call: Call) -> AnswerFuture<S::Future> {
        let connection = Arc::clone(call.connection());
        let addressee = if let Some(id) = call.id() {
            let Some(claim) = connection.claim(id) else {
                let error = RpcError::invalid_request(format!(
                    "request id {id} is still in flight on this connection; use a new id for each request"
                ));
                let addressee = Addressee::Known(id.clone());
                return AnswerFuture { state: State::Refused { error: Some(error) }, connection, addressee };
            };
            Addressee::Claimed(claim)
        } else if matches!(call.target(), Target::Malformed(_)) {
            Addressee::Unknown
        } else {
            Addressee::Nobody
        };
        AnswerFuture { state: State::Running { inner: self.inner.call(call) }, connection, addressee }
    }
}

/// Who waits for the answer.
#[derive(Debug)]
enum Addressee {
    /// Nobody: the message was a notification.
    Nobody,
    /// The sender of a message whose id could not be read: the answer's id is null (JSON-RPC 2.0, section 5).
    Unknown,
    /// The sender of this id.
    Known(RequestId),
    /// The sender of this id, whose claim is given up with the answer.
    Claimed(Claim),
}

impl Addressee {
    fn id(&self) -> Option<&RequestId> {
        match self {
            Self::Nobody | Self::Unknown => None,
            Self::Known(id) => Some(id),
            Self::Claimed(claim) => Some(&claim.id),
        }
    }
}

/// A request id in flight. Dropping it frees the id.
#[derive(Debug)]
pub(crate) struct Claim {
    pub(crate) connection: Arc<Connection>,
    pub(crate) id: RequestId,
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.connection.release(&self.id);
    }
}

pin_project! {
    /// Waits for the reply and queues the answer.
    pub(crate) struct AnswerFuture<F> {
        #[pin]
        state: State<F>,
        connection: Arc<Connection>,
        addressee: Addressee,
    }
}

pin_project! {
    #[project = StateProj]
    enum State<F> {
        Running { #[pin] inner: F },
        Refused { error: Option<RpcError> },
    }
}

impl<F> Future for AnswerFuture<F>
where
    F: Future<Output = Result<Reply, Infallible>>,
{
    type Output = Result<Outcome, Infallible>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let reply = match this.state.project() {
            StateProj::Running { inner } => {
                let Ok(reply) = std::task::ready!(inner.poll(cx));
                reply
            }
            StateProj::Refused { error } => Reply::error(error.take().expect("polled once")),
        };
        let addressee = std::mem::replace(this.addressee, Addressee::Nobody);
        Poll::Ready(Ok(answer(this.connection, &addressee, reply)))
    }
}

/// Queues the answer, then lets go of what waited for it.
fn answer(connection: &Connection, addressee: &Addressee, reply: Reply) -> Outcome {
    let Reply { result, subject, after } = reply;
    let outcome = match result {
        Ok(message) => {
            if addressee.id().is_some() {
                connection.outgoing().push(Entry::Message(message));
            }
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
                    Ok(()) => connection.outgoing().push(Entry::Message(message)),
                    Err(cause) => tracing::error!(%cause, "an error could not be written"),
                }
            }
            Outcome { error: Some(error), subject }
        }
    };
    if let Some(after) = after {
        after();
    }
    outcome
}
