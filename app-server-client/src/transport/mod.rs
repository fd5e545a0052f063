//! The transports: each ends in the same pair of bounded channels.

mod connection;
mod stdio;
mod websocket;

pub(crate) use connection::Parts;
pub use connection::{Closed, Connection};
