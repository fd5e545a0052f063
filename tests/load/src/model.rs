//! A scripted model server for turns, outside the server under measurement, and the collector of its spans.
//!
//! `say N` as the last such words of a request gets a message of N deltas, built once and sent as it is.

use std::{
    collections::HashMap,
    fmt::Write as _,
    io::{self, BufRead, BufReader, Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

/// Answers already built, by number of deltas.
type Built = Mutex<HashMap<usize, Arc<Vec<u8>>>>;

/// A running model server.
pub(crate) struct Model {
    pub(crate) port: u16,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    built: Built,
    spans: AtomicUsize,
    exports: AtomicUsize,
}

impl Model {
    pub(crate) fn start() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = listener.local_addr()?.port();
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        thread::spawn(move || accept(&listener, &shared));
        Ok(Self { port, state })
    }

    /// Spans received as OTLP JSON so far.
    pub(crate) fn spans(&self) -> usize {
        self.state.spans.load(Ordering::SeqCst)
    }

    /// Trace exports received so far, in any encoding.
    pub(crate) fn exports(&self) -> usize {
        self.state.exports.load(Ordering::SeqCst)
    }
}

/// Serves until killed, for a server that is started by hand.
pub(crate) fn serve_forever(port: u16) -> io::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    eprintln!("model server on http://{}/v1", listener.local_addr()?);
    accept(&listener, &Arc::new(State::default()));
    Ok(())
}

fn accept(listener: &TcpListener, state: &Arc<State>) {
    for stream in listener.incoming().flatten() {
        let state = Arc::clone(state);
        // A connection that breaks is the server's business.
        thread::spawn(move || drop(converse(stream, &state)));
    }
}

fn converse(stream: TcpStream, state: &State) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut writer = stream.try_clone()?;
    let mut reader = BufReader::new(stream);
    while let Some((path, body)) = read_request(&mut reader)? {
        if path.ends_with("/responses") {
            writer.write_all(&answer(state, deltas_asked(&body)))?;
        } else if path.ends_with("/traces") {
            // Each span has exactly one start time; links and events have other members.
            state.spans.fetch_add(count(&body, b"\"startTimeUnixNano\""), Ordering::SeqCst);
            state.exports.fetch_add(1, Ordering::SeqCst);
            respond(&mut writer, b"{}")?;
        } else {
            respond(
                &mut writer,
                br#"{"object":"list","data":[{"id":"scripted","object":"model"}],"models":[]}"#,
            )?;
        }
    }
    Ok(())
}

fn respond(writer: &mut TcpStream, body: &[u8]) -> io::Result<()> {
    let mut response = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    )
    .into_bytes();
    response.extend_from_slice(body);
    writer.write_all(&response)
}

/// Path and body of the next request; `None` at the end.
fn read_request(reader: &mut BufReader<TcpStream>) -> io::Result<Option<(String, Vec<u8>)>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let (mut length, mut chunked) = (0, false);
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        let header = line.trim().to_ascii_lowercase();
        if header.is_empty() {
            break;
        }
        if let Some(value) = header.strip_prefix("content-length:") {
            length = value.trim().parse().map_err(io::Error::other)?;
        }
        chunked |= header.starts_with("transfer-encoding:") && header.contains("chunked");
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    while chunked {
        line.clear();
        reader.read_line(&mut line)?;
        let size = usize::from_str_radix(line.trim(), 16).map_err(io::Error::other)?;
        let start = body.len();
        body.resize(start + size + 2, 0);
        reader.read_exact(&mut body[start..])?;
        body.truncate(start + size);
        chunked = size > 0;
    }
    Ok(Some((path, body)))
}

/// The number after the last `say ` of a body.
fn deltas_asked(body: &[u8]) -> usize {
    let at = body.windows(4).rposition(|window| window == b"say ").map_or(body.len(), |at| at + 4);
    body[at..]
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .fold(0, |number, byte| number * 10 + usize::from(byte - b'0'))
}

fn count(body: &[u8], part: &[u8]) -> usize {
    body.windows(part.len()).filter(|window| *window == part).count()
}

fn answer(state: &State, deltas: usize) -> Arc<Vec<u8>> {
    let mut built = state.built.lock().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(built.entry(deltas).or_insert_with(|| Arc::new(build(deltas))))
}

/// A whole HTTP response: one chunk an event, as model servers send them.
fn build(deltas: usize) -> Vec<u8> {
    let mut out =
        b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    event(&mut out, "response.created", r#""response":{"id":"resp_1"}"#);
    event(
        &mut out,
        "response.output_item.added",
        r#""output_index":0,"item":{"type":"message","id":"msg_1","role":"assistant","status":"in_progress","content":[]}"#,
    );
    let mut text = String::new();
    for _ in 0..deltas {
        text.push_str(" word");
        event(
            &mut out,
            "response.output_text.delta",
            r#""item_id":"msg_1","output_index":0,"content_index":0,"delta":" word""#,
        );
    }
    let mut done = String::new();
    // Writing to a string cannot fail.
    let _ = write!(
        done,
        r#""output_index":0,"item":{{"type":"message","id":"msg_1","role":"assistant","status":"completed","content":[{{"type":"output_text","text":"{text}","annotations":[]}}]}}"#
    );
    event(&mut out, "response.output_item.done", &done);
    event(
        &mut out,
        "response.completed",
        r#""response":{"id":"resp_1","usage":{"input_tokens":120,"input_tokens_details":{"cached_tokens":20},"output_tokens":30,"output_tokens_details":{"reasoning_tokens":5},"total_tokens":150}}"#,
    );
    out.extend_from_slice(b"0\r\n\r\n");
    out
}

fn event(out: &mut Vec<u8>, kind: &str, members: &str) {
    let data = format!("event: {kind}\ndata: {{\"type\":\"{kind}\",{members}}}\n\n");
    out.extend_from_slice(format!("{:x}\r\n{data}\r\n", data.len()).as_bytes());
}
