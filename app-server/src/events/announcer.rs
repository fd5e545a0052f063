//! What every connection is told of every thread, whether it follows the thread or not.

use std::sync::{Arc, Weak};

use codex_app_server_protocol::thread;
use codex_core::{CodexThread, EventSink};
use codex_protocol::{Event, EventMsg, ThreadId};

use crate::{connection::Connections, server_requests::ServerRequests};

/// Tells all connections what concerns all, and opens the requests that each of them then sends. It follows a thread from
/// the beginning, so it hears of everything first.
pub(crate) struct Announcer {
    pub(crate) connections: Arc<Connections>,
    pub(crate) server_requests: Arc<ServerRequests>,
    pub(crate) thread: Weak<CodexThread>,
}

impl EventSink for Announcer {
    fn emit(&self, thread_id: ThreadId, event: &Event) {
        let trace = event.trace.as_deref();
        match &event.msg {
            EventMsg::StatusChanged(status) => {
                let params = thread::StatusChangedNotification { thread_id, status: status.clone() };
                self.connections.notify_all_of(thread_id, &params, trace);
            }
            EventMsg::Closed => {
                self.connections.notify_all_of(thread_id, &thread::ClosedNotification { thread_id }, trace);
            }
            EventMsg::ApprovalRequested(approval) => {
                self.server_requests.open(Weak::clone(&self.thread), approval, trace);
            }
            EventMsg::QuestionResolved(question) => self.server_requests.resolve(*question),
            _ => {}
        }
    }
}
