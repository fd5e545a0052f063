//! The typed client.

use std::{
    process::ExitStatus,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicI64, Ordering},
    },
};

use codex_app_server_protocol::{
    Method, Notification, RequestId, RpcError, initialize, methods, notifications, write_error,
    write_notification, write_request, write_response,
};
use secrecy::SecretString;
use serde::Serialize;
use tokio::{
    process::Command,
    sync::{Mutex, mpsc, oneshot},
};

use crate::{
    ClientError, Closed, Connection,
    dispatch::{Incoming, dispatch},
    pending::Pending,
    span::RequestSpan,
    transport::Parts,
};

/// Notifications and server requests that wait to be read. When it is full the client stops reading, answers included:
/// whoever has a turn running must keep calling [`Client::next`].
const EVENTS: usize = 4096;

/// A connection to an app-server, with typed requests that are traced.
///
/// Dropping it closes the connection; [`close`](Self::close) also waits for the end.
#[derive(Debug)]
pub struct Client {
    outgoing: mpsc::Sender<Vec<u8>>,
    pending: Arc<Pending>,
    closed: Arc<OnceLock<Closed>>,
    events: Mutex<mpsc::Receiver<Incoming>>,
    last_id: AtomicI64,
    exit: Option<oneshot::Receiver<ExitStatus>>,
    pid: Option<u32>,
}

impl Client {
    /// Starts a server as a child and speaks to it over its standard input and output.
    pub fn spawn(command: Command) -> Result<Self, ClientError> {
        Connection::spawn(command).map(Self::new)
    }

    /// Connects to `ws://HOST:PORT` or `unix://PATH`. The token of a websocket is the one in `CODEX_APP_SERVER_TOKEN`, else,
    /// for a server of this machine, the one in `$CODEX_HOME`.
    pub async fn connect(url: &str) -> Result<Self, ClientError> {
        Connection::connect(url).await.map(Self::new)
    }

    /// As [`connect`](Self::connect), with this token.
    pub async fn connect_with_token(url: &str, token: SecretString) -> Result<Self, ClientError> {
        Connection::connect_with_token(url, token).await.map(Self::new)
    }

    /// Speaks the protocol over a connection that nothing has been sent over.
    pub fn new(connection: Connection) -> Self {
        let Parts { outgoing, incoming, closed, exit, pid } = connection.into_parts();
        let (event_tx, events) = mpsc::channel(EVENTS);
        let pending = Arc::new(Pending::new());
        codex_otel::spawn_detached(dispatch(incoming, Arc::clone(&pending), event_tx));
        Self { outgoing, pending, closed, events: Mutex::new(events), last_id: AtomicI64::new(0), exit, pid }
    }

    /// Sends `initialize`, and `initialized` once it is answered.
    pub async fn initialize(&self, params: initialize::Params) -> Result<initialize::Response, ClientError> {
        let response = self.request::<methods::Initialize>(params).await?;
        self.notify_bare::<notifications::Initialized>().await?;
        Ok(response)
    }

    /// Sends a request and waits for its answer, in a `client.request` span under the caller's current span.
    pub async fn request<M: Method>(&self, params: M::Params) -> Result<M::Response, ClientError> {
        let method = M::ID.name();
        let id = self.last_id.fetch_add(1, Ordering::Relaxed) + 1;
        let span = RequestSpan::start(method, id);
        let outcome = self.exchange::<M>(id, &params, &span).await;
        match &outcome {
            Ok(_) => span.succeeded(),
            Err(ClientError::Rpc { error, .. }) => span.refused(error),
            Err(error @ ClientError::Closed(_)) => span.failed("connection_closed", error.to_string()),
            Err(error) => span.failed("invalid_message", error.to_string()),
        }
        outcome
    }

    async fn exchange<M: Method>(
        &self,
        id: i64,
        params: &M::Params,
        span: &RequestSpan,
    ) -> Result<M::Response, ClientError> {
        let method = M::ID.name();
        let mut message = Vec::new();
        write_request(&mut message, &RequestId::Integer(id), method, params, span.carrier().as_ref())
            .map_err(|source| ClientError::Encode { method, source })?;
        let waiting = Waiting { pending: &self.pending, id };
        let answer = self.pending.expect(id);
        self.send(message).await?;
        let answer = answer.await.map_err(|_| self.ended())?;
        drop(waiting);
        let result = answer.map_err(|error| ClientError::Rpc { method, error })?;
        serde_json::from_str(result.get()).map_err(|source| ClientError::Decode { method, source })
    }

    /// Sends a notification with params.
    pub async fn notify<N: Notification>(&self, params: N::Params) -> Result<(), ClientError> {
        self.send_notification::<N>(Some(&params)).await
    }

    async fn notify_bare<N: Notification>(&self) -> Result<(), ClientError> {
        self.send_notification::<N>(None).await
    }

    async fn send_notification<N: Notification>(
        &self,
        params: Option<&N::Params>,
    ) -> Result<(), ClientError> {
        let method = N::ID.name();
        let mut message = Vec::new();
        write_notification(&mut message, method, params, None, codex_otel::current().as_ref())
            .map_err(|source| ClientError::Encode { method, source })?;
        self.send(message).await
    }

    /// The next notification or server request, in the order of the wire; `None` when the connection has ended.
    pub async fn next(&self) -> Option<Incoming> {
        self.events.lock().await.recv().await
    }

    /// Answers a request of the server.
    pub async fn respond(
        &self,
        id: &RequestId,
        answer: Result<&(impl Serialize + ?Sized + Sync), RpcError>,
    ) -> Result<(), ClientError> {
        let method = "a server request";
        let mut message = Vec::new();
        match answer {
            Ok(result) => write_response(&mut message, id, result, None),
            Err(error) => write_error(&mut message, Some(id), &error, None),
        }
        .map_err(|source| ClientError::Encode { method, source })?;
        self.send(message).await
    }

    /// The process id of the server, if it is our child.
    pub fn pid(&self) -> Option<u32> {
        self.pid
    }

    /// Closes the connection, waits until the server has ended it too, and returns how a child exited.
    pub async fn close(self) -> Option<ExitStatus> {
        let Self { outgoing, events, exit, .. } = self;
        drop(outgoing);
        let mut events = events.into_inner();
        while events.recv().await.is_some() {}
        exit?.await.ok()
    }

    async fn send(&self, message: Vec<u8>) -> Result<(), ClientError> {
        self.outgoing.send(message).await.map_err(|_| self.ended())
    }

    fn ended(&self) -> ClientError {
        ClientError::Closed(self.closed.get().cloned().unwrap_or_default())
    }
}

/// Takes a request that was given up from the pending ones.
struct Waiting<'a> {
    pending: &'a Pending,
    id: i64,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.pending.forget(self.id);
    }
}
