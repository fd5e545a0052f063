//! What a connection is told of the threads that it follows.

use std::sync::Arc;

use codex_app_server_protocol::NotificationPayload;
use codex_core::EventSink;
use codex_protocol::{Event, EventMsg, ThreadId, W3cTraceContext};

use crate::{
    connection::Connection,
    server_requests::ServerRequests,
    wire::{
        delta::DeltaKind,
        events::{Notify, notify_of_event},
    },
};

/// A connection as a subscriber of threads.
pub(crate) struct Follower {
    connection: Arc<Connection>,
    server_requests: Arc<ServerRequests>,
}

impl Follower {
    pub(crate) fn new(connection: &Arc<Connection>, server_requests: &Arc<ServerRequests>) -> Self {
        Self { connection: Arc::clone(connection), server_requests: Arc::clone(server_requests) }
    }
}

impl EventSink for Follower {
    fn emit(&self, thread_id: ThreadId, event: &Event) {
        if let Some((kind, delta)) = DeltaKind::of(&event.msg) {
            return self.connection.notify_delta(kind, thread_id, delta, event.trace.as_ref());
        }
        match &event.msg {
            EventMsg::QuestionAsked(question) => {
                self.server_requests.ask(&self.connection, thread_id, question);
            }
            // Every connection hears of it, and those that followed the thread no longer do.
            EventMsg::Closed => {
                self.connection.unfollow(thread_id);
            }
            msg => {
                let notifier =
                    Notifier { connection: &self.connection, thread_id, trace: event.trace.as_deref() };
                notify_of_event(thread_id, msg, &notifier);
            }
        }
    }
}

/// Queues notifications about one thread for one connection.
struct Notifier<'a> {
    connection: &'a Connection,
    thread_id: ThreadId,
    trace: Option<&'a W3cTraceContext>,
}

impl Notify for Notifier<'_> {
    fn notify<N: NotificationPayload>(&self, payload: &N) {
        self.connection.notify_of(self.thread_id, payload, self.trace);
    }
}

/// Hands events to a sink, in order.
pub(crate) fn emit_all(sink: &dyn EventSink, thread_id: ThreadId, events: &[Event]) {
    for event in events {
        sink.emit(thread_id, event);
    }
}
