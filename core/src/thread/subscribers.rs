//! Who hears a thread's events.

use std::sync::{Arc, PoisonError, RwLock};

use codex_protocol::{Event, ThreadId};

/// A subscriber, by a number that the caller chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SubscriberId(pub u64);

impl SubscriberId {
    /// The server itself, which hears every thread and keeps none loaded.
    pub const SERVER: Self = Self(0);
}

/// Hears a thread's events.
pub trait EventSink: Send + Sync {
    /// One event. Called in order, one at a time, from the turn's own task: it must not block, nor join the thread.
    fn emit(&self, thread: ThreadId, event: &Event);
}

type Sinks = Arc<[(SubscriberId, Arc<dyn EventSink>)]>;

/// The subscribers of a thread.
pub(crate) struct Subscribers {
    sinks: RwLock<Sinks>,
}

impl Subscribers {
    pub(crate) fn new() -> Self {
        Self { sinks: RwLock::new(Arc::from([])) }
    }

    /// Adds a subscriber, or gives the one of that number another sink.
    pub(crate) fn insert(&self, id: SubscriberId, sink: Arc<dyn EventSink>) {
        let mut sinks = self.sinks.write().unwrap_or_else(PoisonError::into_inner);
        *sinks = sinks.iter().filter(|(other, _)| *other != id).cloned().chain([(id, sink)]).collect();
    }

    /// Removes a subscriber; false when there was none of that number.
    pub(crate) fn remove(&self, id: SubscriberId) -> bool {
        let mut sinks = self.sinks.write().unwrap_or_else(PoisonError::into_inner);
        let before = sinks.len();
        *sinks = sinks.iter().filter(|(other, _)| *other != id).cloned().collect();
        sinks.len() < before
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.sinks.read().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// How many of them follow the thread: the server's own does not count.
    pub(crate) fn followers(&self) -> usize {
        let sinks = self.sinks.read().unwrap_or_else(PoisonError::into_inner);
        sinks.iter().filter(|(id, _)| *id != SubscriberId::SERVER).count()
    }

    /// Removes all.
    pub(crate) fn clear(&self) {
        *self.sinks.write().unwrap_or_else(PoisonError::into_inner) = Arc::from([]);
    }

    /// Tells all of them. No lock is held meanwhile, so a sink may unsubscribe.
    pub(crate) fn emit(&self, thread: ThreadId, event: &Event) {
        let sinks = Arc::clone(&self.sinks.read().unwrap_or_else(PoisonError::into_inner));
        for (_, sink) in &*sinks {
            sink.emit(thread, event);
        }
    }
}
