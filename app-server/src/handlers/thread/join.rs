//! Joining a thread: its state comes first, then what happens from there on.

use std::sync::Arc;

use codex_app_server_protocol::thread;
use codex_core::{CodexThread, Joined, SubscriberId};
use codex_protocol::ThreadId;

use crate::{app::App, connection::Connection, events::emit_all, router::RequestCx, wire::error::Failure};

impl App {
    /// Subscribes the asking connection to a loaded thread. What it is told first, behind the answer: the tokens used, what
    /// `first` tells, and the items that grow.
    pub(super) fn join(
        &self,
        cx: &RequestCx,
        id: ThreadId,
        first: impl FnOnce(&Connection, ThreadId),
    ) -> Result<(Arc<CodexThread>, Joined, Joining), Failure> {
        // Also where the thread was named by its path.
        cx.hold_events_of(id);
        let connection = cx.connection();
        let follower = self.follower(connection);
        let (thread, joined) = self
            .threads()
            .join(id, SubscriberId(connection.id().number()), Arc::clone(&follower), |joined| {
                if let Some((token_usage, turn_id)) = joined.usage {
                    let params = thread::TokenUsageUpdatedNotification {
                        thread_id: id,
                        turn_id,
                        token_usage,
                        cost_usd: None,
                    };
                    connection.notify_of(id, &params, codex_otel::current().as_ref());
                }
                first(connection, id);
                emit_all(&*follower, id, &joined.catch_up);
            })
            .ok_or_else(|| Failure::refused(format!("thread {id} was closed: try again")))?;
        connection.follow(id);
        let joining =
            Joining { connection: Arc::clone(connection), thread: Arc::clone(&thread), done: false };
        Ok((thread, joined, joining))
    }
}

/// A connection that has joined a thread and has not been answered yet. Dropping it undoes the joining.
pub(super) struct Joining {
    connection: Arc<Connection>,
    thread: Arc<CodexThread>,
    done: bool,
}

impl Joining {
    /// The answer is made: the connection follows the thread.
    pub(super) fn done(mut self) {
        self.done = true;
    }
}

impl Drop for Joining {
    fn drop(&mut self) {
        if !self.done {
            self.connection.unfollow(self.thread.id());
            self.thread.unsubscribe(SubscriberId(self.connection.id().number()));
        }
    }
}

#[cfg(test)]
mod tests {
    use codex_core::{Agent, Config, StartThread};
    use codex_protocol::Event;

    use super::*;
    use crate::{
        connection::{Connections, outgoing::Limits},
        transport::{Handshake, TransportKind},
    };

    struct Deaf;

    impl codex_core::EventSink for Deaf {
        fn emit(&self, _: ThreadId, _: &Event) {}
    }

    #[tokio::test]
    async fn joining_that_is_not_answered_is_undone() {
        let home = tempfile::tempdir().unwrap();
        let agent = Agent::new(Config::load(home.path(), &[]).unwrap());
        let thread = agent.start_thread(StartThread::default()).await.unwrap();
        let connections = Connections::new(Limits::default());
        let registered = connections.open(TransportKind::Stdio, Handshake::none());
        let connection = registered.connection();
        let join = || {
            thread.subscribe(SubscriberId(connection.id().number()), Arc::new(Deaf));
            connection.follow(thread.id());
            Joining { connection: Arc::clone(connection), thread: Arc::clone(&thread), done: false }
        };
        drop(join());
        assert_eq!((thread.subscribers(), connection.unfollow(thread.id())), (0, false));
        join().done();
        assert_eq!((thread.subscribers(), connection.unfollow(thread.id())), (1, true));
    }
}
