//! A connection as text in and text out, whatever carries it.

use std::{
    fmt,
    process::ExitStatus,
    sync::{Arc, OnceLock},
};

use secrecy::SecretString;
use tokio::{
    process::Command,
    sync::{mpsc, oneshot},
};

use super::{stdio, websocket};
use crate::ClientError;

/// Messages waiting in either direction. A reader that stops reading holds the server up, it does not fill memory.
const QUEUE: usize = 256;

/// How a connection ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Closed {
    /// The websocket close code, if one was sent.
    pub code: Option<u16>,
    /// What is known of the reason.
    pub reason: String,
}

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection to the server ended")?;
        if let Some(code) = self.code {
            write!(f, " with code {code}")?;
        }
        if self.reason.is_empty() { Ok(()) } else { write!(f, ": {}", self.reason) }
    }
}

/// The near ends of the queues, given to a transport's two tasks.
pub(super) struct Pump {
    pub(super) outgoing: mpsc::Receiver<Vec<u8>>,
    pub(super) incoming: mpsc::Sender<String>,
    pub(super) closed: Arc<OnceLock<Closed>>,
}

/// A connection to a server, one JSON text a message. Dropping it closes it: a child sees the end of its input.
#[derive(Debug)]
pub struct Connection {
    outgoing: mpsc::Sender<Vec<u8>>,
    incoming: mpsc::Receiver<String>,
    closed: Arc<OnceLock<Closed>>,
    exit: Option<oneshot::Receiver<ExitStatus>>,
    pid: Option<u32>,
}

impl Connection {
    pub(super) fn new() -> (Self, Pump) {
        let (outgoing, out_rx) = mpsc::channel(QUEUE);
        let (in_tx, incoming) = mpsc::channel(QUEUE);
        let closed = Arc::new(OnceLock::new());
        let pump = Pump { outgoing: out_rx, incoming: in_tx, closed: Arc::clone(&closed) };
        (Self { outgoing, incoming, closed, exit: None, pid: None }, pump)
    }

    pub(super) fn of_child(self, pid: Option<u32>, exit: oneshot::Receiver<ExitStatus>) -> Self {
        Self { pid, exit: Some(exit), ..self }
    }

    /// Starts a server and speaks to it over its standard input and output.
    ///
    /// When the connection goes, the child gets the end of its input and a grace period, and is then killed.
    pub fn spawn(command: Command) -> Result<Self, ClientError> {
        stdio::spawn(command)
    }

    /// Connects to `ws://HOST:PORT` or `unix://PATH`. The token of a websocket is the one in `CODEX_APP_SERVER_TOKEN`, else,
    /// for a server of this machine, the one in `$CODEX_HOME`.
    pub async fn connect(url: &str) -> Result<Self, ClientError> {
        websocket::connect(url, None).await
    }

    /// As [`connect`](Self::connect), with this token.
    pub async fn connect_with_token(url: &str, token: SecretString) -> Result<Self, ClientError> {
        websocket::connect(url, Some(token)).await
    }

    /// Sends one message as it stands: a line on stdio, a text frame on a websocket. It need not be JSON, nor UTF-8.
    pub async fn send(&self, message: impl Into<Vec<u8>>) -> Result<(), ClientError> {
        self.outgoing.send(message.into()).await.map_err(|_| ClientError::Closed(self.closed()))
    }

    /// The next message of the server, or `None` when there will be none.
    pub async fn next(&mut self) -> Option<String> {
        self.incoming.recv().await
    }

    /// How the connection ended, as far as it is known by now.
    pub fn closed(&self) -> Closed {
        self.closed.get().cloned().unwrap_or_default()
    }

    /// The process id of the server, if it is our child.
    pub fn pid(&self) -> Option<u32> {
        self.pid
    }

    /// Closes the sending side, reads on to the end, and returns how the child exited.
    pub async fn close(self) -> Option<ExitStatus> {
        let Self { outgoing, mut incoming, exit, .. } = self;
        drop(outgoing);
        while incoming.recv().await.is_some() {}
        exit?.await.ok()
    }

    pub(crate) fn into_parts(self) -> Parts {
        Parts {
            outgoing: self.outgoing,
            incoming: self.incoming,
            closed: self.closed,
            exit: self.exit,
            pid: self.pid,
        }
    }
}

/// The inside of a [`Connection`], for the typed client.
pub(crate) struct Parts {
    pub(crate) outgoing: mpsc::Sender<Vec<u8>>,
    pub(crate) incoming: mpsc::Receiver<String>,
    pub(crate) closed: Arc<OnceLock<Closed>>,
    pub(crate) exit: Option<oneshot::Receiver<ExitStatus>>,
    pub(crate) pid: Option<u32>,
}
