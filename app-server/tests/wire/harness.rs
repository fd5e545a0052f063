//! The only code that knows the API under test: text in, transcript out, over both framings.

use std::{ops::Deref, path::Path, sync::Arc};

use codex_app_server::{Server, ServerOptions};
use codex_core::Agent;
use expect_test::Expect;
use serde_json::Value;
use tempfile::TempDir;
use test_kit::{
    Connection, Log,
    transcript::{Transcript, assert_same},
};

/// How the test's client speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transport {
    Lines,
    WebSocket,
}

pub(crate) const BOTH: [Transport; 2] = [Transport::Lines, Transport::WebSocket];

/// Introduces the client; what most scripts begin with.
pub(crate) const INITIALIZE: &str =
    r#"{"id":0,"method":"initialize","params":{"clientInfo":{"name":"test","title":null,"version":"1.0"}}}"#;

/// A server in this process with a scratch home and the built-in demo model.
pub(crate) struct World {
    pub(crate) server: Server,
    pub(crate) home: Arc<TempDir>,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(ServerOptions::default(), &[])
    }

    pub(crate) fn with(options: ServerOptions, overrides: &[(&str, &str)]) -> Self {
        Self::over(Arc::new(tempfile::tempdir().unwrap()), options, overrides)
    }

    /// Another server over the same home.
    pub(crate) fn beside(&self) -> Self {
        Self::over(Arc::clone(&self.home), ServerOptions::default(), &[])
    }

    /// Ends the server, and starts another over the same home.
    pub(crate) async fn restart(self) -> Self {
        self.restart_with(&[]).await
    }

    /// As [`restart`](Self::restart), with these settings.
    pub(crate) async fn restart_with(self, overrides: &[(&str, &str)]) -> Self {
        self.server.finish().await;
        Self::over(Arc::clone(&self.home), ServerOptions::default(), overrides)
    }

    fn over(home: Arc<TempDir>, options: ServerOptions, overrides: &[(&str, &str)]) -> Self {
        let mut all = vec![("model_provider".to_owned(), "demo".to_owned())];
        all.extend(overrides.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())));
        let config = codex_app_server::load_config(home.path(), &all).unwrap();
        Self { server: Server::new(Agent::new(config), options), home }
    }

    /// Connects a client.
    pub(crate) async fn connect(&self, transport: Transport) -> Client {
        let (near, far) = tokio::io::duplex(64 << 10);
        let server = self.server.clone();
        let connection = match transport {
            Transport::Lines => {
                let (reader, writer) = tokio::io::split(far);
                let finished = server.clone();
                codex_otel::spawn_detached(async move {
                    // A process would end here; the tests' server goes on, so only the connection is finished.
                    let (ended, end) = tokio::sync::oneshot::channel();
                    let serve = server.serve_lines(reader, writer, || {
                        let _ = ended.send(());
                    });
                    let finish = async {
                        let _ = end.await;
                        finished.finish().await;
                    };
                    tokio::join!(serve, finish);
                });
                let (reader, writer) = tokio::io::split(near);
                Connection::lines(reader, writer, Log::new())
            }
            Transport::WebSocket => {
                codex_otel::spawn_detached(async move { server.serve_http(far, false).await });
                Connection::websocket(near, Log::new()).await
            }
        };
        Client { connection, thread: None, turn: None }
    }
}

/// A client that sends text and keeps what comes back.
pub(crate) struct Client {
    connection: Connection,
    /// The last thread that a response named.
    pub(crate) thread: Option<String>,
    /// The last turn that a response named.
    pub(crate) turn: Option<String>,
}

impl Deref for Client {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.connection
    }
}

impl Client {
    /// Sends one message as it is. `$thread` and `$turn` stand for the last ones that a response named.
    pub(crate) async fn send(&mut self, text: &str) {
        let text = text
            .replace("$thread", self.thread.as_deref().unwrap_or("$thread"))
            .replace("$turn", self.turn.as_deref().unwrap_or("$turn"));
        self.send_bytes(text.into_bytes()).await;
    }

    /// Sends one message of any bytes.
    pub(crate) async fn send_bytes(&mut self, bytes: Vec<u8>) {
        self.connection.send_bytes(bytes).await;
    }

    /// Tells the server that nothing more comes.
    pub(crate) async fn hang_up(&mut self) {
        self.connection.end_input().await;
    }

    /// The next message, or how the connection ended.
    pub(crate) async fn next(&mut self) -> Result<Value, String> {
        let message = self.connection.next().await.map_err(|ending| ending.to_string())?;
        for (at, keep) in [("/result/thread/id", &mut self.thread), ("/result/turn/id", &mut self.turn)] {
            if let Some(Value::String(id)) = message.pointer(at) {
                *keep = Some(id.clone());
            }
        }
        Ok(message.clone())
    }

    /// The response to a request id, and nothing of what came before it.
    pub(crate) async fn response(&mut self, id: &Value) -> Value {
        loop {
            let message = self.next().await.expect("a response comes before the connection ends");
            if message.get("method").is_none() && message.get("id") == Some(id) {
                return message;
            }
        }
    }

    /// Sends a request and waits for its response.
    pub(crate) async fn call(&mut self, request: &str) -> Value {
        self.send(request).await;
        let id = serde_json::from_str::<Value>(request).unwrap()["id"].clone();
        self.response(&id).await
    }

    /// Waits for a notification.
    pub(crate) async fn notification(&mut self, method: &str) -> Value {
        loop {
            let message = self.next().await.expect("the notification comes before the connection ends");
            if message.get("method").is_some_and(|sent| sent == method) {
                return message;
            }
        }
    }

    /// Introduces the client.
    pub(crate) async fn initialize(&mut self) {
        self.call(INITIALIZE).await;
    }

    /// Starts a thread in the world's home.
    pub(crate) async fn start_thread(&mut self, home: &Path) {
        let request = serde_json::json!({"id": "start", "method": "thread/start", "params": {"cwd": home}});
        self.call(&request.to_string()).await;
    }

    /// Runs a turn to its end and returns its `turn/completed`.
    pub(crate) async fn turn(&mut self, text: &str) -> Value {
        let input = serde_json::json!([{"type": "text", "text": text}]);
        let thread = self.thread.clone().expect("a thread was started");
        let request = serde_json::json!({"id": "turn", "method": "turn/start", "params": {"threadId": thread, "input": input}});
        self.send(&request.to_string()).await;
        self.notification("turn/completed").await
    }
}

/// Runs a test on one thread, so that a recorder installed on it sees every span.
#[track_caller]
pub(crate) fn run<T>(test: impl Future<Output = T>) -> T {
    codex_otel::keep_callsites_open();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(test)
}

/// One step of a script.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step<'a> {
    /// Sends a message, and waits for the response if it has an id.
    Send(&'a str),
    /// Sends a message that gets no answer.
    Tell(&'a str),
    /// Waits for a notification.
    Await(&'a str),
}

/// Runs a script over both framings, which must lead to the same transcript, and compares it.
#[track_caller]
pub(crate) fn check(script: &[Step<'_>], expect: &Expect) {
    let [lines, websocket] = BOTH.map(|transport| transcript(script, transport));
    assert_same("both framings say the same", &lines, &websocket);
    expect.assert_eq(&lines);
}

fn transcript(script: &[Step<'_>], transport: Transport) -> String {
    run(async {
        let world = World::new();
        let mut client = world.connect(transport).await;
        let mut transcript = Transcript::new(world.home.path());
        for step in script {
            let from = client.seen.len();
            match step {
                Step::Send(text) => {
                    let home = world.home.path().to_string_lossy();
                    client.send(&text.replace("$home", &home)).await;
                    let id =
                        serde_json::from_str::<Value>(text).map_or(Value::Null, |sent| sent["id"].clone());
                    transcript.sent(text);
                    client.response(&id).await;
                }
                Step::Tell(text) => {
                    client.send(text).await;
                    transcript.sent(text);
                }
                Step::Await(method) => {
                    client.notification(method).await;
                }
            }
            for message in &client.seen[from..] {
                transcript.received(message);
            }
        }
        transcript.to_string()
    })
}
