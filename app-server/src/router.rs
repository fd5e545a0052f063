//! From a method of the table to its handler, and from the handler's result to the message that answers.
//!
//! The innermost service. It is never touched when a method is added: the table's row and an `impl Handle` are enough,
//! and the compiler asks for the second.

use std::{
    future::ready,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use codex_app_server_protocol::{
    Method, MethodId, RequestId, RpcError, decode_params, methods, write_response,
};
use codex_protocol::ThreadId;
use tower::Service;

use crate::{
    app::App,
    connection::{BarrierTicket, Connection},
    request::{Call, Reply, Target},
    wire::error,
};

/// A reply on its way.
pub(crate) type ReplyFuture = Pin<Box<dyn Future<Output = Result<Reply, RpcError>> + Send>>;

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
    barrier: Option<BarrierTicket>,
}

impl RequestCx {
    /// The connection that asks.
    pub(crate) fn connection(&self) -> &Arc<Connection> {
        &self.connection
    }

    /// The name of the client that asks.
    pub(crate) fn client_name(&self) -> Option<String> {
        self.connection.peer().client().map(|client| client.name.clone())
    }

    /// Holds events of a thread back until the answer, where the params did not name the thread.
    pub(crate) fn hold_events_of(&self, thread: ThreadId) {
        if let Some(ticket) = self.barrier {
            self.connection.raise_barrier(ticket, Some(thread), false);
        }
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
    type Error = RpcError;
    type Future = ReplyFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), RpcError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, call: Call) -> ReplyFuture {
        match (call.target(), call.id()) {
            (Target::Request(method), Some(id)) => entry_of(*method)(Arc::clone(&self.app), id.clone(), call),
            // A request's method without an id: nobody can be answered, so nothing is done (JSON-RPC 2.0, section 4.1).
            (Target::Request(_), None) | (Target::Notification(_), _) => nothing(),
            (Target::Unknown(name), Some(_)) => refusal(RpcError::method_not_found(name)),
            (Target::Unknown(name), None) => {
                tracing::debug!(%name, "an unknown notification was ignored");
                nothing()
            }
            (Target::Malformed(error), _) => refusal(error.clone()),
        }
    }
}

fn nothing() -> ReplyFuture {
    Box::pin(ready(Ok(Reply::default())))
}

fn refusal(error: RpcError) -> ReplyFuture {
    Box::pin(ready(Err(error)))
}

type Entry = fn(Arc<App>, RequestId, Call) -> ReplyFuture;

/// Joins the table to the handlers: a row without one does not compile.
macro_rules! mount {
    ($($(#[$doc:meta])* $marker:ident = $name:literal ($params:ty) -> $response:ty, $lane:ident $(, names $named:ident)?;)*) => {
        const fn entry_of(method: MethodId) -> Entry {
            match method {
                $(MethodId::$marker => entry::<methods::$marker>,)*
            }
        }
    };
}

codex_app_server_protocol::request_table!(mount);

fn entry<M: Method>(app: Arc<App>, id: RequestId, call: Call) -> ReplyFuture
where
    App: Handle<M>,
{
    Box::pin(async move {
        call.raise_barrier();
        let (connection, barrier, params) = call.into_parts();
        let params = decode_params::<M::Params>(params.as_deref())?;
        let mut cx = RequestCx { connection, barrier };
        let response = app.handle(&mut cx, params).await.map_err(Into::into)?;
        let subject = M::subject(&response);
        let mut message = Vec::with_capacity(128);
        write_response(&mut message, &id, &response, cx.connection.answer_trace().as_ref())
            .map_err(|cause| error::internal("writing a response", &cause))?;
        Ok(Reply { message, subject })
    })
}
