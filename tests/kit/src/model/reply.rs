//! What a scripted model answers.

use std::{fmt::Write, io};

use bytes::Bytes;
use tokio::{
    io::{AsyncReadExt, AsyncWrite, AsyncWriteExt},
    sync::watch,
};

#[derive(Clone, Debug)]
enum Piece {
    Bytes(Bytes),
    /// Waits until the model is told to go on.
    Hold,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// The body ends as HTTP wants it.
    Whole,
    /// The connection breaks.
    Cut,
    /// The connection stays open, and nothing more comes.
    Silent,
}

/// One answer of the model, with its faults. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Reply {
    status: u16,
    headers: String,
    chunked: bool,
    keep_alive: bool,
    pieces: Vec<Piece>,
    end: End,
}

impl Reply {
    /// A stream of server-sent events, whole.
    pub fn stream(events: impl AsRef<str>) -> Self {
        let headers = "content-type: text/event-stream\r\n".to_owned();
        let pieces = vec![Piece::Bytes(chunks(events.as_ref().as_bytes()))];
        Self { status: 200, headers, chunked: true, keep_alive: false, pieces, end: End::Whole }
    }

    /// A stream that breaks off.
    pub fn cut(events: impl AsRef<str>) -> Self {
        Self { end: End::Cut, ..Self::stream(events) }
    }

    /// A stream that breaks off after so many bytes of its events.
    pub fn cut_at(events: impl AsRef<[u8]>, byte: usize) -> Self {
        let events = events.as_ref();
        let pieces = vec![Piece::Bytes(chunks(&events[..byte.min(events.len())]))];
        Self { pieces, ..Self::cut("") }
    }

    /// A stream that stays open and silent.
    pub fn silent(events: impl AsRef<str>) -> Self {
        Self { end: End::Silent, ..Self::stream(events) }
    }

    /// A stream that waits in the middle until [`Model::release`](super::Model::release).
    pub fn held(before: impl AsRef<str>, after: impl AsRef<str>) -> Self {
        let mut reply = Self::stream(before);
        reply.pieces.extend([Piece::Hold, Piece::Bytes(chunks(after.as_ref().as_bytes()))]);
        reply
    }

    /// A whole answer that is no stream: status, extra header lines that end with `\r\n`, body.
    pub fn status(status: u16, headers: impl Into<String>, body: impl Into<String>) -> Self {
        let body = Bytes::from(body.into());
        let mut headers = headers.into();
        // Writing to a string cannot fail.
        let _ = write!(headers, "content-length: {}\r\n", body.len());
        let pieces = vec![Piece::Bytes(body)];
        Self { status, headers, chunked: false, keep_alive: false, pieces, end: End::Whole }
    }

    /// The same answer with one more header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        // Writing to a string cannot fail.
        let _ = write!(self.headers, "{name}: {value}\r\n");
        self
    }

    /// The same answer, after which the connection serves further requests. Without this it is closed.
    #[must_use]
    pub fn keep_alive(mut self) -> Self {
        self.keep_alive = true;
        self
    }

    /// Writes it; true if the connection goes on.
    pub(super) async fn write(
        &self,
        stream: &mut (impl AsyncWrite + tokio::io::AsyncRead + Unpin),
        released: &watch::Sender<bool>,
    ) -> io::Result<bool> {
        let coding = if self.chunked { "transfer-encoding: chunked\r\n" } else { "" };
        let close = if self.keep_alive { "" } else { "connection: close\r\n" };
        let head = format!("HTTP/1.1 {} scripted\r\n{}{coding}{close}\r\n", self.status, self.headers);
        stream.write_all(head.as_bytes()).await?;
        for piece in &self.pieces {
            match piece {
                Piece::Bytes(bytes) => stream.write_all(bytes).await?,
                Piece::Hold => {
                    released.subscribe().wait_for(|released| *released).await.map_err(io::Error::other)?;
                }
            }
        }
        match self.end {
            End::Cut => return Ok(false),
            // Until the other side has had enough.
            End::Silent => return stream.read(&mut [0; 16]).await.map(|_| false),
            End::Whole if self.chunked => stream.write_all(b"0\r\n\r\n").await?,
            End::Whole => {}
        }
        if !self.keep_alive {
            stream.shutdown().await?;
        }
        Ok(self.keep_alive)
    }
}

/// The body in chunks as HTTP has them: one an event, as providers send them.
fn chunks(mut events: &[u8]) -> Bytes {
    let mut out = Vec::with_capacity(events.len() + events.len() / 8);
    while !events.is_empty() {
        let end = events.windows(2).position(|pair| pair == b"\n\n").map_or(events.len(), |at| at + 2);
        let (event, rest) = events.split_at(end);
        out.extend_from_slice(format!("{:x}\r\n", event.len()).as_bytes());
        out.extend_from_slice(event);
        out.extend_from_slice(b"\r\n");
        events = rest;
    }
    out.into()
}
