//! Keeping a thread's events back from a connection until it has had the answer that they follow.

use std::sync::{Arc, Mutex, PoisonError};

use codex_core::EventSink;
use codex_protocol::{Event, ThreadId};

use crate::connection::Connection;

/// A connection that joins a thread: it gets the thread's state first, then what happened since.
pub(super) struct Gate {
    connection: Arc<Connection>,
    /// What waits; none once the gate is open.
    waiting: Mutex<Option<Vec<Event>>>,
}

impl Gate {
    /// A gate that is closed.
    pub(super) fn closed(connection: &Arc<Connection>) -> Arc<Self> {
        Arc::new(Self { connection: Arc::clone(connection), waiting: Mutex::new(Some(Vec::new())) })
    }

    /// Lets through what was missed, what waits, and everything after that.
    pub(super) fn open(&self, thread: ThreadId, missed: &[Event]) {
        // Held meanwhile, so that nothing new comes before what waits.
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = waiting.take().unwrap_or_default();
        for event in missed.iter().chain(&waited) {
            self.connection.emit(thread, event);
        }
    }
}

impl EventSink for Gate {
    fn emit(&self, thread: ThreadId, event: &Event) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *waiting {
            Some(waiting) => waiting.push(event.clone()),
            None => self.connection.emit(thread, event),
        }
    }
}
