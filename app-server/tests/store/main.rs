//! What is left of threads when the server is killed, has no room, or finds its files spoilt: the real binary, from
//! outside.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod full;
mod killed;
mod read_only;
mod server;
