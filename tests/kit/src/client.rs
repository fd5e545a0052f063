//! A client that sends requests and finds their answers among everything that comes back.

use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncWrite};

use crate::{
    connection::{Connection, Ending},
    wait::Log,
};

/// A client of a server under test. It waits with a limit, and looks at what came earlier first.
#[derive(Debug)]
pub struct Client {
    connection: Connection,
    last_id: i64,
    ending: Option<Ending>,
}

impl Client {
    /// A client that sends and receives one message a line.
    pub fn lines(
        reader: impl AsyncRead + Unpin + Send + 'static,
        writer: impl AsyncWrite + Unpin + Send + 'static,
        log: Log,
    ) -> Self {
        Self::over(Connection::lines(reader, writer, log))
    }

    /// A client over a websocket, at `ws://IP:PORT` or `unix://PATH`.
    pub async fn connect(url: &str, log: Log) -> Self {
        Self::connect_with(url, None, log).await
    }

    /// As [`connect`](Self::connect), with the token of the server.
    pub async fn connect_with(url: &str, token: Option<&str>, log: Log) -> Self {
        Self::over(Connection::connect(url, token, log).await)
    }

    fn over(connection: Connection) -> Self {
        Self { connection, last_id: 0, ending: None }
    }

    /// Everything that was received, in order.
    pub fn seen(&self) -> &[Value] {
        &self.connection.seen
    }

    /// Introduces the client.
    pub async fn initialize(&mut self) -> Value {
        let answer =
            self.request("initialize", json!({ "clientInfo": { "name": "test", "version": "1.0" } })).await;
        self.send(&json!({ "method": "initialized" })).await;
        answer
    }

    /// Starts a thread and returns its id.
    pub async fn start_thread(&mut self) -> String {
        let answer = self.request("thread/start", json!({})).await;
        text(&answer["thread"]["id"])
    }

    /// Starts a turn with that prompt and returns its id.
    pub async fn start_turn(&mut self, thread: &str, prompt: &str) -> String {
        let answer = self.request("turn/start", turn(thread, prompt)).await;
        text(&answer["turn"]["id"])
    }

    /// Waits until a turn has ended, and returns it.
    pub async fn turn_completed(&mut self) -> Value {
        let params = self.notification("turn/completed").await;
        params["turn"].clone()
    }

    /// Waits until the turn of that id has ended, and returns it.
    pub async fn turn_completed_of(&mut self, turn: &str) -> Value {
        let fits = |message: &Value| {
            message["method"] == "turn/completed" && message["params"]["turn"]["id"] == turn
        };
        self.until("turn/completed", fits).await["params"]["turn"].clone()
    }

    /// Sends a request and returns its result.
    pub async fn request(&mut self, method: &str, params: Value) -> Value {
        self.request_in(method, params, Value::Null).await
    }

    /// Sends a request with a `trace`, and returns its result.
    pub async fn request_in(&mut self, method: &str, params: Value, trace: Value) -> Value {
        let answer = self.exchange(method, params, trace).await;
        match answer.get("result") {
            Some(result) => result.clone(),
            None => panic!("{method} was refused: {answer}\n{}", self.connection.evidence()),
        }
    }

    /// Sends a request and returns its result, or the message of its error.
    pub async fn try_request(&mut self, method: &str, params: Value) -> Result<Value, String> {
        let answer = self.exchange(method, params, Value::Null).await;
        match answer.get("error") {
            None => Ok(answer["result"].clone()),
            Some(error) => Err(text(&error["message"])),
        }
    }

    /// Sends a request and returns the whole answer.
    pub async fn exchange(&mut self, method: &str, params: Value, trace: Value) -> Value {
        let id = self.ask(method, params, trace).await;
        self.until(&format!("the answer to {method}"), |message| {
            message["id"] == id && message.get("method").is_none()
        })
        .await
    }

    /// Sends a request, and returns its id without waiting for the answer.
    pub async fn ask(&mut self, method: &str, params: Value, trace: Value) -> i64 {
        self.last_id += 1;
        let mut message = json!({ "id": self.last_id, "method": method, "params": params });
        if !trace.is_null() {
            message["trace"] = trace;
        }
        self.send(&message).await;
        self.last_id
    }

    /// Waits for a notification, one that came earlier included, and returns its params.
    pub async fn notification(&mut self, method: &str) -> Value {
        let found = self.until(method, |message| message["method"] == method).await;
        found["params"].clone()
    }

    /// Sends one message.
    pub async fn send(&mut self, message: &Value) {
        self.send_bytes(message.to_string().into_bytes()).await;
    }

    /// Sends one message of any bytes.
    pub async fn send_bytes(&mut self, message: Vec<u8>) {
        self.connection.send_bytes(message).await;
    }

    /// Tells the server that nothing more comes, and goes on reading.
    pub async fn end_input(&mut self) {
        self.connection.end_input().await;
    }

    /// Reads until a message fits; what was seen before is looked at first.
    async fn until(&mut self, what: &str, fits: impl Fn(&Value) -> bool) -> Value {
        self.until_from(0, what, fits).await
    }

    /// Reads until a message fits that came after the first `from` messages.
    pub async fn until_from(&mut self, from: usize, what: &str, fits: impl Fn(&Value) -> bool) -> Value {
        let mut at = from;
        loop {
            if let Some(found) = self.seen()[at..].iter().find(|message| fits(message)) {
                return found.clone();
            }
            at = self.seen().len();
            let more = self.next(what).await;
            assert!(more, "{what}: the connection ended first\n{}", self.connection.evidence());
        }
    }

    /// Reads one more message; false at the end of the connection.
    pub async fn next(&mut self, what: &str) -> bool {
        match self.connection.next_for(what).await {
            Ok(_) => true,
            Err(ending) => {
                self.ending = Some(ending);
                false
            }
        }
    }

    /// Reads to the end of the connection, and returns everything that was seen.
    pub async fn rest(&mut self) -> Vec<Value> {
        while self.next("the end of the connection").await {}
        self.seen().to_vec()
    }

    /// Reads to the end of a websocket, and returns the code of its close frame.
    pub async fn close_code(&mut self) -> Option<u16> {
        self.rest().await;
        match &self.ending {
            Some(Ending::Closed(Some((code, _)))) => Some(*code),
            _ => None,
        }
    }
}

/// The params of `turn/start`.
pub fn turn(thread: &str, prompt: &str) -> Value {
    json!({ "threadId": thread, "input": [{ "type": "text", "text": prompt }] })
}

/// A member that must be text.
#[track_caller]
pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}
