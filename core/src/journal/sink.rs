//! Who hears events.

use codex_protocol::{Event, ThreadId};

/// A subscriber of a thread, by a number that the caller chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SubscriberId(pub u64);

/// Hears events.
pub trait EventSink: Send + Sync {
    /// One event. Those of a thread come in order, one at a time, under the lock of the thread's journal: this must not
    /// block, and must not subscribe, unsubscribe or join. It may submit.
    fn emit(&self, thread: ThreadId, event: &Event);
}
