//! Settings as they are once they are resolved, and the flags that go into them.

use serde::Deserialize;

use super::{LogSettings, Resource, Sampling};
use crate::export::{Limits, Target};
use crate::span::SpanLimits;

/// What the process's own `TRACEPARENT` is to requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EnvParent {
    /// Parent of each request that brings none.
    Parent,
    /// A link on each request that brings no parent.
    Link,
    /// Nothing.
    Ignore,
}

/// What the command line says about tracing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// `--otlp URL`: export by OTLP/HTTP to this base URL; the path `/v1/traces` is added.
    pub otlp: Option<String>,
    /// `--debug`: ids in the logs, and the logs of our own crates from INFO.
    pub debug: bool,
    /// `--instance-id`, resolved: `service.instance.id` of the resource.
    pub instance_id: Option<String>,
    /// Whether standard output carries the protocol, so that nothing else may be written there.
    pub stdio_protocol: bool,
}

/// Settings of tracing, resolved: flag, variable, file, default.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// What the process's own `TRACEPARENT` is to requests; by transport when `None`.
    pub env_parent: Option<EnvParent>,
    /// Whether prompts, outputs and arguments may stand on spans.
    pub log_user_prompt: bool,
    /// Whether a zero-length child is exported when a turn starts.
    pub turn_started_marker: bool,
    /// Whether context is neither taken in nor handed on (`OTEL_PROPAGATORS` without `tracecontext`).
    pub isolated: bool,
    /// Whether tracing is turned off outright, not only by nobody asking for it.
    pub(crate) disabled: bool,
    pub(crate) state: State,
    pub(crate) target: Target,
    pub(crate) resource: Resource,
    pub(crate) sampling: Sampling,
    pub(crate) span_limits: SpanLimits,
    pub(crate) limits: Limits,
    pub(crate) metrics: Pipeline,
    pub(crate) logs: Pipeline,
    pub(crate) log: LogSettings,
}

/// Where metrics or log records go, and how they are batched.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Pipeline {
    pub(crate) target: Target,
    pub(crate) limits: Limits,
}

/// The three states of tracing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum State {
    /// No spans; the caller's context passes through.
    #[default]
    Off,
    /// Ids are made and shown in logs, nothing is sent.
    Correlate,
    /// Spans are sent.
    Export,
}

impl Settings {
    /// Whether spans are sent anywhere.
    pub fn exports(&self) -> bool {
        self.state == State::Export
    }
}
