//! A scripted model: what it answers is the first word of the prompt, and it keeps what it was asked.

use std::{collections::HashMap, io, sync::Arc};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinHandle,
};

use crate::patience::{Log, within};

/// Answers in one message.
pub(crate) const ANSWER: &str = "answer";
/// Begins an answer and waits for [`Model::release`] before it ends it.
pub(crate) const HOLD: &str = "hold";
/// Answers with status 500.
pub(crate) const REFUSE: &str = "refuse";
/// Begins an answer and breaks the connection.
pub(crate) const CUT: &str = "cut";
/// Calls the tool that panics.
pub(crate) const PANIC: &str = "panic";
/// Answers with status 401 and repeats the `authorization` header.
pub(crate) const ECHO_KEY: &str = "echo";

/// A running scripted model.
pub(crate) struct Model {
    url: String,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
}

struct Shared {
    requests: watch::Sender<Vec<Request>>,
    released: watch::Sender<bool>,
}

/// What the model was asked.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    headers: HashMap<String, String>,
    pub(crate) body: Value,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// The first word of what the user said last; none after a tool has answered.
    fn verb(&self) -> Option<&str> {
        let input = self.body["input"].as_array()?;
        if input.last()?["type"] == "function_call_output" {
            return None;
        }
        let said = input.iter().rev().filter(|item| item["role"] == "user");
        let mut texts = said.filter_map(|item| item["content"][0]["text"].as_str());
        // Texts that begin with a tag are context.
        texts.find(|text| !text.starts_with('<'))?.split_whitespace().next()
    }
}

impl Model {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("loopback has a free port");
        let address = listener.local_addr().expect("it is bound");
        let shared =
            Arc::new(Shared { requests: watch::Sender::default(), released: watch::Sender::new(false) });
        let state = Arc::clone(&shared);
        let accepting = codex_otel::spawn_detached(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let state = Arc::clone(&state);
                // A connection that breaks is what some tests are about.
                codex_otel::spawn_detached(async move { drop(serve(stream, &state).await) });
            }
        });
        Self { url: format!("http://{address}/v1"), shared, accepting }
    }

    pub(crate) fn url(&self) -> String {
        self.url.clone()
    }

    /// Waits for the first request, and returns it.
    pub(crate) async fn request(&self, log: &Log) -> Request {
        self.requests(1, log).await.remove(0)
    }

    /// Waits for that many requests, and returns them.
    pub(crate) async fn requests(&self, count: usize, log: &Log) -> Vec<Request> {
        let mut requests = self.shared.requests.subscribe();
        let asked = requests.wait_for(|requests| requests.len() >= count);
        within("a request to the model", asked, || log.evidence())
            .await
            .expect("the sender lives in `self`")
            .clone()
    }

    /// Lets the answers end that are held, and those to come.
    pub(crate) fn release(&self) {
        self.shared.released.send_replace(true);
    }
}

impl Drop for Model {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// One request a connection.
async fn serve(stream: TcpStream, shared: &Shared) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    let request = read(&mut stream).await?;
    let verb = request.verb().unwrap_or(ANSWER).to_owned();
    let key = request.header("authorization").unwrap_or_default().to_owned();
    shared.requests.send_modify(|requests| requests.push(request));
    match verb.as_str() {
        REFUSE => return refuse(&mut stream, "500 Internal Server Error", "the script says so").await,
        ECHO_KEY => return refuse(&mut stream, "401 Unauthorized", &format!("wrong key {key}")).await,
        _ => {}
    }
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n";
    stream.write_all(head.as_bytes()).await?;
    event(&mut stream, "response.created", json!({ "response": { "id": "resp_1" } })).await?;
    match verb.as_str() {
        CUT => return Ok(()),
        PANIC => {
            let call = json!({ "type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "demo_panic", "arguments": "{}" });
            event(&mut stream, "response.output_item.done", json!({ "output_index": 0, "item": call }))
                .await?;
        }
        verb => answer(&mut stream, shared, verb == HOLD).await?,
    }
    let usage = json!({ "input_tokens": 120, "input_tokens_details": { "cached_tokens": 20 }, "output_tokens": 30,
        "output_tokens_details": { "reasoning_tokens": 5 }, "total_tokens": 150 });
    event(&mut stream, "response.completed", json!({ "response": { "id": "resp_1", "usage": usage } }))
        .await?;
    stream.write_all(b"0\r\n\r\n").await?;
    stream.shutdown().await
}

async fn answer(stream: &mut BufReader<TcpStream>, shared: &Shared, held: bool) -> io::Result<()> {
    let message = |status: &str, content: Value| json!({ "type": "message", "id": "msg_1", "role": "assistant", "status": status, "content": content });
    let added = json!({ "output_index": 0, "item": message("in_progress", json!([])) });
    event(stream, "response.output_item.added", added).await?;
    let delta = json!({ "item_id": "msg_1", "output_index": 0, "content_index": 0, "delta": "Done." });
    event(stream, "response.output_text.delta", delta).await?;
    if held {
        let mut released = shared.released.subscribe();
        released.wait_for(|released| *released).await.map_err(io::Error::other)?;
    }
    let content = json!([{ "type": "output_text", "text": "Done.", "annotations": [] }]);
    let done = json!({ "output_index": 0, "item": message("completed", content) });
    event(stream, "response.output_item.done", done).await
}

async fn event(stream: &mut BufReader<TcpStream>, kind: &str, mut data: Value) -> io::Result<()> {
    data["type"] = kind.into();
    let text = format!("event: {kind}\ndata: {data}\n\n");
    stream.write_all(format!("{:x}\r\n{text}\r\n", text.len()).as_bytes()).await
}

async fn refuse(stream: &mut BufReader<TcpStream>, status: &str, message: &str) -> io::Result<()> {
    let body = json!({ "error": { "message": message } }).to_string();
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all((head + &body).as_bytes()).await?;
    stream.shutdown().await
}

async fn read(stream: &mut BufReader<TcpStream>) -> io::Result<Request> {
    let mut headers = HashMap::new();
    let mut line = String::new();
    // The request line says nothing of use here.
    stream.read_line(&mut line).await?;
    loop {
        line.clear();
        stream.read_line(&mut line).await?;
        let Some((name, value)) = line.trim().split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    Ok(Request { headers, body: serde_json::from_slice(&body).unwrap_or_default() })
}
