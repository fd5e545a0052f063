//! The core from outside: threads, turns, spans, retries and rollouts against the demo provider and scripted servers.

#![expect(clippy::unwrap_used, reason = "the helpers of tests are outside of what clippy takes for tests")]

mod approvals;
mod codex_rollout;
#[cfg(target_os = "linux")] // The kernel tells when a process has ended, and holds it.
mod commands;
mod config;
mod config_reload;
mod instructions;
mod interrupt_and_steer;
mod listing;
mod log_events;
mod logs;
mod patches;
mod permission_profiles;
mod provider_faults;
mod read_state;
mod retries;
mod rollouts;
mod spans;
mod storm;
mod support;
mod turn_times;
mod turns;
