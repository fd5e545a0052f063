//! Queueing what the server says of itself: notifications, and requests to the client.

use std::sync::Arc;

use codex_app_server_protocol::{
    NotificationPayload, RequestId, ServerRequest, write_notification, write_request,
};
use codex_protocol::{Delta, ThreadId, W3cTraceContext, now_ms};

use super::Connection;
use crate::{
    transport::Outbound,
    wire::delta::{DeltaKind, QueuedDelta},
};

impl Connection {
    /// Queues a notification, unless the client does not want it.
    pub(crate) fn notify<N: NotificationPayload>(&self, payload: &N, trace: Option<&W3cTraceContext>) {
        if let Some(message) = self.notification(payload, trace) {
            self.outgoing().push(message);
        }
    }

    /// As [`notify`](Self::notify), of something that happened to a thread: an answer that is due comes first.
    pub(crate) fn notify_of<N: NotificationPayload>(
        &self,
        thread: ThreadId,
        payload: &N,
        trace: Option<&W3cTraceContext>,
    ) {
        if let Some(message) = self.notification(payload, trace) {
            self.outgoing().push_event(thread, message);
        }
    }

    /// Queues a delta, in a form that the next one can join.
    pub(crate) fn notify_delta(
        &self,
        kind: DeltaKind,
        thread: ThreadId,
        delta: &Delta,
        trace: Option<&Arc<W3cTraceContext>>,
    ) {
        let Some(client) = self.peer().listener(kind.id()) else { return };
        let trace = trace.filter(|_| client.trace_context).map(Arc::clone);
        let delta = QueuedDelta::new(kind, thread, delta, now_ms(), trace);
        self.outgoing().push_event(thread, Outbound::Delta(Box::new(delta)));
    }

    /// Queues a request of the server about a thread.
    pub(crate) fn request_of<R: ServerRequest>(
        &self,
        thread: ThreadId,
        id: &RequestId,
        params: &R::Params,
        trace: Option<&W3cTraceContext>,
    ) {
        let mut message = Vec::with_capacity(512);
        match write_request(&mut message, id, R::ID.name(), params, trace) {
            Ok(()) => self.outgoing().push_event(thread, Outbound::Message(message)),
            Err(error) => tracing::error!(%error, method = R::ID.name(), "a request could not be written"),
        }
    }

    fn notification<N: NotificationPayload>(
        &self,
        payload: &N,
        trace: Option<&W3cTraceContext>,
    ) -> Option<Outbound> {
        let client = self.peer().listener(N::ID)?;
        let trace = trace.filter(|_| client.trace_context);
        let mut message = Vec::with_capacity(256);
        match write_notification(&mut message, N::ID.name(), Some(payload), Some(now_ms()), trace) {
            Ok(()) => Some(Outbound::Message(message)),
            Err(error) => {
                tracing::error!(%error, method = N::ID.name(), "a notification could not be written");
                None
            }
        }
    }
}
