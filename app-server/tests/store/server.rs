//! The real binary with the demo model, and one client of it over stdio.

use std::{ops::Deref, path::Path, time::Duration};

use serde_json::{Value, json};
use test_kit::{Client, Launch, text};
use tokio::{
    process::Command,
    time::{Instant, timeout_at},
};

/// A server, and its one client.
pub(crate) struct Server {
    process: test_kit::Server,
    client: Client,
    /// How much of what came has been looked at.
    looked_at: usize,
}

impl Deref for Server {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl Server {
    /// Starts the binary.
    pub(crate) async fn start(home: &Path) -> Self {
        Self::start_as(Command::new(env!("CARGO_BIN_EXE_codex-app-server")), home).await
    }

    /// Starts it with files of at most so many blocks of 512 bytes, as on a full disk.
    pub(crate) async fn start_with_room(home: &Path, blocks: u32) -> Self {
        let mut shell = Command::new("sh");
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
        shell.args(["-c", &script, env!("CARGO_BIN_EXE_codex-app-server")]);
        Self::start_as(shell, home).await
    }

    /// Starts the binary of a command that says who runs it.
    pub(crate) async fn start_as(command: Command, home: &Path) -> Self {
        let mut process = Launch::of(command, home).config("model_provider=demo").spawn();
        let mut client = process.client();
        client.initialize().await;
        Self { process, client, looked_at: 0 }
    }

    /// Sends a request and waits for its result, or its error's message.
    pub(crate) async fn request(&mut self, method: &str, params: Value) -> Result<Value, String> {
        let result = self.client.try_request(method, params).await;
        self.looked_at = self.client.seen().len();
        result
    }

    /// Starts a thread in `home`, and returns its id.
    pub(crate) async fn start_thread(&mut self, home: &Path, ephemeral: bool) -> String {
        let params = json!({"cwd": home, "ephemeral": ephemeral});
        let started = self.request("thread/start", params).await.unwrap();
        text(&started["thread"]["id"])
    }

    /// Starts a turn without waiting for the answer.
    pub(crate) async fn start_turn(&mut self, thread: &str, prompt: &str) {
        self.looked_at = self.client.seen().len();
        self.client.ask("turn/start", test_kit::turn(thread, prompt), Value::Null).await;
    }

    /// Waits until the turn that was started has begun.
    pub(crate) async fn turn_started(&mut self) {
        let started = |message: &Value| message["method"] == "turn/started";
        self.client.until_from(self.looked_at, "turn/started", started).await;
    }

    /// Runs a turn to its end, and returns it.
    pub(crate) async fn turn(&mut self, thread: &str, prompt: &str) -> Value {
        self.start_turn(thread, prompt).await;
        let ended = |message: &Value| message["method"] == "turn/completed";
        let completed = self.client.until_from(self.looked_at, "turn/completed", ended).await;
        completed["params"]["turn"].clone()
    }

    /// Kills the server; when this returns, it is gone.
    pub(crate) async fn kill(mut self) {
        self.process.kill().await;
    }

    /// Reads for so long, then kills the server, and returns all that it said in its life.
    pub(crate) async fn kill_after(mut self, time: Duration) -> Vec<Value> {
        let deadline = Instant::now() + time;
        while let Ok(true) = timeout_at(deadline, self.client.next("a message")).await {}
        self.process.kill().await;
        self.client.rest().await
    }
}
