//! The journal of a thread.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use codex_protocol::{Event, EventMsg, ThreadId, ThreadTokenUsage, TurnId};
use tokio::sync::Notify;

use super::{EventBus, EventSink, SubscriberId, live::LiveTurn};
use crate::store::{HistorySnapshot, Record, StoreError, ThreadWriter, WriteStats};

/// What is written of a thread and what is emitted of it, in one order.
///
/// Its lock is the one lock of a thread: deltas come by the hundred thousand a second, and must not hop through a
/// channel to get out. It is taken last (after the agent's map of threads), held while the sinks are called, and nothing
/// waits under it.
pub(crate) struct Journal {
    thread_id: ThreadId,
    writer: Arc<dyn ThreadWriter>,
    bus: Arc<EventBus>,
    emitted: Mutex<Emitted>,
    /// Told when somebody stops following the thread.
    left: Notify,
}

/// What was emitted, as far as one who joins needs it, and to whom.
struct Emitted {
    live: LiveTurn,
    /// The tokens of the thread as they were last told, and the turn that they were counted in.
    usage: Option<(ThreadTokenUsage, TurnId)>,
    subscribers: Vec<(SubscriberId, Arc<dyn EventSink>)>,
}

/// What was emitted and written at one moment, between two events.
pub(crate) struct Moment {
    /// The stored turns, and the running one with the items that are complete.
    pub(crate) history: HistorySnapshot,
    /// What one who joins has missed of items that still grow.
    pub(crate) growing: Vec<Event>,
    /// The tokens of the thread, and the turn that they were last counted in.
    pub(crate) usage: Option<(ThreadTokenUsage, TurnId)>,
}

impl Journal {
    /// The journal of a thread that has been told nothing yet.
    pub(crate) fn new(
        thread_id: ThreadId,
        writer: Arc<dyn ThreadWriter>,
        bus: Arc<EventBus>,
        usage: Option<(ThreadTokenUsage, TurnId)>,
    ) -> Self {
        let emitted = Emitted { live: LiveTurn::default(), usage, subscribers: Vec::new() };
        Self { thread_id, writer, bus, emitted: Mutex::new(emitted), left: Notify::new() }
    }

    /// Writes records. When this returns, a crash of the process loses none of them.
    pub(crate) fn append(&self, records: &[Record]) -> Result<(), StoreError> {
        self.writer.append(records)
    }

    /// The lease of the thread.
    pub(crate) fn writer(&self) -> &Arc<dyn ThreadWriter> {
        &self.writer
    }

    /// What was written so far.
    pub(crate) fn write_stats(&self) -> WriteStats {
        self.writer.write_stats()
    }

    /// Tells the bus, then the subscribers.
    pub(crate) fn emit(&self, event: &Event) {
        let mut emitted = self.emitted();
        emitted.note(event);
        self.bus.emit(self.thread_id, event);
        for (_, sink) in &emitted.subscribers {
            sink.emit(self.thread_id, event);
        }
    }

    /// Adds a subscriber, or gives the one of that number another sink. `first` runs before it hears anything.
    pub(crate) fn join(&self, id: SubscriberId, sink: Arc<dyn EventSink>, first: impl FnOnce(Moment)) {
        let mut emitted = self.emitted();
        emitted.subscribers.retain(|(other, _)| *other != id);
        emitted.subscribers.push((id, sink));
        first(emitted.moment(&*self.writer));
    }

    /// What was emitted and written, at one moment.
    pub(crate) fn moment(&self) -> Moment {
        self.emitted().moment(&*self.writer)
    }

    /// Removes a subscriber; false when there was none of that number.
    pub(crate) fn leave(&self, id: SubscriberId) -> bool {
        let mut emitted = self.emitted();
        let before = emitted.subscribers.len();
        emitted.subscribers.retain(|(other, _)| *other != id);
        let removed = emitted.subscribers.len() < before;
        drop(emitted);
        self.left.notify_one();
        removed
    }

    /// Removes all subscribers: they hear nothing more. The bus does.
    pub(crate) fn leave_all(&self) {
        self.emitted().subscribers.clear();
    }

    /// How many follow the thread.
    pub(crate) fn followers(&self) -> usize {
        self.emitted().subscribers.len()
    }

    /// Waits until somebody stops following the thread.
    pub(crate) async fn left(&self) {
        self.left.notified().await;
    }

    fn emitted(&self) -> MutexGuard<'_, Emitted> {
        self.emitted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Emitted {
    fn note(&mut self, event: &Event) {
        if let EventMsg::TokenUsage { turn_id, usage, cost_usd: _ } = &event.msg {
            self.usage = Some((*usage, *turn_id));
        }
        self.live.note(event);
    }

    fn moment(&self, writer: &dyn ThreadWriter) -> Moment {
        Moment {
            history: writer.snapshot().with_live(self.live.turn()),
            growing: self.live.growing(),
            usage: self.usage,
        }
    }
}
