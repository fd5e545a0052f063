//! Whether content (prompts, answers, arguments) may stand on spans.

use std::sync::atomic::{AtomicBool, Ordering};

/// Set once, when tracing is installed.
static CAPTURED: AtomicBool = AtomicBool::new(false);

/// Whether prompts, answers and arguments may stand on spans: `otel.log_user_prompt`, off by default. It belongs to the
/// process: whoever runs the server decides, no client.
pub fn captures_content() -> bool {
    CAPTURED.load(Ordering::Relaxed)
}

pub(crate) fn capture() {
    CAPTURED.store(true, Ordering::Relaxed);
}
