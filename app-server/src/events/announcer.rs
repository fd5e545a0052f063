//! What every connection is told of every thread, whether it follows the thread or not.

use std::sync::Arc;

use codex_app_server_protocol::thread;
use codex_core::EventSink;
use codex_protocol::{Event, EventMsg, ThreadId, ThreadStatus, W3cTraceContext};

use crate::{connection::Connections, server_requests::ServerRequests};

/// Tells all connections what concerns all, and opens the requests that each of them then sends. It hears the events of all
/// threads, and of each before those who follow the thread do.
pub(crate) struct Announcer {
    pub(crate) connections: Arc<Connections>,
    pub(crate) server_requests: Arc<ServerRequests>,
}

impl Announcer {
    fn tell_status(&self, thread_id: ThreadId, status: ThreadStatus, trace: Option<&W3cTraceContext>) {
        self.connections.notify_all(&thread::StatusChangedNotification { thread_id, status }, trace);
    }
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
            EventMsg::Started(thread) => {
                let params = thread::StartedNotification { thread: (**thread).clone() };
                self.connections.notify_all_of(thread_id, &params, trace);
            }
            // Before the answer to whoever asked for it, as the reference server has it.
            EventMsg::Loaded => self.tell_status(thread_id, ThreadStatus::Idle, trace),
            EventMsg::Unloaded => self.tell_status(thread_id, ThreadStatus::NotLoaded, trace),
            EventMsg::NameChanged(name) => {
                let params = thread::NameUpdatedNotification { thread_id, thread_name: Some(name.clone()) };
                self.connections.notify_all_of(thread_id, &params, trace);
            }
            EventMsg::Reverted => {
                self.connections.notify_all_of(thread_id, &thread::RevertedNotification { thread_id }, trace);
            }
            EventMsg::Archived => {
                self.connections.notify_all_of(thread_id, &thread::ArchivedNotification { thread_id }, trace);
            }
            EventMsg::Unarchived => {
                self.connections.notify_all_of(
                    thread_id,
                    &thread::UnarchivedNotification { thread_id },
                    trace,
                );
            }
            EventMsg::Deleted => {
                self.connections.notify_all_of(thread_id, &thread::DeletedNotification { thread_id }, trace);
            }
            EventMsg::QuestionAsked(question) => self.server_requests.open(thread_id, question, trace),
            EventMsg::QuestionResolved(question) => self.server_requests.resolve(*question),
            // For those who follow the thread.
            EventMsg::TurnStarted(_)
            | EventMsg::TurnCompleted(_)
            | EventMsg::ItemStarted { .. }
            | EventMsg::ItemCompleted { .. }
            | EventMsg::AgentMessageDelta(_)
            | EventMsg::ReasoningSummaryDelta(_)
            | EventMsg::ReasoningSummaryPartAdded { .. }
            | EventMsg::ReasoningDelta(_)
            | EventMsg::CommandOutputDelta(_)
            | EventMsg::PlanUpdated { .. }
            | EventMsg::DiffUpdated { .. }
            | EventMsg::TokenUsage { .. }
            | EventMsg::Error { .. }
            | EventMsg::Warning(_)
            | EventMsg::ReadStateChanged { .. }
            | EventMsg::SettingsChanged(_) => {}
        }
    }
}
