//! The sampler under the SDK's tracer: what it decides stays the SDK's, what it shows of `tracestate` is ours.

use std::str::FromStr;

use opentelemetry::trace::{Link, SpanKind, TraceId, TraceState};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::trace::{Sampler, SamplingResult, ShouldSample};

use crate::propagation::State;

/// A sampler that lets spans show the state that is sent on, where members are added to it here.
#[derive(Clone, Debug)]
pub(super) struct StateSampler {
    pub(super) sampler: Sampler,
    pub(super) shows_state: bool,
}

impl ShouldSample for StateSampler {
    fn should_sample(
        &self,
        parent_context: Option<&Context>,
        trace_id: TraceId,
        name: &str,
        span_kind: &SpanKind,
        attributes: &[KeyValue],
        links: &[Link],
    ) -> SamplingResult {
        let mut result =
            self.sampler.should_sample(parent_context, trace_id, name, span_kind, attributes, links);
        if self.shows_state
            && let Some(state) = parent_context.and_then(|cx| cx.get::<State>())
            && let Ok(state) = TraceState::from_str(&state.0)
        {
            result.trace_state = state;
        }
        result
    }
}
