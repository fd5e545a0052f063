//! What all connections share: the threads, the connections themselves, and the state of the request path.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use codex_core::{Agent, CodexThread, EventSink, SubscriberId};
use codex_otel::Telemetry;

use crate::{
    connection::{Connection, Connections, InFlight, outgoing::Limits},
    events::{Announcer, Follower},
    layers::{admission::Bounds, lane::Lanes},
    request::Parents,
    server_requests::ServerRequests,
};

/// The server's state. Handlers are its methods, by way of [`Handle`](crate::router::Handle).
pub(crate) struct App {
    threads: Arc<Agent>,
    connections: Arc<Connections>,
    server_requests: Arc<ServerRequests>,
    parents: Parents,
    bounds: Bounds,
    in_flight: InFlight,
    lanes: Lanes,
    telemetry: Telemetry,
    user_agent_tail: OnceLock<String>,
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("connections", &self.connections.count()).finish_non_exhaustive()
    }
}

impl App {
    pub(crate) fn new(
        threads: Arc<Agent>,
        parents: Parents,
        bounds: Bounds,
        limits: Limits,
        telemetry: Telemetry,
    ) -> Arc<Self> {
        let connections = Connections::new(limits);
        let server_requests = Arc::new(ServerRequests::new(&threads));
        let (told, asked) = (Arc::clone(&connections), Arc::clone(&server_requests));
        let announcer: Arc<dyn EventSink> = Arc::new(Announcer { connections: told, server_requests: asked });
        threads.listen(&announcer);
        Arc::new(Self {
            threads,
            connections,
            server_requests,
            parents,
            bounds,
            in_flight: InFlight::default(),
            lanes: Lanes::default(),
            telemetry,
            user_agent_tail: OnceLock::new(),
        })
    }

    pub(crate) fn threads(&self) -> &Arc<Agent> {
        &self.threads
    }

    pub(crate) fn connections(&self) -> &Arc<Connections> {
        &self.connections
    }

    /// What clients are asked.
    pub(crate) fn server_requests(&self) -> &Arc<ServerRequests> {
        &self.server_requests
    }

    pub(crate) fn parents(&self) -> &Parents {
        &self.parents
    }

    pub(crate) fn bounds(&self) -> Bounds {
        self.bounds
    }

    pub(crate) fn in_flight(&self) -> &InFlight {
        &self.in_flight
    }

    pub(crate) fn lanes(&self) -> &Lanes {
        &self.lanes
    }

    pub(crate) fn telemetry(&self) -> &Telemetry {
        &self.telemetry
    }

    /// What the user agent says of the system, found out once.
    pub(crate) fn user_agent_tail(&self) -> &str {
        self.user_agent_tail.get_or_init(|| {
            let system = rustix::system::uname();
            let (name, release) = (system.sysname().to_string_lossy(), system.release().to_string_lossy());
            format!("({name} {release}; {})", std::env::consts::ARCH)
        })
    }

    /// A connection as a subscriber of threads.
    pub(crate) fn follower(&self, connection: &Arc<Connection>) -> Arc<dyn EventSink> {
        Arc::new(Follower::new(connection, &self.server_requests))
    }

    /// Subscribes a connection to a thread. A second time changes nothing.
    pub(crate) fn follow(&self, connection: &Arc<Connection>, thread: &CodexThread) {
        connection.follow(thread.id());
        thread.subscribe(SubscriberId(connection.id().number()), self.follower(connection));
    }

    /// Ends all subscriptions of a connection that is gone. Its threads and their turns go on.
    pub(crate) fn forget(&self, connection: &Connection) {
        self.server_requests.forget(connection.id());
        for thread in connection.unfollow_all() {
            if let Some(thread) = self.threads.thread(thread) {
                thread.unsubscribe(SubscriberId(connection.id().number()));
            }
        }
    }
}
