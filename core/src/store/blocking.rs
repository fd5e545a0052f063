//! Running work that blocks off the async workers.

use std::time::Instant;

use super::io_stats;

/// Runs work that blocks on the store. The current span gets an event that says what was read and how long that took.
pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let asked = Instant::now();
    match tokio::task::spawn_blocking(|| io_stats::measured(work)).await {
        Ok((value, read)) => {
            read.report(asked.elapsed());
            value
        }
        // It is never cancelled, so it panicked: the caller's own isolation deals with that.
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}
