//! What every transport does: whole messages, both ways, from one task.

use std::{
    io,
    task::{Context, Poll},
};

use codex_app_server_protocol::RpcError;

use crate::wire::delta::QueuedDelta;

/// One inbound message.
#[derive(Debug)]
pub(crate) enum Frame<'a> {
    /// The message's bytes.
    Text(&'a [u8]),
    /// A message that was passed over, and what its sender is told.
    Unusable(RpcError),
}

/// One outbound message.
#[derive(Debug)]
pub(crate) enum Outbound {
    /// A message ready to write.
    Message(Vec<u8>),
    /// A delta, kept unwritten so that the next one can join it.
    Delta(Box<QueuedDelta>),
}

impl Outbound {
    /// About what it takes on the wire.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::Message(message) => message.len(),
            Self::Delta(delta) => delta.bytes(),
        }
    }

    /// Appends its text to `buffer`.
    pub(crate) fn write(self, buffer: &mut Vec<u8>) {
        match self {
            Self::Message(message) => buffer.extend_from_slice(&message),
            Self::Delta(delta) => {
                if let Err(error) = delta.write(buffer) {
                    tracing::error!(%error, "a delta could not be written");
                }
            }
        }
    }
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
    fn send(&mut self, outbound: Outbound);

    /// Bytes taken and not yet written.
    fn unwritten(&self) -> usize;

    /// Bytes written since the beginning: a reader that is slow makes it grow, one that stalls does not.
    fn written(&self) -> u64;

    /// Writes what was taken. Ready when all of it is written.
    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>>;

    /// Says good-bye, after everything is written.
    fn poll_close(&mut self, cx: &mut Context<'_>) -> Poll<()>;
}
