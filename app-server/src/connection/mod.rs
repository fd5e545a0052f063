//! A connection: who is at the other end, what waits for them, and which of their requests are in flight.
//!
//! It knows no transport: [`driver`] joins it to one.

mod client;
pub(crate) mod driver;
mod events;
mod notify;
pub(crate) mod outgoing;
mod registry;

use std::{
    collections::HashSet,
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use codex_app_server_protocol::RequestId;
use codex_protocol::{ThreadId, W3cTraceContext};

pub(crate) use client::Client;
pub(crate) use events::{collaboration, read_state};
pub(crate) use registry::Connections;

use crate::{
    layers::{admission::InFlight, answer::Claim},
    server_requests::ServerRequests,
};
use outgoing::{Limits, Outgoing};

/// The number of a connection, unique in this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ConnectionId(u64);

impl ConnectionId {
    pub(crate) const fn number(self) -> u64 {
        self.0
    }
}

impl fmt::Display for ConnectionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What a connection runs over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TransportKind {
    Stdio,
    WebSocket,
    Unix,
}

impl TransportKind {
    /// The name in spans, logs and the audit.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Stdio => "stdio",
            Self::WebSocket => "websocket",
            Self::Unix => "unix",
        }
    }
}

/// What the handshake of a connection told.
#[derive(Clone, Debug)]
pub(crate) struct Handshake {
    /// `X-Request-ID`, or one made here (a `UUIDv7`).
    pub(crate) request_id: String,
    /// A valid `traceparent` of the handshake: a link on the spans of the connection.
    pub(crate) trace: Option<W3cTraceContext>,
}

impl Handshake {
    /// The handshake of a transport that has none.
    pub(crate) fn none() -> Self {
        Self { request_id: uuid::Uuid::now_v7().to_string(), trace: None }
    }
}

/// One connection.
#[derive(Debug)]
pub(crate) struct Connection {
    id: ConnectionId,
    transport: TransportKind,
    handshake: Handshake,
    outgoing: Outgoing,
    in_flight: InFlight,
    claimed: Mutex<HashSet<RequestId>>,
    client: OnceLock<Client>,
    initialized: AtomicBool,
    subscriptions: Mutex<HashSet<ThreadId>>,
    server_requests: Arc<ServerRequests>,
}

impl Connection {
    fn new(
        id: ConnectionId,
        transport: TransportKind,
        handshake: Handshake,
        limits: Limits,
        server_requests: Arc<ServerRequests>,
    ) -> Self {
        Self {
            id,
            transport,
            handshake,
            outgoing: Outgoing::new(limits),
            in_flight: InFlight::default(),
            claimed: Mutex::default(),
            client: OnceLock::new(),
            initialized: AtomicBool::new(false),
            subscriptions: Mutex::default(),
            server_requests,
        }
    }

    pub(crate) fn id(&self) -> ConnectionId {
        self.id
    }

    pub(crate) fn transport(&self) -> TransportKind {
        self.transport
    }

    pub(crate) fn handshake_request_id(&self) -> &str {
        &self.handshake.request_id
    }

    pub(crate) fn handshake_trace(&self) -> Option<&W3cTraceContext> {
        self.handshake.trace.as_ref()
    }

    pub(crate) fn outgoing(&self) -> &Outgoing {
        &self.outgoing
    }

    pub(crate) fn in_flight(&self) -> &InFlight {
        &self.in_flight
    }

    /// The client, once `initialize` told who it is.
    pub(crate) fn client(&self) -> Option<&Client> {
        self.client.get()
    }

    /// Keeps what `initialize` told. The gate lets it through once.
    pub(crate) fn set_client(&self, client: Client) {
        // The gate has let one `initialize` through; a second value cannot come.
        let _ = self.client.set(client);
    }

    pub(crate) fn is_initialized(&self) -> bool {
        self.initialized.load(Ordering::Acquire)
    }

    pub(crate) fn set_initialized(&self) {
        self.initialized.store(true, Ordering::Release);
    }

    /// What clients are asked.
    pub(crate) fn server_requests(&self) -> &ServerRequests {
        &self.server_requests
    }

    /// The context to put on an answer, for a client that asked for it.
    pub(crate) fn answer_trace(&self) -> Option<W3cTraceContext> {
        self.client().filter(|client| client.trace_context)?;
        codex_otel::current()
    }

    /// Claims a request id until the request is answered; none if it is in flight already.
    pub(crate) fn claim(self: &Arc<Self>, id: &RequestId) -> Option<Claim> {
        lock(&self.claimed).insert(id.clone()).then(|| Claim { connection: Arc::clone(self), id: id.clone() })
    }

    /// Frees a request id.
    pub(crate) fn release(&self, id: &RequestId) {
        lock(&self.claimed).remove(id);
    }

    /// Remembers that the connection follows a thread. False if it did already.
    pub(crate) fn follow(&self, thread: ThreadId) -> bool {
        lock(&self.subscriptions).insert(thread)
    }

    /// Forgets a thread. False if the connection did not follow it.
    pub(crate) fn unfollow(&self, thread: ThreadId) -> bool {
        lock(&self.subscriptions).remove(&thread)
    }

    /// The threads that the connection follows; none from here on.
    pub(crate) fn unfollow_all(&self) -> HashSet<ThreadId> {
        std::mem::take(&mut *lock(&self.subscriptions))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
