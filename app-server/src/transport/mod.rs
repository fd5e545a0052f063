//! The ways in: what turns bytes into messages, and messages into bytes.
//!
//! One transport, one file. All end in [`Framing`], and nothing past it knows which it was.

pub(crate) mod http;
pub(crate) mod lines;
pub(crate) mod listen;
mod metered;
pub(crate) mod stdio;
pub(crate) mod websocket;

use std::{
    io,
    task::{Context, Poll},
};

use codex_app_server_protocol::RpcError;

use crate::connection::outgoing::Entry;

/// One inbound message.
#[derive(Debug)]
pub(crate) enum Frame<'a> {
    /// The message's bytes.
    Text(&'a [u8]),
    /// A message that was passed over, and what its sender is told.
    Unusable(RpcError),
}

/// Why nothing more can be read.
#[derive(Debug)]
pub(crate) enum Gone {
    /// The client closed the connection.
    ByClient,
    /// The client broke the transport's rules, or the transport broke; and how.
    Broken(String),
}

/// A transport that carries whole messages, both ways, from one task.
pub(crate) trait Framing {
    /// Reads more. Ready when [`next`](Self::next) may have a message.
    fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Gone>>;

    /// The next message that was read whole.
    fn next(&mut self) -> Option<Frame<'_>>;

    /// Takes a message to write.
    fn send(&mut self, entry: Entry);

    /// Bytes taken and not yet written.
    fn unwritten(&self) -> usize;

    /// Bytes written since the beginning: a reader that is slow makes it grow, one that stalls does not.
    fn written(&self) -> u64;

    /// Writes what was taken. Ready when all of it is written.
    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>>;

    /// Says good-bye, after everything is written.
    fn poll_close(&mut self, cx: &mut Context<'_>) -> Poll<()>;
}

/// The text of an entry, appended to `buffer`.
pub(crate) fn write_entry(entry: Entry, buffer: &mut Vec<u8>) {
    match entry {
        Entry::Message(message) => buffer.extend_from_slice(&message),
        Entry::Delta(delta) => {
            if let Err(error) = delta.write(buffer) {
                tracing::error!(%error, "a delta could not be written");
            }
        }
    }
}
