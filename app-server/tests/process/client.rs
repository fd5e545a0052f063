//! A client that sends JSON and keeps everything that comes back: the only code that knows the envelope.

use codex_app_server_client::Connection;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader, Lines};

use crate::patience::{Log, within};

type Reader = Box<dyn AsyncRead + Unpin + Send>;
type Writer = Box<dyn AsyncWrite + Unpin + Send>;

enum Wire {
    Lines(Lines<BufReader<Reader>>, Option<Writer>),
    WebSocket(Connection),
}

/// A connection to a server under test.
pub(crate) struct Client {
    wire: Wire,
    log: Log,
    /// Everything that was received, in order.
    seen: Vec<Value>,
    last_id: i64,
}

impl Client {
    pub(crate) fn lines(
        reader: impl AsyncRead + Unpin + Send + 'static,
        writer: impl AsyncWrite + Unpin + Send + 'static,
        log: Log,
    ) -> Self {
        let reader: Reader = Box::new(reader);
        Self::new(Wire::Lines(BufReader::new(reader).lines(), Some(Box::new(writer))), log)
    }

    pub(crate) async fn connect(url: &str, log: Log) -> Self {
        let connection = within("connecting", Connection::connect(url), || log.evidence()).await;
        let connection = connection.unwrap_or_else(|error| panic!("{error}\n{}", log.evidence()));
        Self::new(Wire::WebSocket(connection), log)
    }

    fn new(wire: Wire, log: Log) -> Self {
        Self { wire, log, seen: Vec::new(), last_id: 0 }
    }

    /// Introduces the client.
    pub(crate) async fn initialize(&mut self) -> Value {
        let answer =
            self.request("initialize", json!({ "clientInfo": { "name": "test", "version": "1.0" } })).await;
        self.send(&json!({ "method": "initialized" })).await;
        answer
    }

    /// Starts a thread and returns its id.
    pub(crate) async fn start_thread(&mut self) -> String {
        let answer = self.request("thread/start", json!({})).await;
        text(&answer["thread"]["id"])
    }

    /// Starts a turn with that prompt and returns its id.
    pub(crate) async fn start_turn(&mut self, thread: &str, prompt: &str) -> String {
        let answer = self.request("turn/start", turn(thread, prompt)).await;
        text(&answer["turn"]["id"])
    }

    /// Waits until a turn has ended, and returns it.
    pub(crate) async fn turn_completed(&mut self) -> Value {
        let params = self.notification("turn/completed").await;
        params["turn"].clone()
    }

    /// Waits until the turn of that id has ended, and returns it.
    pub(crate) async fn turn_completed_of(&mut self, turn: &str) -> Value {
        let fits = |message: &Value| {
            message["method"] == "turn/completed" && message["params"]["turn"]["id"] == turn
        };
        self.until("turn/completed", fits).await["params"]["turn"].clone()
    }

    /// Sends a request and returns its result.
    pub(crate) async fn request(&mut self, method: &str, params: Value) -> Value {
        self.request_in(method, params, Value::Null).await
    }

    /// Sends a request with a `trace`, and returns its result.
    pub(crate) async fn request_in(&mut self, method: &str, params: Value, trace: Value) -> Value {
        let answer = self.exchange(method, params, trace).await;
        match answer.get("result") {
            Some(result) => result.clone(),
            None => panic!("{method} was refused: {answer}\n{}", self.evidence()),
        }
    }

    /// Sends a request and returns the whole answer.
    pub(crate) async fn exchange(&mut self, method: &str, params: Value, trace: Value) -> Value {
        self.last_id += 1;
        let id = self.last_id;
        let mut message = json!({ "id": id, "method": method, "params": params });
        if !trace.is_null() {
            message["trace"] = trace;
        }
        self.send(&message).await;
        self.until(&format!("the answer to {method}"), |message| {
            message["id"] == id && message.get("method").is_none()
        })
        .await
    }

    /// Waits for a notification, one that came earlier included, and returns its params.
    pub(crate) async fn notification(&mut self, method: &str) -> Value {
        let found = self.until(method, |message| message["method"] == method).await;
        found["params"].clone()
    }

    pub(crate) async fn send(&mut self, message: &Value) {
        self.send_bytes(message.to_string().into_bytes()).await;
    }

    /// Sends one message of any bytes.
    pub(crate) async fn send_bytes(&mut self, mut message: Vec<u8>) {
        let log = self.log.clone();
        let sending = async {
            match &mut self.wire {
                Wire::Lines(_, writer) => {
                    message.push(b'\n');
                    let writer = writer.as_mut().expect("the input is not closed yet");
                    // A server that is gone is told by what comes back.
                    let _ = writer.write_all(&message).await;
                    let _ = writer.flush().await;
                }
                Wire::WebSocket(connection) => drop(connection.send(message).await),
            }
        };
        within("sending", sending, || log.evidence()).await;
    }

    /// Tells the server that nothing more comes, and goes on reading. Lines only.
    pub(crate) fn end_input(&mut self) {
        match &mut self.wire {
            Wire::Lines(_, writer) => *writer = None,
            Wire::WebSocket(_) => panic!("a websocket is closed whole: drop the client"),
        }
    }

    /// Reads until a message fits; what was seen before is looked at first.
    async fn until(&mut self, what: &str, fits: impl Fn(&Value) -> bool) -> Value {
        let mut at = 0;
        loop {
            if let Some(found) = self.seen[at..].iter().find(|message| fits(message)) {
                return found.clone();
            }
            at = self.seen.len();
            let more = self.next(what).await.is_some();
            assert!(more, "{what}: the connection ended first\n{}", self.evidence());
        }
    }

    /// Reads to the end of the connection, and returns everything that was seen.
    pub(crate) async fn rest(&mut self) -> Vec<Value> {
        while self.next("the end of the connection").await.is_some() {}
        self.seen.clone()
    }

    /// Reads to the end of the connection, and returns the code of its close frame.
    pub(crate) async fn close_code(&mut self) -> Option<u16> {
        self.rest().await;
        let Wire::WebSocket(connection) = &self.wire else { panic!("lines have no close code") };
        connection.closed().code
    }

    async fn next(&mut self, what: &str) -> Option<()> {
        let Self { wire, seen, log, .. } = self;
        let reading = async {
            match wire {
                Wire::Lines(lines, _) => lines.next_line().await.expect("the server writes text"),
                Wire::WebSocket(connection) => connection.next().await,
            }
        };
        let text = within(what, reading, || evidence(seen, log)).await?;
        let parsed = serde_json::from_str(&text);
        let message = parsed.unwrap_or_else(|error| panic!("{error} in {text}\n{}", evidence(seen, log)));
        seen.push(message);
        Some(())
    }

    fn evidence(&self) -> String {
        evidence(&self.seen, &self.log)
    }
}

fn evidence(seen: &[Value], log: &Log) -> String {
    let mut text = "--- received\n".to_owned();
    for message in seen {
        text.push_str(&message.to_string());
        text.push('\n');
    }
    text + &log.evidence()
}

/// The params of `turn/start`.
pub(crate) fn turn(thread: &str, prompt: &str) -> Value {
    json!({ "threadId": thread, "input": [{ "type": "text", "text": prompt }] })
}

/// A member that must be text.
#[track_caller]
pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}
