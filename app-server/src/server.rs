//! The server as a library: give it streams, and it serves them until they end.

use std::{sync::Arc, time::Duration};

use codex_core::Agent;
use codex_otel::{EnvParent, Telemetry};
use secrecy::SecretString;
use tokio::io::{AsyncRead, AsyncWrite};

use crate::{
    app::App,
    connection::{
        Connection,
        driver::{Ended, drive},
        outgoing::{Closing, Limits},
    },
    layers::admission::Bounds,
    receive::receiver,
    request::Parents,
    transport::{
        Handshake, TransportKind,
        admission::HandshakeRules,
        http,
        lines::Lines,
        websocket::{Introduction, WebSocket},
    },
};

/// What can be set of a server. The default is what the command line starts.
#[derive(Clone, Debug)]
pub struct ServerOptions {
    /// The longest message, in bytes.
    pub max_message_bytes: usize,
    /// Requests in flight of one connection; further ones are refused with `-32001`.
    pub max_in_flight_per_connection: usize,
    /// Requests in flight of all connections.
    pub max_in_flight: usize,
    /// How long a client may read nothing while something waits for it.
    pub stall: Duration,
    /// From how many waiting bytes on a reader lags, so that its adjacent deltas are merged.
    pub lag_bytes: usize,
    /// The most bytes that may wait for a reader.
    pub max_waiting_bytes: usize,
    /// Values of `Origin` that may connect; none means that no web page can.
    pub allowed_origins: Vec<String>,
    /// What websockets over TCP must show to be let in; nothing where there is none.
    pub token: Option<SecretString>,
    /// How long a client may take to send `initialize`, except on stdio.
    pub initialize_timeout: Duration,
    /// The most connections at once, stdio left out.
    pub max_connections: usize,
    /// What the `TRACEPARENT` of the process is good for; by transport where it is left out.
    pub env_parent: Option<EnvParent>,
    /// What `server/diagnostics` reads counters from.
    pub telemetry: Telemetry,
}

impl Default for ServerOptions {
    fn default() -> Self {
        let (bounds, limits) = (Bounds::default(), Limits::default());
        Self {
            max_message_bytes: 64 << 20,
            max_in_flight_per_connection: bounds.connection,
            max_in_flight: bounds.server,
            stall: Duration::from_secs(30),
            lag_bytes: limits.lag_bytes,
            max_waiting_bytes: limits.max_bytes,
            allowed_origins: Vec::new(),
            token: None,
            initialize_timeout: Duration::from_secs(30),
            max_connections: 1024,
            env_parent: None,
            telemetry: Telemetry::default(),
        }
    }
}

/// A server. Cheap to clone: clones are the same server.
#[derive(Clone, Debug)]
pub struct Server {
    app: Arc<App>,
    max_message_bytes: usize,
    stall: Duration,
    initialize_timeout: Duration,
    rules: HandshakeRules,
}

impl Server {
    /// A server of these threads.
    pub fn new(threads: Arc<Agent>, options: ServerOptions) -> Self {
        let parents =
            Parents { environment: codex_otel::environment().map(Arc::new), rule: options.env_parent };
        let bounds =
            Bounds { connection: options.max_in_flight_per_connection, server: options.max_in_flight };
        let limits = Limits { lag_bytes: options.lag_bytes, max_bytes: options.max_waiting_bytes };
        Self {
            app: App::new(threads, parents, bounds, limits, options.telemetry),
            max_message_bytes: options.max_message_bytes,
            stall: options.stall,
            initialize_timeout: options.initialize_timeout,
            rules: HandshakeRules::new(
                options.allowed_origins,
                options.token.as_ref(),
                options.max_connections,
            ),
        }
    }

    /// Serves one client over lines, as on stdio: one JSON message a line. `at_end` runs once the client has sent its
    /// last message and has been answered; what the server still has to say is written until
    /// [`finish`](Self::finish).
    pub async fn serve_lines<R, W>(&self, reader: R, writer: W, at_end: impl FnOnce())
    where
        R: AsyncRead + Unpin,
        W: AsyncWrite + Unpin,
    {
        let registered = self.app.connections().open(TransportKind::Stdio, Handshake::none());
        let connection = Arc::clone(registered.connection());
        let lines = Lines::new(reader, writer, self.max_message_bytes);
        let ended = drive(lines, Arc::clone(&connection), receiver(&self.app), self.stall, at_end).await;
        self.closed(&connection, ended);
    }

    /// Serves one client over a stream that speaks HTTP: the probes, and the websocket after its handshake.
    pub async fn serve_http<S>(&self, stream: S, unix: bool)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let kind = if unix { TransportKind::Unix } else { TransportKind::WebSocket };
        let Some(upgrade) = http::serve(stream, self.rules.clone(), kind).await else { return };
        let _place = upgrade.place;
        let registered = self.app.connections().open(kind, upgrade.handshake);
        let connection = Arc::clone(registered.connection());
        let introduced = Arc::clone(&connection);
        let introduction =
            Introduction::within(self.initialize_timeout, move || introduced.peer().is_initialized());
        let limit = self.max_message_bytes;
        let socket = WebSocket::after_handshake(upgrade.stream, upgrade.early, limit, introduction).await;
        // A websocket is closed as soon as its client has closed it: nobody reads what would follow.
        let closing = Arc::clone(&connection);
        let at_end = move || closing.outgoing().close(Closing::Flush);
        let ended = drive(socket, Arc::clone(&connection), receiver(&self.app), self.stall, at_end).await;
        self.closed(&connection, ended);
    }

    /// Interrupts every turn and waits until each has ended and said so; then lets every connection write what it has,
    /// and waits until all are closed. Bound it with a time-out: a client need not read.
    pub async fn finish(&self) {
        self.app.threads().shutdown().await;
        self.app.connections().finish();
        self.app.connections().all_closed().await;
    }

    /// How many connections are open.
    pub fn connections(&self) -> usize {
        self.app.connections().count()
    }

    fn closed(&self, connection: &Connection, ended: Ended) {
        self.app.forget(connection);
        tracing::info!(connection = %connection.id(), transport = connection.peer().transport.name(), ?ended, "connection closed");
    }
}
