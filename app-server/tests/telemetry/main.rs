//! Telemetry of the real binary: what it exports, where to, and what an operator can read of it.

// What stands around a server is the same as in the tests of the process.
#[path = "../process/collector.rs"]
mod collector;
#[path = "../process/transport.rs"]
#[expect(unused_macros, unused_imports, reason = "the other tests use the rest")]
mod transport;
#[path = "../process/world.rs"]
mod world;

mod configuration;
mod correlation;
mod diagnostics;
mod exec;
mod propagation;
mod secrets;
mod signals;
mod trace_command;
