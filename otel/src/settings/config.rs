//! The `[otel]` table of `config.toml`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;

use super::{EnvParent, Secret, TurnParent};

/// The `[otel]` table as it is written; [`Settings::resolve`](crate::Settings::resolve) gives it meaning.
///
/// The keys of the reference server have its meanings; `log_exporter`, `file`, `enabled`, `env_parent`,
/// `turn_started_marker` and `turn_parent` are our own.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct OtelConfig {
    /// `deployment.environment.name` and `env` of the resource.
    pub environment: Option<String>,
    /// Exporter of log events. Never of spans.
    pub exporter: Option<ExporterConfig>,
    /// Exporter of spans.
    pub trace_exporter: Option<ExporterConfig>,
    /// Exporter of metrics.
    pub metrics_exporter: Option<ExporterConfig>,
    /// Exporter of log lines, and of log events where `exporter` is left out.
    pub log_exporter: Option<ExporterConfig>,
    /// Where the exporter `file` writes, and how much it keeps.
    pub file: FileConfig,
    /// Whether prompts, outputs and arguments may stand on spans, and prompts in log events.
    pub log_user_prompt: bool,
    /// Whether final answers of the model are sent as log events.
    pub log_agent_responses: bool,
    /// Whether each delta of a stream is a log event, as all its other events are.
    pub log_sse_deltas: bool,
    /// Taken for the reference's sake: nothing here assesses approvals in the user's place.
    pub log_guardian_assessments: bool,
    /// What stands of a tool's output in log events.
    pub tool_result: ToolResultConfig,
    /// Attributes of every span.
    pub span_attributes: BTreeMap<String, String>,
    /// Members that are added to `tracestate`, each with its fields.
    pub tracestate: BTreeMap<String, BTreeMap<String, String>>,
    /// Whether ids are made and shown in logs without any exporter.
    pub enabled: Option<bool>,
    /// What `TRACEPARENT` of the process is to requests; by transport when left out.
    pub env_parent: Option<EnvParent>,
    /// Whether a zero-length child is exported when a turn starts.
    pub turn_started_marker: bool,
    /// What a turn span hangs under.
    pub turn_parent: TurnParent,
}

impl Default for OtelConfig {
    fn default() -> Self {
        Self {
            environment: None,
            exporter: None,
            trace_exporter: None,
            metrics_exporter: None,
            log_exporter: None,
            file: FileConfig::default(),
            log_user_prompt: false,
            log_agent_responses: false,
            log_sse_deltas: true,
            log_guardian_assessments: false,
            tool_result: ToolResultConfig::default(),
            span_attributes: BTreeMap::new(),
            tracestate: BTreeMap::new(),
            enabled: None,
            env_parent: None,
            turn_started_marker: false,
            turn_parent: TurnParent::default(),
        }
    }
}

/// What stands of a tool's output in log events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct ToolResultConfig {
    /// The most bytes.
    pub max_bytes: usize,
}

impl Default for ToolResultConfig {
    fn default() -> Self {
        Self { max_bytes: 2_048 }
    }
}

/// Where a signal goes: `"none"`, `"stdout"`, `"file"`, `{ otlp-http = {…} }` or `{ otlp-grpc = {…} }`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExporterConfig {
    /// Nowhere.
    None,
    /// The reference's own analytics: nowhere here.
    Statsig,
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
#[serde(default)]
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
#[serde(default)]
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
#[serde(default)]
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

/// Certificates of an OTLP connection, as PEM files; a relative path is below `CODEX_HOME`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Tls {
    /// Certificate authority that the collector must be signed by, in place of the system's.
    pub ca_certificate: Option<PathBuf>,
    /// Certificate that we show.
    pub client_certificate: Option<PathBuf>,
    /// Its private key.
    pub client_private_key: Option<PathBuf>,
}
