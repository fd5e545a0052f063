//! What the store read for a request or a turn: told on the span that asked, never by a span of its own.

use std::{cell::Cell, time::Duration};

use codex_otel::attr;

/// What was read: bytes of rollouts, and records or rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct ReadStats {
    bytes: u64,
    records: u64,
}

thread_local! {
    /// What the work that runs on this thread has read so far.
    static READ: Cell<ReadStats> = const { Cell::new(ReadStats { bytes: 0, records: 0 }) };
}

/// Counts bytes that were read.
pub(super) fn count_bytes(count: u64) {
    READ.with(|read| read.set(ReadStats { bytes: read.get().bytes + count, ..read.get() }));
}

/// Counts records or rows that were read.
pub(super) fn count_records(count: u64) {
    READ.with(|read| read.set(ReadStats { records: read.get().records + count, ..read.get() }));
}

/// Runs work on this thread, and tells what it read.
pub(super) fn measured<T>(work: impl FnOnce() -> T) -> (T, ReadStats) {
    READ.set(ReadStats::default());
    let value = work();
    (value, READ.take())
}

impl ReadStats {
    /// Adds an event to the current span.
    pub(super) fn report(self, duration: Duration) {
        codex_otel::event(
            "codex.store.read",
            &[
                (attr::CODEX_STORE_BYTES, self.bytes.into()),
                (attr::CODEX_STORE_RECORDS, self.records.into()),
                (attr::CODEX_STORE_DURATION_MS, (duration.as_secs_f64() * 1000.0).into()),
            ],
        );
    }
}
