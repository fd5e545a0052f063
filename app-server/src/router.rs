//! From a method of the table to its handler, and from the handler's result to the message that answers.
//!
//! The innermost service. It is never touched when a method is added: the table's row and an `impl Handle` are enough,
//! and the compiler asks for the second.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use codex_app_server_protocol::{
    Method, MethodId, RequestId, RpcError, decode_params, methods, write_response,
};
use serde_json::value::RawValue;
use tower::Service;

use crate::{
    app::App,
    connection::Connection,
    request::call::{Call, Target},
    request::outcome::{After, Reply},
    request::subject::Subject,
    wire::error,
};

/// A reply on its way.
pub(crate) type ReplyFuture = Pin<Box<dyn Future<Output = Result<Reply, Infallible>> + Send>>;

/// Answers one method. A handler takes params and gives a result: it decodes nothing, answers nothing, spawns nothing.
pub(crate) trait Handle<M: Method> {
    /// What can go wrong; [`error`] says what the client is told of it.
    type Error: Into<RpcError>;

    /// Does the work.
    fn handle(
        &self,
        cx: &mut RequestCx,
        params: M::Params,
    ) -> impl Future<Output = Result<M::Response, Self::Error>> + Send;
}

/// What a handler knows of the request beside its params.
pub(crate) struct RequestCx {
    connection: Arc<Connection>,
    after: Option<After>,
}

impl RequestCx {
    /// The connection that asks.
    pub(crate) fn connection(&self) -> &Arc<Connection> {
        &self.connection
    }

    /// Runs something once the answer is queued: what it sends comes after the answer.
    pub(crate) fn after_answer(&mut self, then: impl FnOnce() + Send + 'static) {
        self.after = Some(match self.after.take() {
            None => Box::new(then),
            Some(first) => Box::new(move || {
                first();
                then();
            }),
        });
    }
}

/// The service.
#[derive(Clone)]
pub(crate) struct Router {
    app: Arc<App>,
}

impl Router {
    pub(crate) fn new(app: Arc<App>) -> Self {
        Self { app }
    }
}

impl Service<Call> for Router {
    type Response = Reply;
    type Error = Infallible;
    type Future = ReplyFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, call: Call) -> ReplyFuture {
        let (connection, id, target, params) = call.into_parts();
        match (target, id) {
            (Target::Request(method), Some(id)) => {
                entry_of(method)(Arc::clone(&self.app), connection, id, params)
            }
            // A request's method without an id: nobody can be answered, so nothing is done (JSON-RPC 2.0, section 4.1).
            (Target::Request(_), None) | (Target::Notification(_), _) => ready(Reply::none()),
            (Target::Unknown(name), Some(_)) => ready(Reply::error(RpcError::method_not_found(&name))),
            (Target::Unknown(name), None) => {
                tracing::debug!(%name, "an unknown notification was ignored");
                ready(Reply::none())
            }
            (Target::Malformed(error), _) => ready(Reply::error(error)),
        }
    }
}

fn ready(reply: Reply) -> ReplyFuture {
    Box::pin(std::future::ready(Ok(reply)))
}

type Entry = fn(Arc<App>, Arc<Connection>, RequestId, Option<Box<RawValue>>) -> ReplyFuture;

/// Joins the table to the handlers: a row without one does not compile.
macro_rules! mount {
    ($($(#[$doc:meta])* $marker:ident = $name:literal ($params:ty) -> $response:ty, $lane:ident;)*) => {
        const fn entry_of(method: MethodId) -> Entry {
            match method {
                $(MethodId::$marker => entry::<methods::$marker>,)*
            }
        }
    };
}

codex_app_server_protocol::request_table!(mount);

fn entry<M: Method>(
    app: Arc<App>,
    connection: Arc<Connection>,
    id: RequestId,
    params: Option<Box<RawValue>>,
) -> ReplyFuture
where
    App: Handle<M>,
{
    Box::pin(async move {
        let mut cx = RequestCx { connection, after: None };
        let result = match decode_params::<M::Params>(params.as_deref()) {
            Ok(params) => app.handle(&mut cx, params).await.map_err(Into::into),
            Err(error) => Err(error),
        };
        let RequestCx { connection, after } = cx;
        let response = match result {
            Ok(response) => response,
            Err(error) => return Ok(Reply { result: Err(error), subject: Subject::default(), after }),
        };
        let subject = Subject::of(&response);
        let mut message = Vec::with_capacity(128);
        let written = write_response(&mut message, &id, &response, connection.answer_trace().as_ref());
        let result = written.map(|()| message).map_err(|cause| error::internal("writing a response", &cause));
        Ok(Reply { result, subject, after })
    })
}
