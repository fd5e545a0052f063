//! Queueing what the server says of itself: notifications, and requests to the client.

use std::sync::Arc;

use codex_app_server_protocol::{
    RequestId, ServerNotificationId, ServerRequestId, approval, write_notification, write_request,
};
use codex_protocol::{CommandApproval, Delta, Event, ThreadId, W3cTraceContext, now_ms};
use serde::Serialize;

use super::{Client, Connection, outgoing::Entry};
use crate::wire::delta::{DeltaKind, QueuedDelta};

/// The one place where commands run, by the name that clients know it by.
pub(super) const LOCAL: &str = "local";

impl Connection {
    /// Queues a notification, unless the client does not want it.
    pub(crate) fn notify<P: Serialize>(
        &self,
        id: ServerNotificationId,
        params: &P,
        trace: Option<&W3cTraceContext>,
    ) {
        let Some(client) = self.listener(id) else { return };
        let trace = trace.filter(|_| client.trace_context);
        let mut message = Vec::with_capacity(256);
        match write_notification(&mut message, id.name(), Some(params), Some(now_ms()), trace) {
            Ok(()) => self.outgoing().push(Entry::Message(message)),
            Err(error) => tracing::error!(%error, method = id.name(), "a notification could not be written"),
        }
    }

    /// The client, if it has introduced itself and wants this notification.
    fn listener(&self, id: ServerNotificationId) -> Option<&Client> {
        if !self.is_initialized() {
            return None;
        }
        self.client().filter(|client| client.wants(id.name()))
    }

    /// Queues the request that goes with a question.
    pub(super) fn ask(&self, thread_id: ThreadId, approval: &CommandApproval) {
        if !self.is_initialized() {
            return;
        }
        let trace = self.server_requests().ask(approval.id, self.id());
        let CommandApproval {
            turn_id, item_id, started_at_ms, command, cwd, actions, reason, decisions, ..
        } = approval.clone();
        let params = approval::CommandApprovalParams {
            kind: approval::CommandApprovalKind::Command,
            thread_id,
            turn_id,
            item_id,
            started_at_ms,
            environment_id: Some(LOCAL.to_owned()),
            reason,
            command: Some(command),
            cwd: Some(cwd),
            command_actions: Some(actions),
            available_decisions: Some(decisions),
        };
        let method = ServerRequestId::ItemCommandExecutionRequestApproval.name();
        let mut message = Vec::with_capacity(512);
        match write_request(&mut message, &RequestId::Integer(approval.id.0), method, &params, trace.as_ref())
        {
            Ok(()) => self.outgoing().push(Entry::Message(message)),
            Err(error) => tracing::error!(%error, method, "a request could not be written"),
        }
    }

    /// Queues a delta, in a form that the next one can join.
    pub(super) fn notify_delta(&self, kind: DeltaKind, thread: ThreadId, delta: &Delta, event: &Event) {
        let Some(client) = self.listener(kind.id()) else { return };
        let trace = event.trace.as_ref().filter(|_| client.trace_context).map(Arc::clone);
        let delta = QueuedDelta::new(kind, thread, delta, now_ms(), trace);
        self.outgoing().push(Entry::Delta(Box::new(delta)));
    }
}
