//! The ways in: what turns bytes into messages, and messages into bytes.
//!
//! One transport, one file. All end in [`Framing`], and nothing past it knows which it was.

pub(crate) mod admission;
mod framing;
mod handshake;
pub(crate) mod http;
pub(crate) mod limits;
pub(crate) mod lines;
pub(crate) mod listen;
mod metered;
pub(crate) mod stdio;
pub(crate) mod token;
pub(crate) mod websocket;

pub(crate) use framing::{Frame, Framing, Gone, Outbound};
pub(crate) use handshake::{Handshake, TransportKind};
