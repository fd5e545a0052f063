//! Settings that hold for the whole process, asked for on the way of each request.

use std::sync::atomic::{AtomicBool, Ordering};

/// Whether context stays inside the process; set once, when tracing is installed.
static ISOLATED: AtomicBool = AtomicBool::new(false);
/// Whether content is captured; set once, when tracing is installed.
static CAPTURED: AtomicBool = AtomicBool::new(false);

/// Whether trace context is taken from others and handed on to them (`OTEL_PROPAGATORS`). Inside the process it always
/// goes on.
pub fn propagates() -> bool {
    !ISOLATED.load(Ordering::Relaxed)
}

pub(crate) fn isolate() {
    ISOLATED.store(true, Ordering::Relaxed);
}

/// Whether prompts, answers and arguments may stand on spans: `otel.log_user_prompt`, off by default. It belongs to the
/// process: whoever runs the server decides, no client.
pub fn captures_content() -> bool {
    CAPTURED.load(Ordering::Relaxed)
}

pub(crate) fn capture() {
    CAPTURED.store(true, Ordering::Relaxed);
}
