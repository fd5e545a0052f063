//! What is fuzzed: one function for each parser of foreign bytes, with the properties that hold whatever the bytes are.
//!
//! `cargo fuzz` calls them from `fuzz/`, guided by coverage and without end; `tests/seeded.rs` calls them under plain
//! `cargo test`, for a while and from a seed. To fail, a target panics.

mod config;
mod envelope;
mod line_framing;
mod patch;
mod rollout;
mod script;
mod sse;

pub use config::config;
pub use envelope::envelope;
pub use line_framing::line_framing;
pub use patch::patch;
pub use rollout::rollout;
pub use script::script;
pub use sse::sse;

/// A target: its name, what it does with bytes, and inputs to begin with.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// The name, which is also that of its file in `fuzz/fuzz_targets/`.
    pub name: &'static str,
    /// Takes any bytes, and panics where a property does not hold.
    pub run: fn(&[u8]),
    /// Inputs as they are met in practice.
    pub corpus: &'static [&'static str],
}

/// All targets.
pub const TARGETS: &[Target] = &[
    Target { name: "line_framing", run: line_framing, corpus: line_framing::CORPUS },
    Target { name: "envelope", run: envelope, corpus: envelope::CORPUS },
    Target { name: "sse", run: sse, corpus: sse::CORPUS },
    Target { name: "rollout", run: rollout, corpus: rollout::CORPUS },
    Target { name: "config", run: config, corpus: config::CORPUS },
    Target { name: "patch", run: patch, corpus: patch::CORPUS },
    Target { name: "script", run: script, corpus: script::CORPUS },
];
