//! Joining a thread: its state comes first, then what happened since.

use std::sync::{Arc, Mutex, PoisonError};

use codex_app_server_protocol::thread;
use codex_core::{CodexThread, EventSink, Joined, SubscriberId};
use codex_protocol::{Event, ThreadId};

use crate::{app::App, connection::Connection, wire::error::Failure};

impl App {
    /// Subscribes a connection to a loaded thread. It hears nothing until the guard has told what comes first.
    pub(super) fn join(
        &self,
        connection: &Arc<Connection>,
        id: ThreadId,
    ) -> Result<(Arc<CodexThread>, Joined, Joining), Failure> {
        let subscriber = SubscriberId(connection.id().number());
        let sink =
            Arc::new(JoiningSink { sink: self.follower(connection), waiting: Mutex::new(Some(Vec::new())) });
        let (thread, joined) = self
            .threads()
            .join(id, subscriber, Arc::clone(&sink) as _, |joined| {
                if let Some((token_usage, turn_id)) = joined.usage {
                    let params =
                        thread::TokenUsageUpdatedNotification { thread_id: id, turn_id, token_usage };
                    connection.notify_of(id, &params, codex_otel::current().as_ref());
                }
            })
            .ok_or_else(|| Failure::refused(format!("thread {id} was closed: try again")))?;
        connection.follow(id);
        let joining =
            Joining { connection: Arc::clone(connection), thread: Arc::clone(&thread), sink, done: false };
        Ok((thread, joined, joining))
    }
}

/// A connection that has joined a thread and has not heard of it yet. Dropping it undoes the joining.
pub(super) struct Joining {
    connection: Arc<Connection>,
    thread: Arc<CodexThread>,
    sink: Arc<JoiningSink>,
    done: bool,
}

impl Joining {
    /// Tells what comes first after the tokens: what was missed, and what happened meanwhile.
    pub(super) fn done(mut self, joined: &Joined, first: impl FnOnce(&Connection)) {
        self.done = true;
        let thread_id = self.thread.id();
        first(&self.connection);
        self.sink.open(thread_id, &joined.catch_up);
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

/// Keeps a thread's events until what comes first is told.
struct JoiningSink {
    sink: Arc<dyn EventSink>,
    /// What waits; none once it is open.
    waiting: Mutex<Option<Vec<Event>>>,
}

impl JoiningSink {
    /// Lets through what was missed, what waits, and everything after that.
    fn open(&self, thread: ThreadId, missed: &[Event]) {
        // Held meanwhile, so that nothing new comes before what waits.
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = waiting.take().unwrap_or_default();
        for event in missed.iter().chain(&waited) {
            self.sink.emit(thread, event);
        }
    }
}

impl EventSink for JoiningSink {
    fn emit(&self, thread: ThreadId, event: &Event) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *waiting {
            Some(waiting) => waiting.push(event.clone()),
            None => self.sink.emit(thread, event),
        }
    }
}
