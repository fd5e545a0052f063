//! Who is at the other end of a connection, and what it runs over.

use std::{
    collections::HashSet,
    fmt,
    sync::{
        OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};

use codex_app_server_protocol::ServerNotificationId;

use crate::transport::{Handshake, TransportKind};

/// The number of a connection, unique in this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ConnectionId(pub(super) u64);

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

/// The client of a connection, as `initialize` described it.
#[derive(Debug)]
pub(crate) struct Client {
    /// The client's name.
    pub(crate) name: String,
    /// The client's version.
    pub(crate) version: String,
    /// Whether it wants `trace` on every message that it gets.
    pub(crate) trace_context: bool,
    /// Notifications that it does not want, by method.
    pub(crate) opted_out: HashSet<String>,
}

/// The other end of a connection.
#[derive(Debug)]
pub(crate) struct Peer {
    /// The connection's number.
    pub(crate) id: ConnectionId,
    /// What the connection runs over.
    pub(crate) transport: TransportKind,
    /// What the handshake told.
    pub(crate) handshake: Handshake,
    client: OnceLock<Client>,
    /// Set once the answer to `initialize` is queued: no notification comes before it.
    introduced: AtomicBool,
}

impl Peer {
    pub(super) fn new(id: ConnectionId, transport: TransportKind, handshake: Handshake) -> Self {
        Self { id, transport, handshake, client: OnceLock::new(), introduced: AtomicBool::new(false) }
    }

    /// The client, once `initialize` told who it is.
    pub(crate) fn client(&self) -> Option<&Client> {
        self.client.get()
    }

    /// Keeps what `initialize` told. From here on the connection takes every request.
    pub(crate) fn set_client(&self, client: Client) {
        // A second `initialize` is refused before it gets here.
        let _ = self.client.set(client);
    }

    /// Whether `initialize` has been handled.
    pub(crate) fn is_initialized(&self) -> bool {
        self.client.get().is_some()
    }

    /// An answer is queued: where `initialize` was handled, the client hears of what happens from now on.
    pub(super) fn answered(&self) {
        if self.is_initialized() && !self.is_introduced() {
            self.introduced.store(true, Ordering::Release);
        }
    }

    /// Whether the client hears of what happens.
    pub(crate) fn is_introduced(&self) -> bool {
        self.introduced.load(Ordering::Acquire)
    }

    /// The client, if it has introduced itself and wants this notification.
    pub(crate) fn listener(&self, id: ServerNotificationId) -> Option<&Client> {
        if !self.is_introduced() {
            return None;
        }
        self.client().filter(|client| !client.opted_out.contains(id.name()))
    }
}
