//! One open connection: its peer, its queue, what of it is in flight, and the threads that it follows.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use codex_app_server_protocol::RequestId;
use codex_protocol::{ThreadId, W3cTraceContext};

use super::{
    AnswerBarrier, BarrierScope, BarrierTicket, Claim, ConnectionId, InFlight, Peer,
    in_flight::Claims,
    outgoing::{Limits, Outgoing},
};

/// One connection.
#[derive(Debug)]
pub(crate) struct Connection {
    peer: Peer,
    outgoing: Outgoing,
    in_flight: InFlight,
    claims: Claims,
    followed: Mutex<HashSet<ThreadId>>,
}

impl Connection {
    pub(super) fn new(peer: Peer, limits: Limits) -> Self {
        Self {
            peer,
            outgoing: Outgoing::new(limits),
            in_flight: InFlight::default(),
            claims: Claims::default(),
            followed: Mutex::default(),
        }
    }

    pub(crate) fn id(&self) -> ConnectionId {
        self.peer.id
    }

    pub(crate) fn peer(&self) -> &Peer {
        &self.peer
    }

    pub(crate) fn outgoing(&self) -> &Outgoing {
        &self.outgoing
    }

    pub(crate) fn in_flight(&self) -> &InFlight {
        &self.in_flight
    }

    /// The context to put on an answer, for a client that asked for it.
    pub(crate) fn answer_trace(&self) -> Option<W3cTraceContext> {
        self.peer.client().filter(|client| client.trace_context)?;
        codex_otel::current()
    }

    /// Claims a request id until the request is answered; none if it is in flight already.
    pub(crate) fn claim(&self, id: &RequestId) -> Option<Claim> {
        self.claims.claim(id)
    }

    /// The barrier of a request that will be answered. It holds nothing back before it is raised.
    pub(crate) fn barrier(self: &Arc<Self>) -> AnswerBarrier {
        AnswerBarrier::new(Arc::clone(self))
    }

    /// Holds back from now on what threads tell, until the answer that `ticket` belongs to: of this thread, and, where
    /// the answer may bring a new one, of all that the connection does not follow yet.
    pub(crate) fn raise_barrier(&self, ticket: BarrierTicket, thread: Option<ThreadId>, brings_thread: bool) {
        if thread.is_none() && !brings_thread {
            return;
        }
        let known = brings_thread.then(|| self.followed().clone());
        self.outgoing.raise(ticket, BarrierScope { thread, unless: known });
    }

    /// Remembers that the connection follows a thread. False if it did already.
    pub(crate) fn follow(&self, thread: ThreadId) -> bool {
        self.followed().insert(thread)
    }

    /// Forgets a thread. False if the connection did not follow it.
    pub(crate) fn unfollow(&self, thread: ThreadId) -> bool {
        self.followed().remove(&thread)
    }

    /// The threads that the connection follows; none from here on.
    pub(crate) fn unfollow_all(&self) -> HashSet<ThreadId> {
        std::mem::take(&mut *self.followed())
    }

    fn followed(&self) -> MutexGuard<'_, HashSet<ThreadId>> {
        self.followed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
