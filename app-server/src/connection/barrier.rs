//! Answer first: what a request causes on a thread comes to the asking connection after the answer.
//!
//! The one place that knows this. While a request is being handled its barrier stands in the connection's outgoing queue,
//! and what threads tell is kept beside the queue; the answer is queued, and behind it what was kept, in its order. Core
//! knows nothing of answers, and other connections wait for nothing.

use std::{
    collections::{HashSet, VecDeque},
    sync::Arc,
};

use codex_protocol::ThreadId;

use super::Connection;
use crate::transport::Outbound;

/// Names the barrier of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BarrierTicket(pub(super) u64);

/// Whose events a barrier holds back.
#[derive(Debug)]
pub(crate) struct BarrierScope {
    /// This thread's.
    pub(crate) thread: Option<ThreadId>,
    /// Every thread's but of these, where the answer may bring a thread whose id nobody knows yet.
    pub(crate) unless: Option<HashSet<ThreadId>>,
}

impl BarrierScope {
    fn covers(&self, thread: ThreadId) -> bool {
        self.thread == Some(thread) || self.unless.as_ref().is_some_and(|known| !known.contains(&thread))
    }
}

/// The barrier of a request. The answer goes through it; without one, dropping it lets go of what it holds back.
#[derive(Debug)]
pub(crate) struct AnswerBarrier {
    connection: Arc<Connection>,
    ticket: BarrierTicket,
    answered: bool,
}

impl AnswerBarrier {
    pub(super) fn new(connection: Arc<Connection>) -> Self {
        let ticket = connection.outgoing().ticket();
        Self { connection, ticket, answered: false }
    }

    /// What the barrier is raised by, once the request begins to have effects.
    pub(crate) fn ticket(&self) -> BarrierTicket {
        self.ticket
    }

    /// Queues the answer, and what waited for it.
    pub(crate) fn answer(mut self, message: Vec<u8>) {
        self.answered = true;
        self.connection.outgoing().answer(self.ticket, Outbound::Message(message));
        self.connection.peer().answered();
    }
}

impl Drop for AnswerBarrier {
    fn drop(&mut self) {
        if !self.answered {
            self.connection.outgoing().lower(self.ticket);
        }
    }
}

/// The barriers that stand in a queue, and what they hold back.
#[derive(Debug, Default)]
pub(super) struct Barriers {
    raised: Vec<(BarrierTicket, BarrierScope)>,
    held: VecDeque<(ThreadId, Outbound)>,
}

impl Barriers {
    pub(super) fn raise(&mut self, ticket: BarrierTicket, scope: BarrierScope) {
        self.raised.push((ticket, scope));
    }

    /// Keeps a message of a thread that a barrier covers.
    pub(super) fn hold(&mut self, thread: ThreadId, outbound: Outbound) {
        self.held.push_back((thread, outbound));
    }

    /// The last message that waits.
    pub(super) fn last_held(&mut self) -> Option<&mut Outbound> {
        self.held.back_mut().map(|(_, outbound)| outbound)
    }

    pub(super) fn covers(&self, thread: ThreadId) -> bool {
        self.raised.iter().any(|(_, scope)| scope.covers(thread))
    }

    /// Takes a barrier away, and hands what no other one holds back to `release`, in order.
    pub(super) fn lower(&mut self, ticket: BarrierTicket, mut release: impl FnMut(Outbound)) {
        self.raised.retain(|(raised, _)| *raised != ticket);
        if self.held.is_empty() {
            return;
        }
        for (thread, outbound) in std::mem::take(&mut self.held) {
            if self.covers(thread) {
                self.held.push_back((thread, outbound));
            } else {
                release(outbound);
            }
        }
    }

    /// How many messages wait.
    pub(super) fn len(&self) -> usize {
        self.held.len()
    }

    /// Forgets what waits: nobody will read it.
    pub(super) fn clear(&mut self) {
        self.held = VecDeque::new();
    }
}
