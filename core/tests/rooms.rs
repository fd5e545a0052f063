//! The rooms of core: each uses those below it and nothing above, so that there is no circle. That the check finds a circle
//! which is put in is tested where it is written, in the test kit.

use std::path::Path;

use test_kit::source::{order_violations, sources};

/// From the bottom up.
const ROOMS: [&str; 19] = [
    "git",
    "regular_file",
    "log_events",
    "metrics",
    "config",
    "conversation",
    "store",
    "journal",
    "model",
    "patch",
    "exec",
    "approval",
    "instructions",
    "skills",
    "tools",
    "turn",
    "thread",
    "agent",
    "fuzzing",
];

#[test]
fn rooms_use_only_what_stands_below_them() {
    let sources = sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    let violations = order_violations(&sources, &ROOMS);
    assert!(violations.is_empty(), "{}", violations.join("\n"));
}
