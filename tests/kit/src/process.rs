//! The binary as a child process, in a clean environment.

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, BufReader},
    process::{Child, Command},
};

use crate::{
    client::Client,
    spawn::spawn,
    wait::{Log, within},
};

/// A server that is about to be started.
#[derive(Debug)]
pub struct Launch {
    command: Command,
    home: PathBuf,
}

impl Launch {
    /// A binary with a home and a clean environment, and nothing more.
    pub fn bare(binary: impl AsRef<OsStr>, home: &Path) -> Self {
        Self::of(Command::new(binary), home)
    }

    /// As [`bare`](Self::bare), of a command that says who runs the binary and how.
    pub fn of(mut command: Command, home: &Path) -> Self {
        command.env_clear().env("CODEX_HOME", home).env("HOME", home).current_dir(home);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        Self { command, home: home.to_owned() }
    }

    /// Adds an argument.
    #[must_use]
    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    /// Adds arguments.
    #[must_use]
    pub fn args(mut self, arguments: &[&str]) -> Self {
        self.command.args(arguments);
        self
    }

    /// Adds `-c KEY=VALUE`.
    #[must_use]
    pub fn config(self, setting: &str) -> Self {
        self.arg("-c").arg(setting)
    }

    /// Adds a variable.
    #[must_use]
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Gives it another standard input than a pipe.
    #[must_use]
    pub fn stdin(mut self, stdin: impl Into<Stdio>) -> Self {
        self.command.stdin(stdin);
        self
    }

    /// Gives it another standard output than a pipe.
    #[must_use]
    pub fn stdout(mut self, stdout: impl Into<Stdio>) -> Self {
        self.command.stdout(stdout);
        self
    }

    /// Starts it.
    pub fn spawn(mut self) -> Server {
        let mut child = self.command.spawn().expect("the binary was built with the tests");
        let log = Log::new();
        let (stderr, lines) = (child.stderr.take().expect("it is a pipe"), log.clone());
        let reading = spawn(async move {
            let mut reader = BufReader::new(stderr);
            let mut line = Vec::new();
            while reader.read_until(b'\n', &mut line).await.is_ok_and(|read| read > 0) {
                lines.push(String::from_utf8_lossy(&line).trim_end());
                line.clear();
            }
        });
        Server { child, log, home: self.home, reading: Some(reading) }
    }

    /// Starts it and waits for its end: for those that do not serve.
    pub async fn run(self) -> Exit {
        let mut server = self.stdin(Stdio::null()).spawn();
        let stdout = server.child.stdout.take();
        let status = server.exit().await;
        let mut out = String::new();
        if let Some(mut stdout) = stdout {
            stdout.read_to_string(&mut out).await.expect("it writes text");
        }
        Exit { code: status.code(), stdout: out, stderr: server.log.text() }
    }
}

/// How a process ended.
#[derive(Debug)]
pub struct Exit {
    /// The exit code; none where a signal ended it.
    pub code: Option<i32>,
    /// All of its standard output.
    pub stdout: String,
    /// All of its standard error.
    pub stderr: String,
}

/// A running server. It is killed when dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    /// What it wrote to standard error.
    pub log: Log,
    home: PathBuf,
    reading: Option<tokio::task::JoinHandle<()>>,
}

impl Server {
    /// The client at its standard input and output.
    pub fn client(&mut self) -> Client {
        let stdin = self.child.stdin.take().expect("stdin is a pipe that nobody has taken");
        let stdout = self.child.stdout.take().expect("stdout is a pipe that nobody has taken");
        Client::lines(stdout, stdin, self.log.clone())
    }

    /// Everything that it writes to standard output, to the end.
    pub async fn client_output(&mut self) -> Vec<Value> {
        let stdout = self.child.stdout.take().expect("stdout is a pipe that nobody has taken");
        Client::lines(stdout, tokio::io::sink(), self.log.clone()).rest().await
    }

    /// A client over the websocket that it listens on. It has not introduced itself.
    pub async fn connect(&self) -> Client {
        let address = self.address().await;
        Client::connect_with(&format!("ws://{address}"), self.token().as_deref(), self.log.clone()).await
    }

    /// The token that it asks for, from its home; none where it has made none.
    pub fn token(&self) -> Option<String> {
        let token = std::fs::read_to_string(self.home.join("app-server/token")).ok()?;
        Some(token.trim().to_owned())
    }

    /// Where it listens for websockets: `IP:PORT`.
    pub async fn address(&self) -> String {
        let line = self.log.line("listening on: ws://").await;
        line.split("ws://").nth(1).expect("the line has it").trim().to_owned()
    }

    /// Its process id.
    pub fn id(&self) -> Pid {
        let id = self.child.id().and_then(|id| Pid::from_raw(id.cast_signed()));
        id.expect("it has not been waited for")
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        kill_process(self.id(), signal).expect("it is our child");
    }

    /// Kills it at once, without a chance to end in order.
    pub async fn kill(&mut self) {
        self.child.start_kill().expect("it is our child");
        self.exit().await;
    }

    /// Waits until it has ended, and until all that it wrote to standard error is read.
    pub async fn exit(&mut self) -> ExitStatus {
        let log = self.log.clone();
        let status = within("the exit", self.child.wait(), || log.evidence()).await.expect("it is our child");
        if let Some(reading) = self.reading.take() {
            within("the end of stderr", reading, || log.evidence()).await.expect("reading does not panic");
        }
        status
    }

    /// Ends it by SIGTERM, which must end well.
    pub async fn stop(&mut self) {
        self.signal(Signal::TERM);
        let status = self.exit().await;
        assert_eq!(status.code(), Some(0), "{}", self.log.evidence());
    }
}
