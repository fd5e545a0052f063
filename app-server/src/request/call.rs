//! One inbound message on its way through the stack: owned, with what layers need peeked once.

use std::{borrow::Cow, sync::Arc};

use codex_app_server_protocol::{Lane, MethodId, NotificationId, RequestId, RpcError, TraceCarrier};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{connection::Connection, layers::lane::LaneKey};

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
}

/// What layers want to know of the params, without their type.
#[derive(Debug, Default)]
pub(crate) struct Peeked {
    pub(crate) thread_id: Option<Box<str>>,
    pub(crate) turn_id: Option<Box<str>>,
    pub(crate) process_id: Option<Box<str>>,
    pub(crate) session_id: Option<Box<str>>,
    pub(crate) watch_id: Option<Box<str>>,
    /// `_meta`, where MCP and ACP clients put their trace context.
    pub(crate) meta: Option<Box<RawValue>>,
    /// `clientInfo` of `initialize`.
    pub(crate) client_info: Option<Box<RawValue>>,
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
        let peeked = params.map(Peeked::of).unwrap_or_default();
        Self { connection, id, target, trace, params: params.map(ToOwned::to_owned), peeked }
    }

    /// A message that could not be read.
    pub(crate) fn malformed(connection: Arc<Connection>, id: Option<RequestId>, error: RpcError) -> Self {
        let target = Target::Malformed(error);
        Self { connection, id, target, trace: TraceCarrier::Absent, params: None, peeked: Peeked::default() }
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
        let peeked = &self.peeked;
        match self.method_id()?.lane() {
            Lane::Concurrent => None,
            Lane::Thread => peeked.thread_id.clone().map(LaneKey::Thread),
            Lane::Process => peeked.process_id.clone().map(LaneKey::Process),
            Lane::Search => peeked.session_id.clone().map(LaneKey::Search),
            Lane::Watch => peeked.watch_id.clone().map(LaneKey::Watch),
            Lane::Config => Some(LaneKey::Config),
            Lane::Account => Some(LaneKey::Account),
        }
    }

    /// Takes the call apart for the router.
    pub(crate) fn into_parts(self) -> (Arc<Connection>, Option<RequestId>, Target, Option<Box<RawValue>>) {
        (self.connection, self.id, self.target, self.params)
    }
}

impl Peeked {
    /// Reads the few members that layers look at, whatever the types of the others.
    fn of(params: &RawValue) -> Self {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Members<'a> {
            #[serde(borrow, default)]
            thread_id: Option<&'a RawValue>,
            #[serde(borrow, default)]
            turn_id: Option<&'a RawValue>,
            #[serde(borrow, default)]
            expected_turn_id: Option<&'a RawValue>,
            #[serde(borrow, default)]
            process_id: Option<&'a RawValue>,
            #[serde(borrow, default)]
            session_id: Option<&'a RawValue>,
            #[serde(borrow, default)]
            watch_id: Option<&'a RawValue>,
            #[serde(borrow, default, rename = "_meta")]
            meta: Option<&'a RawValue>,
            #[serde(borrow, default)]
            client_info: Option<&'a RawValue>,
        }
        let text = params.get();
        // `{}` is the most common params of all; an array would read as the members in their order.
        if text.len() <= 2 || !text.starts_with('{') {
            return Self::default();
        }
        let Ok(members) = serde_json::from_str::<Members<'_>>(text) else { return Self::default() };
        Self {
            thread_id: short_text(members.thread_id),
            turn_id: short_text(members.turn_id).or_else(|| short_text(members.expected_turn_id)),
            process_id: short_text(members.process_id),
            session_id: short_text(members.session_id),
            watch_id: short_text(members.watch_id),
            meta: members.meta.map(ToOwned::to_owned),
            client_info: members.client_info.map(ToOwned::to_owned),
        }
    }
}

/// A JSON string of at most 128 characters: longer ones are no ids, and would only fill spans and lanes.
fn short_text(raw: Option<&RawValue>) -> Option<Box<str>> {
    let raw = raw?.get();
    if raw.len() > 130 {
        return None;
    }
    match serde_json::from_str::<Cow<'_, str>>(raw) {
        Ok(text) => Some(text.into()),
        Err(_) => None,
    }
}
