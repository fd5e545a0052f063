//! What stands around a server in tests, once for all crates: the only code that knows how each of these is made.
//!
//! - [`Model`] answers as a provider does, from a script, with the faults that a test asks for.
//! - [`Collector`] receives OTLP in every encoding, and can refuse, delay and hang.
//! - [`Connection`] and [`Client`] speak the protocol over lines and websocket, and keep all that was said.
//! - [`Launch`] starts the real binary in a scratch home.
//! - [`source`] reads a crate's source and says which rules of the house it breaks.
//! - [`transcript`] and [`events`] write what happened so that two runs compare.
//!
//! The kit stands below `core`: it knows the plain data of `codex-protocol` and nothing else of the workspace, so that
//! every crate can use it in its tests.

#![expect(clippy::missing_panics_doc, reason = "a test fails by panicking")]

mod client;
mod collector;
mod connection;
mod dump;
pub mod events;
pub mod model;
mod process;
pub mod source;
mod spawn;
pub mod transcript;
mod wait;

pub use client::{Client, text, turn};
pub use collector::{Answer, Collector, Received};
pub use connection::{Connection, Ending};
pub use model::{Model, Reply, Request};
pub use process::{Exit, Launch, Server};
pub use spawn::spawn;
pub use wait::{LIMIT, Log, within};
