//! Settings as they are once they are resolved, and the flags that go into them.

use serde::Deserialize;

use std::collections::BTreeMap;

use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::Temporality;

use super::{LogSettings, OtelConfig, Sampling};
use crate::export::{Limits, Target};
use crate::propagation::Members;
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

/// What a turn span hangs under.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TurnParent {
    /// The span that dispatched the turn.
    #[default]
    Dispatch,
    /// The caller's span, with a link to the dispatch span: for backends that cut children at their parent's end.
    Caller,
}

/// How spans of requests and turns hang together, for the crates that make them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SpanSettings {
    /// What the process's own `TRACEPARENT` is to requests; by transport when `None`.
    pub env_parent: Option<EnvParent>,
    /// Whether a zero-length child is exported when a turn starts.
    pub turn_started_marker: bool,
    /// What a turn span hangs under.
    pub turn_parent: TurnParent,
}

impl From<&OtelConfig> for SpanSettings {
    fn from(file: &OtelConfig) -> Self {
        Self {
            env_parent: file.env_parent,
            turn_started_marker: file.turn_started_marker,
            turn_parent: file.turn_parent,
        }
    }
}

/// What stands in log events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventSettings {
    /// Whether the text of a prompt stands in its event.
    pub prompts: bool,
    /// Whether final answers are events.
    pub responses: bool,
    /// Whether deltas of a stream are events.
    pub deltas: bool,
    /// The most bytes of a tool's output.
    pub output_bytes: usize,
}

impl From<&OtelConfig> for EventSettings {
    fn from(file: &OtelConfig) -> Self {
        Self {
            prompts: file.log_user_prompt,
            responses: file.log_agent_responses,
            deltas: file.log_sse_deltas,
            output_bytes: file.tool_result.max_bytes,
        }
    }
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
    /// How spans of requests and turns hang together.
    pub spans: SpanSettings,
    /// Whether prompts, outputs and arguments may stand on spans.
    pub log_user_prompt: bool,
    /// What stands in log events.
    pub events: EventSettings,
    /// Whether context is neither taken in nor handed on (`OTEL_PROPAGATORS` without `tracecontext`).
    pub isolated: bool,
    /// Whether tracing is turned off outright, not only by nobody asking for it.
    pub(crate) disabled: bool,
    pub(crate) state: State,
    pub(crate) resource: Resource,
    pub(crate) sampling: Sampling,
    pub(crate) span_limits: SpanLimits,
    /// Attributes of every span.
    pub(crate) span_attributes: BTreeMap<String, String>,
    /// Members that are added to `tracestate`.
    pub(crate) tracestate: Members,
    pub(crate) traces: Pipeline,
    pub(crate) metrics: Pipeline,
    pub(crate) measuring: MetricSettings,
    /// Log lines.
    pub(crate) logs: Pipeline,
    /// Log events; where they go to the same place as log lines, they share its queue.
    pub(crate) log_events: Pipeline,
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

/// Where a signal goes, and how it is batched.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Pipeline {
    /// The first is the one that is counted; none where the signal is off.
    pub(crate) targets: Vec<Target>,
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
            spans: SpanSettings::default(),
            log_user_prompt: false,
            events: EventSettings::from(&OtelConfig::default()),
            isolated: false,
            disabled: false,
            state: State::default(),
            resource: Resource::builder_empty().build(),
            sampling: Sampling::default(),
            span_limits: SpanLimits::default(),
            span_attributes: BTreeMap::new(),
            tracestate: Members::new(),
            traces: Pipeline::default(),
            metrics: Pipeline::default(),
            measuring: MetricSettings::default(),
            logs: Pipeline::default(),
            log_events: Pipeline::default(),
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
