//! A server under measurement: a child process with a scratch home and a written configuration.

use std::{
    fs,
    io::{self, BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use tempfile::TempDir;

use crate::model::Model;

/// Whether the server exports its spans.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tracing {
    Off,
    /// OTLP over HTTP, protobuf.
    Export,
    /// OTLP over HTTP, JSON, whose spans can be counted.
    ExportJson,
}

/// The home of a server, removed at the end.
pub(crate) struct Home(TempDir);

impl Home {
    /// A home whose server asks `model`; without one, for servers that run no turns.
    pub(crate) fn new(model: Option<&Model>, tracing: Tracing) -> io::Result<Self> {
        let (model_port, collector_port) = model.map_or((0, 0), |model| (model.port, model.collector_port));
        let home = tempfile::tempdir()?;
        let otel = match tracing {
            Tracing::Off => String::new(),
            Tracing::Export => otel(collector_port, "binary"),
            Tracing::ExportJson => otel(collector_port, "json"),
        };
        let config = format!(
            "model = \"scripted\"\n\
             model_provider = \"load\"\n\
             approval_policy = \"never\"\n\
             sandbox_mode = \"danger-full-access\"\n\
             [model_providers.load]\n\
             name = \"load\"\n\
             base_url = \"http://127.0.0.1:{model_port}/v1\"\n\
             wire_api = \"responses\"\n\
             request_max_retries = 0\n\
             stream_max_retries = 0\n\
             {otel}"
        );
        fs::write(home.path().join("config.toml"), config)?;
        Ok(Self(home))
    }

    pub(crate) fn path(&self) -> &std::path::Path {
        self.0.path()
    }

    /// The token that its server asks for, where there is one.
    pub(crate) fn token(&self) -> Option<String> {
        let token = fs::read_to_string(self.path().join("app-server/token")).ok()?;
        Some(token.trim().to_owned())
    }
}

fn otel(port: u16, protocol: &str) -> String {
    format!(
        "[otel]\nenvironment = \"load\"\n\
         trace_exporter = {{ otlp-http = {{ endpoint = \"http://127.0.0.1:{port}/v1/traces\", protocol = \"{protocol}\" }} }}\n"
    )
}

/// A running server, killed at the end.
pub(crate) struct Server {
    pub(crate) child: Child,
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may be gone already, which is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    /// Starts `command`, with `more` arguments, in `home`.
    pub(crate) fn start(command: &str, more: &[&str], home: &Home) -> io::Result<Self> {
        let mut words = command.split_whitespace();
        let program = words.next().ok_or_else(|| io::Error::other("the server command is empty"))?;
        let program = fs::canonicalize(program).unwrap_or_else(|_| program.into());
        let child = Command::new(program)
            .args(words)
            .args(more)
            .current_dir(home.path())
            .env("CODEX_HOME", home.path())
            .env("RUST_LOG", "error")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(if more.is_empty() { Stdio::null() } else { Stdio::piped() })
            .spawn()?;
        Ok(Self { child })
    }

    /// Starts a listening server on a free port, and returns it with the `IP:PORT` that it says it listens on.
    pub(crate) fn listen(command: &str, home: &Home) -> io::Result<(Self, String)> {
        let mut server = Self::start(command, &["--listen", "ws://127.0.0.1:0"], home)?;
        let stderr = server.child.stderr.take().ok_or_else(|| io::Error::other("no stderr"))?;
        let mut lines = BufReader::new(stderr).lines();
        for line in lines.by_ref() {
            let line = line?;
            let Some((_, rest)) = line.split_once("ws://") else { continue };
            let address: String =
                rest.chars().take_while(|c| c.is_ascii_digit() || ".:".contains(*c)).collect();
            // What it writes later must not block it.
            std::thread::spawn(move || lines.for_each(drop));
            return Ok((server, address));
        }
        Err(io::Error::other("the server ended without saying where it listens"))
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }
}
