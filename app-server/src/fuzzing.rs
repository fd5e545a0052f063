//! What the fuzz targets (`tests/fuzz-targets`) call of this crate's inside. No part of the interface.

use std::{
    future::poll_fn,
    task::{Context, Poll, Waker},
};

use tokio::io::AsyncRead;

use crate::transport::{Frame, Framing, lines::Lines};

/// The messages that a client sends over lines, which arrive as `reader` gives them; `None` for one over the limit.
pub fn lines(reader: impl AsyncRead + Unpin, limit: usize) -> Vec<Option<Vec<u8>>> {
    let mut lines = Lines::new(reader, tokio::io::sink(), limit);
    let mut messages = Vec::new();
    let mut reading = std::pin::pin!(poll_fn(|cx| {
        loop {
            while let Some(frame) = lines.next() {
                messages.push(match frame {
                    Frame::Text(text) => Some(text.to_vec()),
                    Frame::Unusable(_) => None,
                });
            }
            match lines.poll_fill(cx) {
                Poll::Ready(Ok(())) => {}
                Poll::Ready(Err(_)) => return Poll::Ready(()),
                Poll::Pending => return Poll::Pending,
            }
        }
    }));
    let polled = reading.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    assert!(polled.is_ready(), "a reader that never waits is read to its end");
    messages
}
