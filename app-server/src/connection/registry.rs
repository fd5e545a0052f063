//! All connections of the server.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use codex_app_server_protocol::NotificationPayload;
use codex_otel::metrics::Counted;
use codex_protocol::{ThreadId, W3cTraceContext};
use tokio::sync::watch;

use super::{
    Connection, ConnectionId, Peer,
    outgoing::{Closing, Limits},
};
use crate::transport::{Handshake, TransportKind};

/// The open connections.
#[derive(Debug)]
pub(crate) struct Connections {
    next: AtomicU64,
    open: Mutex<HashMap<ConnectionId, Arc<Connection>>>,
    count: watch::Sender<usize>,
    limits: Limits,
}

/// A connection's place among the open ones. Dropping it takes the connection out.
#[derive(Debug)]
pub(crate) struct Registered {
    connections: Arc<Connections>,
    connection: Arc<Connection>,
    _measured: Counted,
}

impl Connections {
    pub(crate) fn new(limits: Limits) -> Arc<Self> {
        Arc::new(Self {
            next: AtomicU64::new(1),
            open: Mutex::default(),
            count: watch::Sender::new(0),
            limits,
        })
    }

    /// Opens a connection.
    pub(crate) fn open(self: &Arc<Self>, transport: TransportKind, handshake: Handshake) -> Registered {
        let id = ConnectionId(self.next.fetch_add(1, Ordering::Relaxed));
        let connection = Arc::new(Connection::new(Peer::new(id, transport, handshake), self.limits));
        self.change(|open| {
            open.insert(id, Arc::clone(&connection));
        });
        Registered {
            connections: Arc::clone(self),
            connection,
            _measured: crate::metrics::connection(transport.name()),
        }
    }

    /// How many are open.
    pub(crate) fn count(&self) -> usize {
        *self.count.borrow()
    }

    /// Messages and bytes that wait for readers, over all connections.
    pub(crate) fn waiting(&self) -> (usize, usize) {
        let waiting = self.snapshot();
        waiting
            .iter()
            .map(|connection| connection.outgoing().waiting())
            .fold((0, 0), |(messages, bytes), (more_messages, more_bytes)| {
                (messages + more_messages, bytes + more_bytes)
            })
    }

    /// Queues a notification for every client that has introduced itself and wants it.
    pub(crate) fn notify_all<N: NotificationPayload>(&self, payload: &N, trace: Option<&W3cTraceContext>) {
        for connection in self.snapshot() {
            connection.notify(payload, trace);
        }
    }

    /// As [`notify_all`](Self::notify_all), of something that happened to a thread: the connection whose request caused
    /// it has its answer first.
    pub(crate) fn notify_all_of<N: NotificationPayload>(
        &self,
        thread: ThreadId,
        payload: &N,
        trace: Option<&W3cTraceContext>,
    ) {
        for connection in self.snapshot() {
            connection.notify_of(thread, payload, trace);
        }
    }

    fn snapshot(&self) -> Vec<Arc<Connection>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// Tells every connection to write what it has and end.
    pub(crate) fn finish(&self) {
        for connection in self.snapshot() {
            connection.outgoing().close(Closing::Flush);
        }
    }

    /// Resolves when no connection is open any more.
    pub(crate) async fn all_closed(&self) {
        // The sender lives as long as `self`, so waiting cannot fail.
        let _ = self.count.subscribe().wait_for(|count| *count == 0).await;
    }

    fn change(&self, change: impl FnOnce(&mut HashMap<ConnectionId, Arc<Connection>>)) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut open);
        self.count.send_replace(open.len());
    }
}

impl Registered {
    pub(crate) fn connection(&self) -> &Arc<Connection> {
        &self.connection
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        self.connection.outgoing().close(Closing::Gone);
        self.connections.change(|open| {
            open.remove(&self.connection.id());
        });
    }
}
