//! The queue of messages that wait for a connection's writer.
//!
//! Pushing never blocks and never drops: a turn must not wait for a slow reader, and a reader must not miss a
//! message. What bounds the queue is [`Limits`]: past `lag_bytes`, adjacent deltas of one item are merged; past half of
//! `max_bytes`, no further request is read; past `max_bytes`, the connection is closed with a reason, and its turns go on.

use std::{
    collections::VecDeque,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    task::Waker,
};

use codex_protocol::ThreadId;

use super::barrier::{BarrierScope, BarrierTicket, Barriers};
use crate::transport::Outbound;

/// How many entries an emptied queue keeps room for.
const KEEP: usize = 1024;

/// What bounds a queue, in bytes of text waiting.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// From here on the reader lags: adjacent deltas are merged.
    pub(crate) lag_bytes: usize,
    /// From here on the reader is given up.
    pub(crate) max_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { lag_bytes: 1 << 20, max_bytes: 64 << 20 }
    }
}

/// Why a queue takes no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Closing {
    /// What is queued is still written, and the answers to what was read.
    Flush,
    /// The reader fell too far behind.
    Overflow,
    /// There is no reader any more, or all is said.
    Gone,
}

/// The queue. Any task pushes; the connection's own task drains.
#[derive(Debug, Default)]
pub(crate) struct Outgoing {
    limits: Limits,
    tickets: AtomicU64,
    queue: Mutex<Queue>,
}

#[derive(Debug, Default)]
struct Queue {
    entries: VecDeque<Outbound>,
    /// Of the entries.
    bytes: usize,
    barriers: Barriers,
    /// Of what barriers hold back.
    held_bytes: usize,
    merged: u64,
    closing: Option<Closing>,
    /// Set while the writer sleeps and wants to hear of the next entry.
    parked: Option<Waker>,
}

impl Outgoing {
    pub(crate) fn new(limits: Limits) -> Self {
        Self { limits, tickets: AtomicU64::new(0), queue: Mutex::default() }
    }

    /// A ticket for one more barrier.
    pub(super) fn ticket(&self) -> BarrierTicket {
        BarrierTicket(self.tickets.fetch_add(1, Ordering::Relaxed))
    }

    /// Queues a message. Once the reader is gone it goes nowhere.
    pub(crate) fn push(&self, outbound: Outbound) {
        self.change(|queue| queue.push(outbound, self.limits));
    }

    /// Queues what a thread told, behind the answer that it has to wait for.
    pub(crate) fn push_event(&self, thread: ThreadId, outbound: Outbound) {
        self.change(|queue| queue.push_event(thread, outbound, self.limits));
    }

    /// Sets a barrier up: what it covers waits from now on.
    pub(super) fn raise(&self, ticket: BarrierTicket, scope: BarrierScope) {
        self.lock().barriers.raise(ticket, scope);
    }

    /// Queues the answer that a barrier stands for, and behind it what waited for it.
    pub(super) fn answer(&self, ticket: BarrierTicket, answer: Outbound) {
        self.change(|queue| {
            queue.push(answer, self.limits);
            queue.lower(ticket, self.limits);
        });
    }

    /// Takes a barrier away whose request gets no answer.
    pub(super) fn lower(&self, ticket: BarrierTicket) {
        self.change(|queue| queue.lower(ticket, self.limits));
    }

    /// Changes the queue and wakes the writer.
    fn change(&self, change: impl FnOnce(&mut Queue)) {
        let mut queue = self.lock();
        change(&mut queue);
        if queue.bytes + queue.held_bytes > self.limits.max_bytes {
            queue.close(Closing::Overflow);
        }
        let waker = queue.parked.take();
        drop(queue);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Takes everything that waits, into `entries`, which must be empty.
    pub(crate) fn take(&self, entries: &mut VecDeque<Outbound>) {
        // What a burst needed is not kept for ever.
        if entries.capacity() > KEEP {
            *entries = VecDeque::new();
        }
        let mut queue = self.lock();
        queue.bytes = 0;
        std::mem::swap(&mut queue.entries, entries);
    }

    /// Gives back what was taken and could not be written yet, to the front.
    pub(crate) fn put_back(&self, entries: &mut VecDeque<Outbound>) {
        if entries.is_empty() {
            return;
        }
        let mut queue = self.lock();
        queue.bytes += entries.iter().map(Outbound::bytes).sum::<usize>();
        entries.append(&mut queue.entries);
        std::mem::swap(&mut queue.entries, entries);
    }

    /// Ends a flush, if nothing waits any more: from here on the queue takes nothing.
    pub(crate) fn seal(&self) {
        let mut queue = self.lock();
        if queue.entries.is_empty() && queue.closing == Some(Closing::Flush) {
            queue.closing = Some(Closing::Gone);
        }
    }

    /// Asks to be woken by the next push or close. False if there is something to write, or the queue was closed since
    /// the caller looked.
    pub(crate) fn park(&self, waker: &Waker, seen: Option<Closing>) -> bool {
        let mut queue = self.lock();
        if !queue.entries.is_empty() || queue.closing != seen {
            return false;
        }
        match &mut queue.parked {
            Some(parked) => parked.clone_from(waker),
            parked => *parked = Some(waker.clone()),
        }
        true
    }

    /// Whether so much waits that nothing more should be read from this client: it would only add answers.
    pub(crate) fn is_crowded(&self) -> bool {
        let queue = self.lock();
        queue.bytes + queue.held_bytes >= self.limits.max_bytes / 2
    }

    /// Closes the queue. A reader that is gone stays gone; a flush gives way to that.
    pub(crate) fn close(&self, closing: Closing) {
        self.change(|queue| queue.close(closing));
    }

    /// Why the queue is closed, if it is.
    pub(crate) fn closing(&self) -> Option<Closing> {
        self.lock().closing
    }

    /// Messages and bytes that wait.
    pub(crate) fn waiting(&self) -> (usize, usize) {
        let queue = self.lock();
        (queue.entries.len() + queue.barriers.len(), queue.bytes + queue.held_bytes)
    }

    /// Bytes that wait, and deltas merged so far.
    pub(crate) fn depth(&self) -> (usize, u64) {
        let queue = self.lock();
        (queue.bytes + queue.held_bytes, queue.merged)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queue {
    fn push(&mut self, outbound: Outbound, limits: Limits) {
        if self.takes_nothing() {
            return;
        }
        if self.bytes >= limits.lag_bytes
            && let Some(added) = merge(self.entries.back_mut(), &outbound)
        {
            self.bytes += added;
            self.merged += 1;
        } else {
            self.bytes += outbound.bytes();
            self.entries.push_back(outbound);
        }
    }

    fn push_event(&mut self, thread: ThreadId, outbound: Outbound, limits: Limits) {
        if !self.barriers.covers(thread) {
            return self.push(outbound, limits);
        }
        if self.takes_nothing() {
            return;
        }
        if self.held_bytes >= limits.lag_bytes
            && let Some(added) = merge(self.barriers.last_held(), &outbound)
        {
            self.held_bytes += added;
            self.merged += 1;
        } else {
            self.held_bytes += outbound.bytes();
            self.barriers.hold(thread, outbound);
        }
    }

    fn lower(&mut self, ticket: BarrierTicket, limits: Limits) {
        let mut barriers = std::mem::take(&mut self.barriers);
        barriers.lower(ticket, |outbound| {
            self.held_bytes -= outbound.bytes();
            self.push(outbound, limits);
        });
        self.barriers = barriers;
    }

    fn takes_nothing(&self) -> bool {
        matches!(self.closing, Some(Closing::Overflow | Closing::Gone))
    }

    fn close(&mut self, closing: Closing) {
        if matches!(self.closing, None | Some(Closing::Flush)) {
            self.closing = Some(closing);
        }
        if self.closing != Some(Closing::Flush) {
            self.entries = VecDeque::new();
            self.bytes = 0;
            self.barriers.clear();
            self.held_bytes = 0;
        }
    }
}

/// Joins a delta to the last one that waits, if it continues that; gives the bytes added.
fn merge(last: Option<&mut Outbound>, next: &Outbound) -> Option<usize> {
    let (Some(Outbound::Delta(last)), Outbound::Delta(next)) = (last, next) else { return None };
    last.merge(next).then_some(next.text.len())
}

#[cfg(test)]
mod merging;
#[cfg(test)]
mod tests;
