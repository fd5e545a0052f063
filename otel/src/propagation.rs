//! Whether trace context crosses the border of the process (`OTEL_PROPAGATORS`).

use std::sync::atomic::{AtomicBool, Ordering};

/// Set once, when tracing is installed.
static ISOLATED: AtomicBool = AtomicBool::new(false);

/// Whether trace context is taken from others and handed on to them. Inside the process it always goes on.
pub fn propagates() -> bool {
    !ISOLATED.load(Ordering::Relaxed)
}

pub(crate) fn isolate() {
    ISOLATED.store(true, Ordering::Relaxed);
}
