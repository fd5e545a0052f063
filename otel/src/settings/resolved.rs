//! Settings as they are once they are resolved, and the flags that go into them.

use serde::Deserialize;

use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::Temporality;

use super::{LogSettings, Sampling};
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
#[derive(Clone, Debug, PartialEq)]
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
    pub(crate) metric_settings: MetricSettings,
    pub(crate) logs: Pipeline,
    pub(crate) log: LogSettings,
}

/// How metrics are put together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct MetricSettings {
    /// Since when values count.
    pub(crate) temporality: Temporality,
    /// Whether histograms have exponential buckets in place of the conventions' own.
    pub(crate) exponential: bool,
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

impl Default for Settings {
    fn default() -> Self {
        Self {
            env_parent: None,
            log_user_prompt: false,
            turn_started_marker: false,
            isolated: false,
            disabled: false,
            state: State::default(),
            target: Target::default(),
            resource: Resource::builder_empty().build(),
            sampling: Sampling::default(),
            span_limits: SpanLimits::default(),
            limits: Limits::default(),
            metrics: Pipeline::default(),
            metric_settings: MetricSettings::default(),
            logs: Pipeline::default(),
            log: LogSettings::default(),
        }
    }
}

impl Settings {
    /// Whether spans are sent anywhere.
    pub fn exports(&self) -> bool {
        self.state == State::Export
    }
}
