//! What a test has around its servers: a scratch home, a collector and a scripted model.

use std::path::Path;

use tempfile::TempDir;

use test_kit::{Client, Launch, Model, Server};

use crate::{collector::Collector, transport::Transport};

/// A scratch home, a collector and a scripted model. Servers are started from it, one after the other or several.
pub(crate) struct World {
    pub(crate) home: TempDir,
    pub(crate) collector: Collector,
    pub(crate) model: Model,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self {
            home: tempfile::tempdir().expect("a scratch folder can be made"),
            collector: Collector::start().await,
            model: Model::by_word().await,
        }
    }

    /// A server that uses the scripted model and exports to the collector.
    pub(crate) fn launch(&self) -> Launch {
        self.launch_as("mock")
    }

    /// As [`launch`](Self::launch), with a name for the model's provider: `demo` has a tool of its own.
    pub(crate) fn launch_as(&self, provider: &str) -> Launch {
        let set = |key: &str, value: &str| format!("model_providers.{provider}.{key}={value}");
        bare(self.home.path())
            .env("OTEL_EXPORTER_OTLP_ENDPOINT", &self.collector.url())
            .env("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json")
            .env("OTEL_BSP_SCHEDULE_DELAY", "20")
            .config(&format!("model_provider={provider}"))
            .config("model=test-model")
            .config(&set("base_url", &self.model.url()))
            .config(&set("request_max_retries", "0"))
            .config(&set("stream_max_retries", "0"))
            .arg("--debug")
    }

    /// A server, and a client of it that has introduced itself.
    pub(crate) async fn connect(&self, transport: Transport) -> (Server, Client) {
        self.connect_to(self.launch(), transport).await
    }

    /// As [`connect`](Self::connect), of a server of the test's own making.
    pub(crate) async fn connect_to(&self, launch: Launch, transport: Transport) -> (Server, Client) {
        let mut server = launch.arg("--listen").arg(transport.listen()).spawn();
        let mut client = match transport {
            Transport::Stdio => server.client(),
            Transport::WebSocket => server.connect().await,
        };
        client.initialize().await;
        (server, client)
    }
}

/// The binary under test with a home and a clean environment, and nothing more.
pub(crate) fn bare(home: &Path) -> Launch {
    Launch::bare(env!("CARGO_BIN_EXE_codex-app-server"), home)
}
