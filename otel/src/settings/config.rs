//! The `[otel]` table of `config.toml`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;

use super::{EnvParent, Secret, TurnParent};

/// The `[otel]` table as it is written; [`Settings::resolve`](crate::Settings::resolve) gives it meaning.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OtelConfig {
    /// `deployment.environment.name` of the resource.
    pub environment: Option<String>,
    /// Exporter of spans where `trace_exporter` is left out.
    pub exporter: Option<ExporterConfig>,
    /// Exporter of spans.
    pub trace_exporter: Option<ExporterConfig>,
    /// Exporter of metrics.
    pub metrics_exporter: Option<ExporterConfig>,
    /// Exporter of log records.
    pub log_exporter: Option<ExporterConfig>,
    /// Where the exporter `file` writes, and how much it keeps.
    pub file: FileConfig,
    /// Whether prompts, outputs and arguments may stand on spans.
    pub log_user_prompt: bool,
    /// Whether ids are made and shown in logs without any exporter.
    pub enabled: Option<bool>,
    /// What `TRACEPARENT` of the process is to requests; by transport when left out.
    pub env_parent: Option<EnvParent>,
    /// Whether a zero-length child is exported when a turn starts.
    pub turn_started_marker: bool,
    /// What a turn span hangs under.
    pub turn_parent: TurnParent,
}

/// Where a signal goes: `"none"`, `"stdout"`, `"file"`, `{ otlp-http = {…} }` or `{ otlp-grpc = {…} }`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExporterConfig {
    /// Nowhere.
    None,
    /// JSON lines on standard output; on standard error when stdio carries the protocol.
    Stdout,
    /// OTLP/JSON lines in a rotated file.
    File,
    /// OTLP over HTTP.
    OtlpHttp(OtlpHttp),
    /// OTLP over gRPC.
    OtlpGrpc(OtlpGrpc),
}

/// Files of the exporter `file`: `traces.jsonl`, `metrics.jsonl` and `logs.jsonl`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FileConfig {
    /// Folder of the files; `otel` in `CODEX_HOME` when left out.
    pub folder: Option<PathBuf>,
    /// A file that would grow past this is rotated first.
    pub max_bytes: u64,
    /// How many rotated files of each signal are kept.
    pub keep: u32,
}

impl Default for FileConfig {
    fn default() -> Self {
        Self { folder: None, max_bytes: 16 << 20, keep: 5 }
    }
}

/// OTLP over HTTP.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OtlpHttp {
    /// URL of the signal, used as it is; `OTEL_EXPORTER_OTLP_ENDPOINT` and the default when left out.
    pub endpoint: Option<Secret>,
    /// Encoding of the body.
    pub protocol: HttpProtocol,
    /// Headers, for authentication.
    pub headers: BTreeMap<String, Secret>,
    /// Compression of the body.
    pub compression: Compression,
    /// Certificates.
    pub tls: Option<Tls>,
}

/// OTLP over gRPC.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OtlpGrpc {
    /// `http://host:port` or `https://host:port`.
    pub endpoint: Option<Secret>,
    /// Metadata, for authentication.
    pub headers: BTreeMap<String, Secret>,
    /// Compression of the messages.
    pub compression: Compression,
    /// Certificates.
    pub tls: Option<Tls>,
}

/// Encoding of an OTLP/HTTP body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HttpProtocol {
    /// Protobuf.
    #[default]
    Binary,
    /// JSON.
    Json,
}

/// Compression of what is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Compression {
    /// None.
    #[default]
    None,
    /// gzip.
    Gzip,
}

impl Compression {
    pub(crate) fn is_gzip(self) -> bool {
        self == Self::Gzip
    }
}

/// Certificates of an OTLP connection, as PEM files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Tls {
    /// Certificate authority that the collector must be signed by, in place of the system's.
    pub ca_certificate: Option<PathBuf>,
    /// Certificate that we show.
    pub client_certificate: Option<PathBuf>,
    /// Its private key.
    pub client_private_key: Option<PathBuf>,
}
