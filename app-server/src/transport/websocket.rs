//! One JSON message a text frame, over anything that carries bytes.
//!
//! RFC 6455. Invalid UTF-8 closes with 1007 (section 8.1), a message over the limit with 1009 (section 7.4.1).

use std::{
    fmt, io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use codex_app_server_protocol::RpcError;
use futures_util::{Sink, Stream};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Interval, MissedTickBehavior, Sleep},
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Error, Message, Utf8Bytes,
        error::{CapacityError, ProtocolError},
        protocol::{CloseFrame, Role, WebSocketConfig, frame::coding::CloseCode},
    },
};

use super::{Frame, Framing, Gone, Outbound, metered::Metered};

/// How often an idle client is asked whether it is there. Two unanswered questions end the connection.
pub(crate) const PING_EVERY: Duration = Duration::from_secs(30);

/// How long a client that is told why has to stop sending.
const LINGER: Duration = Duration::from_secs(2);

/// A websocket after its handshake.
#[derive(Debug)]
pub(crate) struct WebSocket<S> {
    stream: WebSocketStream<Metered<S>>,
    read: Option<Read>,
    unwritten: usize,
    pings: Interval,
    unanswered: u8,
    closing: Option<CloseFrame>,
    lingering: Option<Pin<Box<Sleep>>>,
    introduction: Option<Introduction>,
    closed: bool,
}

/// Until when a client has to introduce itself, and whether it has.
pub(crate) struct Introduction {
    deadline: Pin<Box<Sleep>>,
    is_done: Box<dyn Fn() -> bool + Send>,
}

impl Introduction {
    pub(crate) fn within(time: Duration, is_done: impl Fn() -> bool + Send + 'static) -> Self {
        Self { deadline: Box::pin(tokio::time::sleep(time)), is_done: Box::new(is_done) }
    }
}

impl fmt::Debug for Introduction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Introduction").finish_non_exhaustive()
    }
}

#[derive(Debug)]
enum Read {
    Text(Utf8Bytes),
    Binary,
    /// Handed out; kept until the next read, since the frame borrows from it.
    Done(Utf8Bytes),
}

impl<S: AsyncRead + AsyncWrite + Unpin> WebSocket<S> {
    /// Takes over a stream whose handshake is done, with what was read of it beyond the handshake.
    pub(crate) async fn after_handshake(
        stream: S,
        early: Vec<u8>,
        limit: usize,
        introduction: Introduction,
    ) -> Self {
        let config = WebSocketConfig::default()
            .read_buffer_size(16 << 10)
            .write_buffer_size(32 << 10)
            .max_message_size(Some(limit))
            .max_frame_size(Some(limit));
        let stream =
            WebSocketStream::from_partially_read(Metered::new(stream), early, Role::Server, Some(config))
                .await;
        let mut pings = tokio::time::interval_at(tokio::time::Instant::now() + PING_EVERY, PING_EVERY);
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self {
            stream,
            read: None,
            unwritten: 0,
            pings,
            unanswered: 0,
            closing: None,
            lingering: None,
            introduction: Some(introduction),
            closed: false,
        }
    }

    /// Ends the connection with a code: what the other side is told.
    fn refuse(&mut self, code: CloseCode, reason: &'static str) -> Gone {
        self.closing = Some(CloseFrame { code, reason: reason.into() });
        Gone::Broken(reason.to_owned())
    }

    /// Who connects and says nothing keeps a place from others.
    fn poll_introduction(&mut self, cx: &mut Context<'_>) -> Result<(), Gone> {
        if let Some(introduction) = &mut self.introduction
            && introduction.deadline.as_mut().poll(cx).is_ready()
        {
            let is_done = (introduction.is_done)();
            self.introduction = None;
            if !is_done {
                return Err(self.refuse(CloseCode::Policy, "no `initialize` in time"));
            }
        }
        Ok(())
    }

    fn poll_ping(&mut self, cx: &mut Context<'_>) -> Result<(), Gone> {
        while self.pings.poll_tick(cx).is_ready() {
            if self.unanswered >= 2 {
                return Err(self.refuse(CloseCode::Policy, "no pong for a minute"));
            }
            self.unanswered += 1;
            self.push(Message::Ping(Vec::new().into()));
        }
        Ok(())
    }

    fn push(&mut self, message: Message) {
        self.unwritten += message.len() + 8;
        if let Err(error) = Pin::new(&mut self.stream).start_send(message) {
            tracing::debug!(%error, "the websocket takes no more messages");
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Framing for WebSocket<S> {
    fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Gone>> {
        self.poll_introduction(cx)?;
        self.poll_ping(cx)?;
        loop {
            let Some(message) = std::task::ready!(Pin::new(&mut self.stream).poll_next(cx)) else {
                self.closed = true;
                return Poll::Ready(Err(Gone::ByClient));
            };
            self.unanswered = 0;
            match message {
                Ok(Message::Text(text)) => self.read = Some(Read::Text(text)),
                Ok(Message::Binary(_)) => self.read = Some(Read::Binary),
                // After a close the next poll sends the answer to it and then ends the stream.
                Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_) | Message::Close(_)) => continue,
                Err(error) => return Poll::Ready(Err(self.failed(&error))),
            }
            return Poll::Ready(Ok(()));
        }
    }

    fn next(&mut self) -> Option<Frame<'_>> {
        match self.read.take()? {
            Read::Done(_) => None,
            Read::Binary => Some(Frame::Unusable(RpcError::invalid_request(
                "binary frames are not taken; send one JSON message a text frame",
            ))),
            Read::Text(text) => {
                let Read::Done(text) = self.read.insert(Read::Done(text)) else { return None };
                Some(Frame::Text(text.as_bytes()))
            }
        }
    }

    fn send(&mut self, outbound: Outbound) {
        let mut text = Vec::new();
        let text = match outbound {
            Outbound::Message(message) => message,
            delta @ Outbound::Delta(_) => {
                delta.write(&mut text);
                text
            }
        };
        match Utf8Bytes::try_from(text) {
            Ok(text) => self.push(Message::Text(text)),
            Err(error) => tracing::error!(%error, "a message that is no text was not sent"),
        }
    }

    fn unwritten(&self) -> usize {
        self.unwritten
    }

    fn written(&self) -> u64 {
        self.stream.get_ref().written()
    }

    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.closed {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        match std::task::ready!(Pin::new(&mut self.stream).poll_flush(cx)) {
            Ok(()) => {
                self.unwritten = 0;
                Poll::Ready(Ok(()))
            }
            Err(Error::Io(error)) => Poll::Ready(Err(error)),
            Err(error) => Poll::Ready(Err(io::Error::other(error))),
        }
    }

    fn poll_close(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.closed {
            return Poll::Ready(());
        }
        if let Some(frame) = self.closing.take() {
            self.push(Message::Close(Some(frame)));
            self.lingering = Some(Box::pin(tokio::time::sleep(LINGER)));
        }
        let ended = match &mut self.lingering {
            None => Pin::new(&mut self.stream).poll_close(cx).map_err(|error| error.to_string()),
            Some(linger) => match linger.as_mut().poll(cx) {
                Poll::Ready(()) => Poll::Ready(Ok(())),
                Poll::Pending => poll_say_why_and_drain(&mut self.stream, cx),
            },
        };
        if let Err(error) = std::task::ready!(ended) {
            tracing::debug!(error, "the websocket did not close cleanly");
        }
        self.closed = true;
        Poll::Ready(())
    }
}

/// Sends the close frame, then reads and forgets what the client still sends: closing with bytes unread makes the system
/// reset the connection, and the client would never read why.
fn poll_say_why_and_drain<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut WebSocketStream<S>,
    cx: &mut Context<'_>,
) -> Poll<Result<(), String>> {
    if let Err(error) = std::task::ready!(Pin::new(&mut *stream).poll_flush(cx)) {
        return Poll::Ready(Err(error.to_string()));
    }
    let raw = stream.get_mut();
    if let Poll::Ready(Err(error)) = Pin::new(&mut *raw).poll_shutdown(cx) {
        return Poll::Ready(Err(error.to_string()));
    }
    let mut scratch = [0; 4096];
    loop {
        let mut forgotten = ReadBuf::new(&mut scratch);
        match std::task::ready!(Pin::new(&mut *raw).poll_read(cx, &mut forgotten)) {
            Ok(()) if forgotten.filled().is_empty() => return Poll::Ready(Ok(())),
            Ok(()) => {}
            Err(error) => return Poll::Ready(Err(error.to_string())),
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> WebSocket<S> {
    fn failed(&mut self, error: &Error) -> Gone {
        match error {
            // A client that goes without the closing handshake is gone all the same.
            Error::ConnectionClosed
            | Error::AlreadyClosed
            | Error::Io(_)
            | Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => {
                self.closed = true;
                Gone::ByClient
            }
            Error::Utf8(_) => self.refuse(CloseCode::Invalid, "text that is not UTF-8"),
            Error::Capacity(CapacityError::MessageTooLong { .. }) => {
                self.refuse(CloseCode::Size, "message is longer than the limit")
            }
            _ => self.refuse(CloseCode::Protocol, "not a valid websocket frame"),
        }
    }
}
