//! One JSON message a line: stdio, and the in-memory pipes of the tests.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use codex_app_server_protocol::RpcError;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::{Frame, Framing, Gone, Outbound, metered::Metered};

/// Room for one read.
const READ_SIZE: usize = 64 << 10;
/// What an emptied buffer keeps of its room.
const KEEP: usize = 256 << 10;

/// Lines in, lines out.
#[derive(Debug)]
pub(crate) struct Lines<R, W> {
    reader: R,
    writer: Metered<W>,
    /// The longest message, in bytes.
    limit: usize,
    input: Vec<u8>,
    /// Start of what has not been handed out.
    start: usize,
    /// How far that has been searched for a line's end.
    searched: usize,
    /// Set while the rest of a line that is too long is passed over.
    skipping: bool,
    at_end: bool,
    output: Vec<u8>,
    written: usize,
}

impl<R, W> Lines<R, W> {
    pub(crate) fn new(reader: R, writer: W, limit: usize) -> Self {
        Self {
            reader,
            writer: Metered::new(writer),
            limit,
            input: Vec::new(),
            start: 0,
            searched: 0,
            skipping: false,
            at_end: false,
            output: Vec::new(),
            written: 0,
        }
    }

    /// Makes room for a read: forgets what was handed out.
    fn make_room(&mut self) {
        if self.start > 0 {
            self.input.drain(..self.start);
            self.searched -= self.start;
            self.start = 0;
        }
        if self.input.is_empty() && self.input.capacity() > KEEP {
            self.input = Vec::new();
        }
    }

    fn too_long(&self) -> RpcError {
        RpcError::invalid_request(format!(
            "message is longer than the limit of {} bytes; it was skipped",
            self.limit
        ))
    }
}

impl<R, W> Framing for Lines<R, W>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Gone>> {
        if self.at_end {
            return Poll::Ready(Err(Gone::ByClient));
        }
        self.make_room();
        let filled = self.input.len();
        self.input.resize(filled + READ_SIZE, 0);
        let mut buffer = ReadBuf::new(&mut self.input[filled..]);
        let polled = Pin::new(&mut self.reader).poll_read(cx, &mut buffer);
        let read = buffer.filled().len();
        self.input.truncate(filled + read);
        match polled {
            Poll::Pending => {
                // An idle connection keeps no room.
                if self.input.is_empty() {
                    self.input = Vec::new();
                }
                Poll::Pending
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(Gone::Broken(format!("reading failed: {error}")))),
            Poll::Ready(Ok(())) if read == 0 => {
                self.at_end = true;
                // A last line without its end is a message too.
                Poll::Ready(if self.input.is_empty() && !self.skipping {
                    Err(Gone::ByClient)
                } else {
                    Ok(())
                })
            }
            Poll::Ready(Ok(())) => Poll::Ready(Ok(())),
        }
    }

    fn next(&mut self) -> Option<Frame<'_>> {
        loop {
            let end = match memchr::memchr(b'\n', &self.input[self.searched..]) {
                Some(at) => self.searched + at,
                None if self.at_end && (self.start < self.input.len() || self.skipping) => self.input.len(),
                None => {
                    self.searched = self.input.len();
                    if self.skipping || self.searched - self.start > self.limit {
                        // Passed over as it arrives: a message without end costs no memory.
                        self.skipping = true;
                        self.start = self.searched;
                    }
                    return None;
                }
            };
            let (start, next) = (self.start, (end + 1).min(self.input.len()));
            self.start = next;
            self.searched = next;
            if std::mem::take(&mut self.skipping) || end - start > self.limit {
                return Some(Frame::Unusable(self.too_long()));
            }
            let line = self.input[start..end].trim_ascii_end();
            if !line.is_empty() {
                // Borrowed anew: the compiler cannot see that the loop ends here.
                let length = line.len();
                return Some(Frame::Text(&self.input[start..start + length]));
            }
        }
    }

    fn send(&mut self, outbound: Outbound) {
        if self.output.is_empty()
            && let Outbound::Message(mut message) = outbound
        {
            message.push(b'\n');
            self.output = message;
            return;
        }
        outbound.write(&mut self.output);
        self.output.push(b'\n');
    }

    fn unwritten(&self) -> usize {
        self.output.len() - self.written
    }

    fn written(&self) -> u64 {
        self.writer.written()
    }

    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.written < self.output.len() {
            match Pin::new(&mut self.writer).poll_write(cx, &self.output[self.written..]) {
                Poll::Ready(Ok(0)) => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                Poll::Ready(Ok(written)) => self.written += written,
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => return Poll::Pending,
            }
        }
        self.written = 0;
        if self.output.capacity() > KEEP {
            self.output = Vec::new();
        } else {
            self.output.clear();
        }
        Pin::new(&mut self.writer).poll_flush(cx)
    }

    fn poll_close(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        Pin::new(&mut self.writer).poll_shutdown(cx).map(|_| ())
    }
}
