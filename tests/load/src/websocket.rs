//! Just enough of RFC 6455 to be no bottleneck: prepared frames out, unmasked frames in.
//!
//! Frames carry an all-zero masking key, so that they can be prepared once and sent as they are.

use std::{
    io::{self, Read, Write},
    net::TcpStream,
};

const PING: u8 = 9;
const CLOSE: u8 = 8;

// The two lengths that say where the real one stands (section 5.2).
const LENGTH_IN_16_BITS: u8 = 0x7e;
const LENGTH_IN_64_BITS: u8 = 0x7f;

pub(crate) struct WebSocket {
    stream: TcpStream,
    buffer: Vec<u8>,
    filled: usize,
}

impl WebSocket {
    pub(crate) fn connect(address: &str, token: Option<&str>) -> io::Result<Self> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        let token = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
        write!(
            stream,
            "GET / HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n{token}\r\n"
        )?;
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte)?;
            head.push(byte[0]);
        }
        if !head.starts_with(b"HTTP/1.1 101") {
            return Err(io::Error::other(String::from_utf8_lossy(&head).into_owned()));
        }
        Ok(Self { stream, buffer: vec![0; 256 * 1024], filled: 0 })
    }

    /// Appends one text frame.
    pub(crate) fn frame(payload: &[u8], out: &mut Vec<u8>) {
        frame(1, payload, out);
    }

    pub(crate) fn send(&mut self, frames: &[u8]) -> io::Result<()> {
        self.stream.write_all(frames)
    }

    /// Waits for input, and hands the payload of every whole data frame of it to `each`.
    pub(crate) fn receive(&mut self, each: &mut dyn FnMut(&[u8])) -> io::Result<()> {
        if self.filled == self.buffer.len() {
            self.buffer.resize(self.buffer.len() * 2, 0);
        }
        let read = self.stream.read(&mut self.buffer[self.filled..])?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.filled += read;
        let mut start = 0;
        while let Some((opcode, from, to)) = whole_frame(&self.buffer[start..self.filled]) {
            let payload = &self.buffer[start + from..start + to];
            match opcode {
                PING => {
                    let mut pong = Vec::new();
                    frame(10, payload, &mut pong);
                    self.stream.write_all(&pong)?;
                }
                CLOSE => return Err(io::Error::other("the server closed the websocket")),
                _ => each(payload),
            }
            start += to;
        }
        self.buffer.copy_within(start..self.filled, 0);
        self.filled -= start;
        Ok(())
    }
}

fn frame(opcode: u8, payload: &[u8], out: &mut Vec<u8>) {
    const MASKED: u8 = 0x80;
    out.push(0x80 | opcode);
    match payload.len() {
        short @ 0..126 => out.push(MASKED | short as u8),
        medium @ 126..65_536 => {
            out.push(MASKED | LENGTH_IN_16_BITS);
            out.extend_from_slice(&(medium as u16).to_be_bytes());
        }
        long => {
            out.push(MASKED | LENGTH_IN_64_BITS);
            out.extend_from_slice(&(long as u64).to_be_bytes());
        }
    }
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(payload);
}

/// Opcode, start and end of the payload of the first frame, if all of it is there.
fn whole_frame(bytes: &[u8]) -> Option<(u8, usize, usize)> {
    let (&first, &second) = (bytes.first()?, bytes.get(1)?);
    let (from, length) = match second & 0x7f {
        LENGTH_IN_16_BITS => (4, usize::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?))),
        LENGTH_IN_64_BITS => {
            (10, usize::try_from(u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?)).ok()?)
        }
        short => (2, usize::from(short)),
    };
    let to = from + length;
    (bytes.len() >= to).then_some((first & 0x0f, from, to))
}
