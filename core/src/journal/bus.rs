//! The one bus for the events of all threads.

use std::sync::Arc;

use arc_swap::ArcSwap;
use codex_protocol::{Event, ThreadId};

use super::EventSink;

/// The one bus for the events of all threads, whoever started them. It hears of each event before the thread's own
/// subscribers do.
#[derive(Default)]
pub(crate) struct EventBus {
    // Read for every event of every thread, so without a lock.
    sinks: ArcSwap<Vec<Arc<dyn EventSink>>>,
}

impl EventBus {
    /// Adds a sink, for good.
    pub(crate) fn add(&self, sink: &Arc<dyn EventSink>) {
        self.sinks.rcu(|sinks| {
            let mut sinks = Vec::clone(sinks);
            sinks.push(Arc::clone(sink));
            sinks
        });
    }

    /// Tells all sinks.
    pub(crate) fn emit(&self, thread: ThreadId, event: &Event) {
        for sink in self.sinks.load().iter() {
            sink.emit(thread, event);
        }
    }
}
