//! A blocking client that keeps a fixed number of requests in flight, over lines or frames.

use std::{
    io::{self, Read, Write},
    process::{ChildStdin, ChildStdout},
};

use crate::{target::Server, websocket::WebSocket};

/// Where messages are written and read, whatever carries them.
pub(crate) trait Wire {
    /// The bytes of one message as they go over the wire, to be written later.
    fn encode(text: &str, out: &mut Vec<u8>);
    /// Writes encoded bytes.
    fn write(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// Waits for input, and hands every whole message of it to `each`.
    fn read(&mut self, each: &mut dyn FnMut(&[u8])) -> io::Result<()>;
}

/// Standard input and output of a child.
pub(crate) struct Lines {
    stdin: ChildStdin,
    stdout: ChildStdout,
    buffer: Vec<u8>,
    filled: usize,
}

impl Lines {
    pub(crate) fn of(server: &mut Server) -> io::Result<Self> {
        let missing = || io::Error::other("the child has no pipes");
        Ok(Self {
            stdin: server.child.stdin.take().ok_or_else(missing)?,
            stdout: server.child.stdout.take().ok_or_else(missing)?,
            buffer: vec![0; 1 << 20],
            filled: 0,
        })
    }
}

impl Wire for Lines {
    fn encode(text: &str, out: &mut Vec<u8>) {
        out.extend_from_slice(text.as_bytes());
        out.push(b'\n');
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stdin.write_all(bytes)
    }

    fn read(&mut self, each: &mut dyn FnMut(&[u8])) -> io::Result<()> {
        if self.filled == self.buffer.len() {
            self.buffer.resize(self.buffer.len() * 2, 0);
        }
        let read = self.stdout.read(&mut self.buffer[self.filled..])?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.filled += read;
        let mut start = 0;
        while let Some(end) = self.buffer[start..self.filled].iter().position(|&byte| byte == b'\n') {
            each(&self.buffer[start..start + end]);
            start += end + 1;
        }
        self.buffer.copy_within(start..self.filled, 0);
        self.filled -= start;
        Ok(())
    }
}

impl Wire for WebSocket {
    fn encode(text: &str, out: &mut Vec<u8>) {
        Self::frame(text.as_bytes(), out);
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.send(bytes)
    }

    fn read(&mut self, each: &mut dyn FnMut(&[u8])) -> io::Result<()> {
        self.receive(each)
    }
}

/// Whether a message answers a request: notifications and server requests start with their method.
pub(crate) fn is_answer(message: &[u8]) -> bool {
    !message.starts_with(br#"{"method""#)
}

/// Whether an answer is an error.
pub(crate) fn is_error(message: &[u8]) -> bool {
    contains(message, br#""error":{"#)
}

/// Whether `message` contains `part`.
pub(crate) fn contains(message: &[u8], part: &[u8]) -> bool {
    message.windows(part.len()).any(|window| window == part)
}

/// Sends one request and returns its answer.
pub(crate) fn ask<W: Wire>(wire: &mut W, request: &str) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    W::encode(request, &mut bytes);
    wire.write(&bytes)?;
    let mut answer = None;
    while answer.is_none() {
        wire.read(&mut |message| {
            if is_answer(message) {
                answer = Some(message.to_vec());
            }
        })?;
    }
    Ok(answer.unwrap_or_default())
}

/// How a server wants its messages.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// The protocol's own: no version member.
    Codex,
    /// JSON-RPC 2.0 to the letter, for peers that insist on it.
    JsonRpc2,
}

impl Dialect {
    /// What every message begins with.
    const fn head(self) -> &'static str {
        match self {
            Self::Codex => "{",
            Self::JsonRpc2 => r#"{"jsonrpc":"2.0","#,
        }
    }
}

/// Makes a connection ready for requests.
pub(crate) fn initialize<W: Wire>(wire: &mut W, dialect: Dialect) -> io::Result<()> {
    let head = dialect.head();
    let params = r#"{"clientInfo":{"name":"load","title":null,"version":"1"},"capabilities":{"experimentalApi":true}}"#;
    let answer = ask(wire, &format!(r#"{head}"id":0,"method":"initialize","params":{params}}}"#))?;
    if is_error(&answer) {
        return Err(io::Error::other(String::from_utf8_lossy(&answer).into_owned()));
    }
    let mut bytes = Vec::new();
    W::encode(&format!(r#"{head}"method":"initialized"}}"#), &mut bytes);
    wire.write(&bytes)
}

/// Requests of one kind, serialized beforehand.
pub(crate) struct Prepared {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Prepared {
    /// `count` unary requests.
    pub(crate) fn unary<W: Wire>(count: usize, dialect: Dialect) -> Self {
        let head = dialect.head();
        let mut prepared = Self { bytes: Vec::new(), ends: vec![0] };
        for id in 1..=count {
            W::encode(
                &format!(r#"{head}"id":{id},"method":"thread/loaded/list","params":{{}}}}"#),
                &mut prepared.bytes,
            );
            prepared.ends.push(prepared.bytes.len());
        }
        prepared
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len() - 1
    }

    fn slice(&self, from: usize, to: usize) -> &[u8] {
        &self.bytes[self.ends[from]..self.ends[to]]
    }
}

/// Sends all of `prepared`, never more than `in_flight` unanswered, and returns how many were refused.
pub(crate) fn pump<W: Wire>(wire: &mut W, prepared: &Prepared, in_flight: usize) -> io::Result<usize> {
    let total = prepared.len();
    let mut sent = in_flight.min(total);
    wire.write(prepared.slice(0, sent))?;
    let (mut answered, mut refused) = (0, 0);
    while answered < total {
        wire.read(&mut |message| {
            if is_answer(message) {
                answered += 1;
                refused += usize::from(is_error(message));
            }
        })?;
        let until = (answered + in_flight).min(total);
        if until > sent {
            wire.write(prepared.slice(sent, until))?;
            sent = until;
        }
    }
    Ok(refused)
}
