//! Messages on lines: the same ones, however the bytes arrive.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use tokio::io::{AsyncRead, ReadBuf};

pub(crate) const CORPUS: &[&str] = &[
    "{\"id\":1,\"method\":\"initialize\",\"params\":{}}\n{\"method\":\"initialized\"}\n",
    "\n\r\n{\"id\":1}\r\n   \n{\"id\":2}",
    "a line that is much longer than the limit of this target, which is sixty-four bytes\nshort\n",
];

/// The longest message, in bytes: small, so that longer ones are met.
const LIMIT: usize = 64;

/// Cuts bytes into messages in one piece, in pieces whose size the bytes say, and by hand.
pub fn line_framing(bytes: &[u8]) {
    let expected = by_hand(bytes);
    let size = bytes.iter().fold(0, |sum: usize, byte| sum.wrapping_add((*byte).into())) % (LIMIT + 2);
    for piece in [bytes.len().max(1), size.max(1)] {
        let messages = codex_app_server::fuzzing::lines(Pieces { rest: bytes, size: piece }, LIMIT);
        assert_eq!(messages, expected, "in pieces of {piece}");
    }
}

fn by_hand(bytes: &[u8]) -> Vec<Option<Vec<u8>>> {
    let mut lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
    // What stands behind the last end of a line is a message of its own, if there is anything.
    if lines.last().is_some_and(|last| last.is_empty()) {
        lines.pop();
    }
    let messages =
        lines.into_iter().map(|line| (line.len() <= LIMIT).then(|| line.trim_ascii_end().to_vec()));
    messages.filter(|message| message.as_ref().is_none_or(|message| !message.is_empty())).collect()
}

/// A reader that gives so many bytes at a time.
struct Pieces<'a> {
    rest: &'a [u8],
    size: usize,
}

impl AsyncRead for Pieces<'_> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let size = self.size.min(self.rest.len()).min(buffer.remaining());
        let (piece, rest) = self.rest.split_at(size);
        buffer.put_slice(piece);
        self.rest = rest;
        Poll::Ready(Ok(()))
    }
}
