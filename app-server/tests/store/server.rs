//! The real binary over stdio, and what it said.

use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    time::{Duration, Instant},
};

use serde_json::{Value, json};

/// How long a message may take before the test gives up. Reached by broken tests only.
const PATIENCE: Duration = Duration::from_secs(30);

/// A server, and its one client.
pub(crate) struct Server {
    child: Child,
    stdin: ChildStdin,
    lines: Receiver<String>,
    /// What came, in order.
    pub(crate) seen: Vec<Value>,
    last_id: u64,
}

impl Server {
    /// Starts the binary with the demo model.
    pub(crate) fn start(home: &Path) -> Self {
        Self::spawn(Command::new(env!("CARGO_BIN_EXE_codex-app-server")), home)
    }

    /// Starts it with files of at most so many blocks of 512 bytes, as on a full disk.
    pub(crate) fn start_with_room(home: &Path, blocks: u32) -> Self {
        let mut shell = Command::new("sh");
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
        shell.args(["-c", &script, env!("CARGO_BIN_EXE_codex-app-server")]);
        Self::spawn(shell, home)
    }

    /// Starts the binary of a command that says who runs it.
    pub(crate) fn start_as(command: Command, home: &Path) -> Self {
        Self::spawn(command, home)
    }

    fn spawn(mut command: Command, home: &Path) -> Self {
        let mut child = command
            .args(["-c", "model_provider=demo"])
            .env("CODEX_HOME", home)
            // Without login scripts of whoever runs the tests.
            .env("HOME", home)
            .current_dir(home)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (tx, lines) = channel();
        std::thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                if tx.send(line).is_err() {
                    return;
                }
            }
        });
        let stdin = child.stdin.take().unwrap();
        let mut server = Self { child, stdin, lines, seen: Vec::new(), last_id: 0 };
        server.request("initialize", &json!({"clientInfo": {"name": "test", "version": "1.0"}})).unwrap();
        server
    }

    /// Sends a request; tells its id.
    pub(crate) fn send(&mut self, method: &str, params: &Value) -> u64 {
        self.last_id += 1;
        let message = json!({"id": self.last_id, "method": method, "params": params});
        writeln!(self.stdin, "{message}").unwrap();
        self.last_id
    }

    /// Sends a request and waits for its result, or its error's message.
    pub(crate) fn request(&mut self, method: &str, params: &Value) -> Result<Value, String> {
        let id = self.send(method, params);
        loop {
            let message = self.next().expect("the server answers before it ends");
            if message["id"] == id {
                return match message.get("error") {
                    None => Ok(message["result"].clone()),
                    Some(error) => Err(error["message"].as_str().unwrap().to_owned()),
                };
            }
        }
    }

    /// Waits for a notification.
    pub(crate) fn until(&mut self, method: &str) -> Value {
        loop {
            let message = self.next().expect("the notification comes before the server ends");
            if message["method"] == method {
                return message["params"].clone();
            }
        }
    }

    /// Starts a turn.
    pub(crate) fn start_turn(&mut self, thread: &str, text: &str) {
        let input = json!([{"type": "text", "text": text}]);
        self.send("turn/start", &json!({"threadId": thread, "input": input}));
    }

    /// The next message; none at the end.
    pub(crate) fn next(&mut self) -> Option<Value> {
        match self.lines.recv_timeout(PATIENCE) {
            // A killed server may have been in the middle of a line.
            Ok(line) => {
                let message: Value = serde_json::from_str(&line).ok()?;
                self.seen.push(message.clone());
                Some(message)
            }
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => panic!("nothing came; before that: {:#?}", self.seen),
        }
    }

    /// Reads for so long, then kills the server and reads what it still had said.
    pub(crate) fn kill_after(mut self, time: Duration) -> Vec<Value> {
        let deadline = Instant::now() + time;
        while let Ok(line) = self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            self.seen.extend(serde_json::from_str::<Value>(&line).ok());
        }
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        while self.next().is_some() {}
        std::mem::take(&mut self.seen)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _: std::io::Result<()> = self.child.kill();
        let _ = self.child.wait();
    }
}
