//! What the store did for a request or a turn: said on the span that asked, never by a span of its own.

use std::{cell::Cell, time::Instant};

use codex_otel::attr;

/// What was read: bytes of rollouts, and records or rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Read {
    bytes: u64,
    records: u64,
}

thread_local! {
    /// What the work that runs on this thread has read so far.
    static READ: Cell<Read> = const { Cell::new(Read { bytes: 0, records: 0 }) };
}

/// Notes bytes that were read.
pub(super) fn read_bytes(count: u64) {
    READ.with(|read| read.set(Read { bytes: read.get().bytes + count, ..read.get() }));
}

/// Notes records or rows that were read.
pub(super) fn read_records(count: u64) {
    READ.with(|read| read.set(Read { records: read.get().records + count, ..read.get() }));
}

/// Runs work that blocks on files. The current span gets an event that says what was read and how long that took.
pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let asked = Instant::now();
    let done = tokio::task::spawn_blocking(|| {
        READ.set(Read::default());
        let value = work();
        (value, READ.take())
    });
    match done.await {
        Ok((value, Read { bytes, records })) => {
            let duration_ms = asked.elapsed().as_secs_f64() * 1000.0;
            codex_otel::event(
                "codex.store.read",
                &[
                    (attr::CODEX_STORE_BYTES, bytes.into()),
                    (attr::CODEX_STORE_RECORDS, records.into()),
                    (attr::CODEX_STORE_DURATION_MS, duration_ms.into()),
                ],
            );
            value
        }
        // It is never cancelled, so it panicked: the caller's own isolation deals with that.
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}
