//! The wire: text in, transcript out, every case over lines and over websocket.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod approvals;
mod bad_input;
mod carriers;
mod clients;
mod harness;
mod methods;
mod order;
mod params;
mod replay;
mod slow_reader;
mod spans;
mod surroundings;
mod threads;
mod turns;
