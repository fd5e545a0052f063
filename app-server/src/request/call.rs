//! One inbound message on its way through the stack: owned, with what layers need peeked once.

use std::sync::Arc;

use codex_app_server_protocol::{Lane, MethodId, NotificationId, RequestId, RpcError, TraceCarrier};
use serde_json::value::RawValue;

use super::{LaneKey, peek::Peeked};
use crate::connection::{BarrierTicket, Connection};

/// What a message asks for.
#[derive(Debug)]
pub(crate) enum Target {
    /// A method of the table.
    Request(MethodId),
    /// A client notification of the table.
    Notification(NotificationId),
    /// A method that is not in the table.
    Unknown(Box<str>),
    /// A message that could not be read, and the error that says why.
    Malformed(RpcError),
}

/// One inbound message.
#[derive(Debug)]
pub(crate) struct Call {
    connection: Arc<Connection>,
    id: Option<RequestId>,
    target: Target,
    trace: TraceCarrier,
    params: Option<Box<RawValue>>,
    peeked: Peeked,
    barrier: Option<BarrierTicket>,
}

impl Call {
    /// A request or notification as it arrived.
    pub(crate) fn new(
        connection: Arc<Connection>,
        id: Option<RequestId>,
        target: Target,
        trace: TraceCarrier,
        params: Option<&RawValue>,
    ) -> Self {
        let peeked = params.map(|params| Peeked::of(&target, params)).unwrap_or_default();
        let params = params.map(ToOwned::to_owned);
        Self { connection, id, target, trace, params, peeked, barrier: None }
    }

    /// A message that could not be read.
    pub(crate) fn malformed(connection: Arc<Connection>, id: Option<RequestId>, error: RpcError) -> Self {
        Self {
            connection,
            id,
            target: Target::Malformed(error),
            trace: TraceCarrier::Absent,
            params: None,
            peeked: Peeked::default(),
            barrier: None,
        }
    }

    /// The connection that the message came over.
    pub(crate) fn connection(&self) -> &Arc<Connection> {
        &self.connection
    }

    /// The request's id; none for a notification.
    pub(crate) fn id(&self) -> Option<&RequestId> {
        self.id.as_ref()
    }

    /// What the message asks for.
    pub(crate) fn target(&self) -> &Target {
        &self.target
    }

    /// The method, if it is a request of the table.
    pub(crate) fn method_id(&self) -> Option<MethodId> {
        match self.target {
            Target::Request(method) => Some(method),
            _ => None,
        }
    }

    /// The trace carrier of the envelope.
    pub(crate) fn trace(&self) -> &TraceCarrier {
        &self.trace
    }

    /// What was peeked at in the params.
    pub(crate) fn peeked(&self) -> &Peeked {
        &self.peeked
    }

    /// The lane that the call has to run in, by the method's row and the params.
    pub(crate) fn lane_key(&self) -> Option<LaneKey> {
        LaneKey::of(self.method_id()?.lane(), &self.peeked)
    }

    /// Gives the call the barrier of its answer.
    pub(crate) fn set_barrier(&mut self, barrier: BarrierTicket) {
        self.barrier = Some(barrier);
    }

    /// Holds events that the call causes back until its answer. From here on it may have effects.
    pub(crate) fn raise_barrier(&self) {
        let (Some(ticket), Some(method)) = (self.barrier, self.method_id()) else { return };
        // The reference server tells of a new read state before it answers, and clients have come to expect it.
        if method == MethodId::ThreadReadStateUpdate {
            return;
        }
        let thread = self.peeked.thread.filter(|_| method.lane() == Lane::Thread);
        self.connection.raise_barrier(ticket, thread, method.brings_thread());
    }

    /// Takes the call apart for the router.
    pub(crate) fn into_parts(self) -> (Arc<Connection>, Option<BarrierTicket>, Option<Box<RawValue>>) {
        (self.connection, self.barrier, self.params)
    }
}
