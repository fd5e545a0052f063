//! One connection to a server under test, over either framing: bytes out, JSON in, and all of it kept.

use std::{fmt, io};

use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader},
    net::{TcpStream, UnixStream},
};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{
        Error, Message,
        client::IntoClientRequest,
        protocol::{
            CloseFrame,
            frame::{
                Frame,
                coding::{Data, OpCode},
            },
        },
    },
};

use crate::{
    dump::Dump,
    wait::{Log, within},
};

/// What a websocket runs over.
trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

enum Wire {
    Lines {
        reader: BufReader<Box<dyn AsyncRead + Unpin + Send>>,
        /// What has been read of the next line.
        line: Vec<u8>,
        writer: Option<Box<dyn AsyncWrite + Unpin + Send>>,
    },
    WebSocket(Box<WebSocketStream<Box<dyn Stream>>>),
}

/// How a connection ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Nothing more to read.
    EndOfInput,
    /// A websocket was closed, with a code and a reason where the server gave them.
    Closed(Option<(u16, String)>),
    /// A websocket broke.
    Broken(String),
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EndOfInput => f.write_str("end of input"),
            Self::Closed(None) => f.write_str("closed"),
            Self::Closed(Some((code, reason))) => write!(f, "closed with {code}: {reason}"),
            Self::Broken(error) => write!(f, "broken: {error}"),
        }
    }
}

/// A connection, and everything that came over it.
pub struct Connection {
    wire: Wire,
    log: Log,
    dump: Dump,
    /// Everything that was received, in order.
    pub seen: Vec<Value>,
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("seen", &self.seen).finish_non_exhaustive()
    }
}

impl Connection {
    /// One message a line. `log` is what the server writes beside it, shown when a test fails.
    pub fn lines(
        reader: impl AsyncRead + Unpin + Send + 'static,
        writer: impl AsyncWrite + Unpin + Send + 'static,
        log: Log,
    ) -> Self {
        let reader = BufReader::new(Box::new(reader) as Box<dyn AsyncRead + Unpin + Send>);
        Self::over(Wire::Lines { reader, line: Vec::new(), writer: Some(Box::new(writer)) }, log)
    }

    /// A websocket over a stream, after its handshake.
    pub async fn websocket(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, log: Log) -> Self {
        Self::handshake(Box::new(stream), None, log).await
    }

    async fn handshake(stream: Box<dyn Stream>, token: Option<&str>, log: Log) -> Self {
        let mut request = "ws://localhost/".into_client_request().expect("it is an address");
        if let Some(token) = token {
            let value = format!("Bearer {token}").parse().expect("a token is plain");
            request.headers_mut().insert("authorization", value);
        }
        let handshake = client_async(request, stream);
        let done = within("the handshake", handshake, || log.evidence()).await;
        let (socket, _) = done.unwrap_or_else(|error| panic!("{error}\n{}", log.evidence()));
        Self::over(Wire::WebSocket(Box::new(socket)), log)
    }

    /// A websocket to `ws://IP:PORT` or `unix://PATH`, with a token where there is one.
    pub async fn connect(url: &str, token: Option<&str>, log: Log) -> Self {
        let stream: io::Result<Box<dyn Stream>> = if let Some(path) = url.strip_prefix("unix://") {
            UnixStream::connect(path).await.map(|stream| Box::new(stream) as _)
        } else {
            let address = url.strip_prefix("ws://").expect("a URL of this protocol");
            TcpStream::connect(address).await.map(|stream| Box::new(stream) as _)
        };
        let stream = stream.unwrap_or_else(|error| panic!("{url}: {error}\n{}", log.evidence()));
        Self::handshake(stream, token, log).await
    }

    fn over(wire: Wire, log: Log) -> Self {
        Self { wire, log, dump: Dump::open(), seen: Vec::new() }
    }

    /// Sends one message of any bytes; over a websocket, bytes that are no text go as a broken text frame.
    ///
    /// A server that is gone is told by what comes back.
    pub async fn send_bytes(&mut self, mut bytes: Vec<u8>) {
        if let Ok(message) = serde_json::from_slice(&bytes) {
            self.dump.keep("server", &message);
        }
        let wire = &mut self.wire;
        let sending = async {
            match wire {
                Wire::Lines { writer, .. } => {
                    bytes.push(b'\n');
                    let writer = writer.as_mut().expect("the input is not closed yet");
                    if writer.write_all(&bytes).await.is_ok() {
                        // As above.
                        let _ = writer.flush().await;
                    }
                }
                Wire::WebSocket(socket) => {
                    let message = String::from_utf8(bytes).map_or_else(
                        |error| {
                            let data = OpCode::Data(Data::Text);
                            Message::Frame(Frame::message(error.into_bytes(), data, true))
                        },
                        Message::text,
                    );
                    // As above.
                    let _ = socket.send(message).await;
                }
            }
        };
        within("sending", sending, || evidence(&self.seen, &self.log)).await;
    }

    /// Tells the server that nothing more comes; what it still says can be read.
    pub async fn end_input(&mut self) {
        match &mut self.wire {
            Wire::Lines { writer, .. } => {
                if let Some(mut writer) = writer.take() {
                    // A server that is gone needs no telling.
                    let _ = writer.shutdown().await;
                }
            }
            Wire::WebSocket(socket) => {
                // As above.
                let _ = socket.close().await;
            }
        }
    }

    /// The next message, or how the connection ended.
    pub async fn next(&mut self) -> Result<&Value, Ending> {
        self.next_for("a message").await
    }

    /// As [`next`](Self::next), with what is waited for, for the message of a failed test.
    pub async fn next_for(&mut self, what: &str) -> Result<&Value, Ending> {
        let text = within(what, self.wire.read(), || evidence(&self.seen, &self.log)).await?;
        let message = serde_json::from_slice(&text).unwrap_or_else(|error| {
            panic!("{error} in {}\n{}", String::from_utf8_lossy(&text), self.evidence())
        });
        self.dump.keep("client", &message);
        self.seen.push(message);
        Ok(&self.seen[self.seen.len() - 1])
    }

    /// For the message of a failed test: what came, and what the server logged.
    pub fn evidence(&self) -> String {
        evidence(&self.seen, &self.log)
    }
}

impl Wire {
    /// The next message. Nothing is lost when this is dropped before it is done.
    async fn read(&mut self) -> Result<Vec<u8>, Ending> {
        match self {
            Self::Lines { reader, line, .. } => {
                let read = reader.read_until(b'\n', line).await;
                // A server that was killed may have been in the middle of a line, which is no message.
                if read.is_err() || line.pop_if(|byte| *byte == b'\n').is_none() {
                    return Err(Ending::EndOfInput);
                }
                Ok(std::mem::take(line))
            }
            Self::WebSocket(socket) => loop {
                match socket.next().await {
                    Some(Ok(Message::Text(text))) => return Ok(text.as_bytes().to_vec()),
                    Some(Ok(Message::Close(frame))) => {
                        return Err(Ending::Closed(frame.as_ref().map(reason)));
                    }
                    Some(Ok(_)) => {}
                    None | Some(Err(Error::ConnectionClosed | Error::AlreadyClosed)) => {
                        return Err(Ending::EndOfInput);
                    }
                    Some(Err(error)) => return Err(Ending::Broken(error.to_string())),
                }
            },
        }
    }
}

fn reason(frame: &CloseFrame) -> (u16, String) {
    (frame.code.into(), frame.reason.to_string())
}

fn evidence(seen: &[Value], log: &Log) -> String {
    let mut text = "--- received\n".to_owned();
    for message in seen {
        text.push_str(&message.to_string());
        text.push('\n');
    }
    text + &log.evidence()
}
