//! The queue of messages that wait for a connection's writer.
//!
//! Pushing never blocks and never drops: a turn must not wait for a slow reader, and a reader must not miss a
//! message. What bounds the queue is [`Limits`]: past `lag_bytes`, adjacent deltas of one item are merged; past half of
//! `max_bytes`, no further request is read; past `max_bytes`, the connection is closed with a reason, and its turns go on.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
    task::Waker,
};

use crate::wire::delta::QueuedDelta;

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

/// One message that waits.
#[derive(Debug)]
pub(crate) enum Entry {
    /// A message ready to write.
    Message(Vec<u8>),
    /// A delta, kept unwritten so that the next one can join it.
    Delta(Box<QueuedDelta>),
}

impl Entry {
    fn bytes(&self) -> usize {
        match self {
            Self::Message(message) => message.len(),
            Self::Delta(delta) => delta.bytes(),
        }
    }
}

/// The queue. Any task pushes; the connection's own task drains.
#[derive(Debug, Default)]
pub(crate) struct Outgoing {
    limits: Limits,
    queue: Mutex<Queue>,
}

#[derive(Debug, Default)]
struct Queue {
    entries: VecDeque<Entry>,
    bytes: usize,
    merged: u64,
    closing: Option<Closing>,
    /// Set while the writer sleeps and wants to hear of the next entry.
    parked: Option<Waker>,
}

impl Outgoing {
    pub(crate) fn new(limits: Limits) -> Self {
        Self { limits, queue: Mutex::default() }
    }

    /// Queues a message. Once the reader is gone it goes nowhere.
    pub(crate) fn push(&self, entry: Entry) {
        let mut queue = self.lock();
        if matches!(queue.closing, Some(Closing::Overflow | Closing::Gone)) {
            return;
        }
        let bytes = entry.bytes();
        if queue.bytes >= self.limits.lag_bytes
            && let Entry::Delta(delta) = &entry
            && let Some(Entry::Delta(last)) = queue.entries.back_mut()
            && last.merge(delta)
        {
            queue.bytes += delta.text.len();
            queue.merged += 1;
        } else {
            queue.bytes += bytes;
            queue.entries.push_back(entry);
        }
        if queue.bytes > self.limits.max_bytes {
            queue.close(Closing::Overflow);
        }
        let waker = queue.parked.take();
        drop(queue);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Takes everything that waits, into `entries`, which must be empty.
    pub(crate) fn take(&self, entries: &mut VecDeque<Entry>) {
        // What a burst needed is not kept for ever.
        if entries.capacity() > KEEP {
            *entries = VecDeque::new();
        }
        let mut queue = self.lock();
        queue.bytes = 0;
        std::mem::swap(&mut queue.entries, entries);
    }

    /// Gives back what was taken and could not be written yet, to the front.
    pub(crate) fn put_back(&self, entries: &mut VecDeque<Entry>) {
        if entries.is_empty() {
            return;
        }
        let mut queue = self.lock();
        queue.bytes += entries.iter().map(Entry::bytes).sum::<usize>();
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
        self.lock().bytes >= self.limits.max_bytes / 2
    }

    /// Closes the queue. A reader that is gone stays gone; a flush gives way to that.
    pub(crate) fn close(&self, closing: Closing) {
        let mut queue = self.lock();
        queue.close(closing);
        let waker = queue.parked.take();
        drop(queue);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Why the queue is closed, if it is.
    pub(crate) fn closing(&self) -> Option<Closing> {
        self.lock().closing
    }

    /// Messages and bytes that wait.
    pub(crate) fn waiting(&self) -> (usize, usize) {
        let queue = self.lock();
        (queue.entries.len(), queue.bytes)
    }

    /// Bytes that wait, and deltas merged so far.
    pub(crate) fn depth(&self) -> (usize, u64) {
        let queue = self.lock();
        (queue.bytes, queue.merged)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queue {
    fn close(&mut self, closing: Closing) {
        if matches!(self.closing, None | Some(Closing::Flush)) {
            self.closing = Some(closing);
        }
        if self.closing != Some(Closing::Flush) {
            self.entries = VecDeque::new();
            self.bytes = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use codex_protocol::{Delta, ItemId, ThreadId, TurnId};
    use uuid::Uuid;

    use super::*;
    use crate::wire::delta::DeltaKind;

    fn delta(item: &str, index: u32, text: &str) -> Entry {
        let delta = Delta {
            turn_id: TurnId::from(Uuid::nil()),
            item_id: ItemId::from(item),
            index,
            text: text.to_owned(),
        };
        Entry::Delta(Box::new(QueuedDelta::new(
            DeltaKind::AgentMessage,
            ThreadId::from(Uuid::nil()),
            &delta,
            7,
            None::<Arc<_>>,
        )))
    }

    fn texts(outgoing: &Outgoing) -> Vec<String> {
        let mut entries = VecDeque::new();
        outgoing.take(&mut entries);
        entries
            .iter()
            .map(|entry| match entry {
                Entry::Message(message) => String::from_utf8_lossy(message).into_owned(),
                Entry::Delta(delta) => delta.text.clone(),
            })
            .collect()
    }

    #[test]
    fn a_reader_that_keeps_up_gets_every_delta_alone() {
        let outgoing = Outgoing::default();
        for text in ["a", "b", "c"] {
            outgoing.push(delta("i", 0, text));
        }
        assert_eq!(texts(&outgoing), ["a", "b", "c"]);
    }

    #[test]
    fn a_reader_that_lags_gets_adjacent_deltas_of_one_item_merged() {
        let outgoing = Outgoing::new(Limits { lag_bytes: 1, max_bytes: 1 << 20 });
        for entry in [delta("i", 0, "a"), delta("i", 0, "b"), delta("j", 0, "c"), delta("j", 1, "d")] {
            outgoing.push(entry);
        }
        outgoing.push(Entry::Message(b"{}".to_vec()));
        outgoing.push(delta("j", 1, "e"));
        outgoing.push(delta("j", 1, "f"));
        assert_eq!(texts(&outgoing), ["ab", "c", "d", "{}", "ef"]);
        assert_eq!(outgoing.depth(), (0, 2));
    }

    #[test]
    fn a_queue_past_its_bound_closes_and_says_why() {
        let outgoing = Outgoing::new(Limits { lag_bytes: 1, max_bytes: 10 });
        outgoing.push(Entry::Message(vec![b'x'; 11]));
        assert_eq!(outgoing.closing(), Some(Closing::Overflow));
        outgoing.push(Entry::Message(b"late".to_vec()));
        assert!(texts(&outgoing).is_empty());
    }

    #[test]
    fn what_is_put_back_goes_out_first() {
        let outgoing = Outgoing::default();
        outgoing.push(Entry::Message(b"1".to_vec()));
        let mut taken = VecDeque::new();
        outgoing.take(&mut taken);
        outgoing.push(Entry::Message(b"2".to_vec()));
        outgoing.put_back(&mut taken);
        assert!(taken.is_empty());
        assert_eq!(texts(&outgoing), ["1", "2"]);
    }

    #[test]
    fn a_flushing_queue_takes_answers_until_it_is_sealed() {
        let outgoing = Outgoing::default();
        outgoing.push(Entry::Message(b"1".to_vec()));
        outgoing.close(Closing::Flush);
        outgoing.seal();
        outgoing.push(Entry::Message(b"2".to_vec()));
        assert_eq!(texts(&outgoing), ["1", "2"], "it is not sealed while something waits");
        outgoing.seal();
        outgoing.push(Entry::Message(b"3".to_vec()));
        assert!(texts(&outgoing).is_empty());
        assert_eq!(outgoing.closing(), Some(Closing::Gone));
    }
}
