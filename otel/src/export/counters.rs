//! What telemetry counts about itself.

use std::sync::atomic::{AtomicU64, Ordering};

/// A reading of the counters, for diagnostics.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Spans that the exporter's far side accepted.
    pub exported: u64,
    /// Spans dropped because the queue was full, or because they ended after shutdown.
    pub dropped: u64,
    /// Spans in batches that could not be delivered.
    pub failed: u64,
    /// Spans waiting to be exported now.
    pub queued: u64,
    /// Parents that could not be set: the span had started, or no span layer was there.
    pub refused_parents: u64,
    /// The last export error; it holds no header and no credential.
    pub last_error: Option<String>,
}

static REFUSED_PARENTS: AtomicU64 = AtomicU64::new(0);

/// Counts a parent that could not be set.
pub(crate) fn parent_refused() {
    REFUSED_PARENTS.fetch_add(1, Ordering::Relaxed);
}

/// The parents refused in this process.
pub(crate) fn refused_parents() -> u64 {
    REFUSED_PARENTS.load(Ordering::Relaxed)
}
