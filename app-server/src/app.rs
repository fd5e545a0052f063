//! What all connections share: the threads, the connections themselves, and the state of the request path.

use std::{
    fmt,
    sync::{Arc, OnceLock, Weak},
};

use codex_app_server_protocol::{ServerNotificationId, thread};
use codex_core::{Agent, CodexThread, EventSink, SubscriberId};
use codex_otel::Telemetry;
use codex_protocol::{Event, EventMsg, ThreadId};

use crate::{
    connection::{Connection, Connections, outgoing::Limits},
    layers::{
        admission::{Bounds, InFlight},
        lane::Lanes,
    },
    request::span::Parents,
};

/// The server's state. Handlers are its methods, by way of [`Handle`](crate::router::Handle).
pub(crate) struct App {
    threads: Arc<Agent>,
    connections: Arc<Connections>,
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

/// The number under which the server itself follows every thread; connections count from 1.
const EVERYBODY: SubscriberId = SubscriberId::SERVER;

impl App {
    pub(crate) fn new(
        threads: Arc<Agent>,
        parents: Parents,
        bounds: Bounds,
        limits: Limits,
        telemetry: Telemetry,
    ) -> Arc<Self> {
        Arc::new(Self {
            threads,
            connections: Connections::new(limits),
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

    /// Makes the thread's status known to every connection, whether it follows the thread or not.
    pub(crate) fn announce(&self, thread: &Arc<CodexThread>) {
        let announcer =
            Announcer { connections: Arc::clone(&self.connections), thread: Arc::downgrade(thread) };
        thread.subscribe(EVERYBODY, Arc::new(announcer));
    }

    /// Subscribes a connection to a thread. A second time changes nothing.
    pub(crate) fn follow(connection: &Arc<Connection>, thread: &CodexThread) {
        connection.follow(thread.id());
        let sink: Arc<dyn EventSink> = Arc::clone(connection) as Arc<dyn EventSink>;
        thread.subscribe(SubscriberId(connection.id().number()), sink);
    }

    /// Ends all subscriptions of a connection that is gone. Its threads and their turns go on.
    pub(crate) fn forget(&self, connection: &Connection) {
        self.connections.server_requests().forget(connection.id());
        for thread in connection.unfollow_all() {
            if let Some(thread) = self.threads.thread(thread) {
                thread.unsubscribe(SubscriberId(connection.id().number()));
            }
        }
    }
}

/// Tells all connections what concerns all, and opens the requests that each of them then sends. It follows a thread from
/// the beginning, so it hears of everything first.
struct Announcer {
    connections: Arc<Connections>,
    thread: Weak<CodexThread>,
}

impl EventSink for Announcer {
    fn emit(&self, thread_id: ThreadId, event: &Event) {
        let trace = event.trace.as_deref();
        match &event.msg {
            EventMsg::StatusChanged(status) => {
                let params = thread::StatusChangedNotification { thread_id, status: status.clone() };
                self.connections.notify_all(ServerNotificationId::ThreadStatusChanged, &params, trace);
            }
            EventMsg::Closed => {
                let params = thread::ClosedNotification { thread_id };
                self.connections.notify_all(ServerNotificationId::ThreadClosed, &params, trace);
            }
            EventMsg::ApprovalRequested(approval) => {
                self.connections.server_requests().open(Weak::clone(&self.thread), approval, trace);
            }
            EventMsg::QuestionResolved(question) => self.connections.server_requests().resolve(*question),
            _ => {}
        }
    }
}
