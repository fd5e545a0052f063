//! What the span of a turn says of it.

use codex_otel::{OwnedSpan, Value, attr};
use codex_protocol::{GitInfo, TurnStatus};

use super::{InterruptedBy, clock::TurnTimes, guard::TurnGuard, outcome::status_name, tally::Tally};
use crate::store::WriteStats;

impl TurnGuard {
    /// Says on the span what repository the turn works in.
    pub(super) fn describe_repository(&self, git: GitInfo) {
        let Some(span) = &self.span else { return };
        let GitInfo { sha, branch, origin_url } = git;
        for (name, value) in [
            (attr::VCS_REF_HEAD_NAME, branch),
            (attr::VCS_REF_HEAD_REVISION, sha),
            (attr::VCS_REPOSITORY_URL_FULL, origin_url),
        ] {
            if let Some(value) = value {
                span.set(name, value);
            }
        }
    }

    /// Says on the span how the turn went.
    pub(super) fn describe(
        &self,
        span: &OwnedSpan,
        status: TurnStatus,
        interrupted_by: Option<InterruptedBy>,
    ) {
        let Tally { usage, model_calls, tool_calls, first_token, cost, answer: _ } = &self.tally;
        span.set(attr::CODEX_TURN_STATUS, status_name(status));
        if let Some(by) = interrupted_by {
            span.set(attr::CODEX_TURN_INTERRUPTED_BY, by.name());
        }
        if let Some(first_token) = first_token {
            span.set(attr::CODEX_TURN_TIME_TO_FIRST_TOKEN_MS, first_token.as_secs_f64() * 1000.0);
        }
        if let Some(cost) = cost {
            span.set(attr::CODEX_COST_USD, Value::Exact(*cost));
        }
        // What is zero says nothing, and hides what does.
        for (key, count) in [
            (attr::CODEX_TURN_MODEL_CALLS, i64::from(*model_calls)),
            (attr::CODEX_TURN_TOOL_CALLS, i64::from(*tool_calls)),
            (attr::CODEX_TURN_INPUT_TOKENS, usage.input_tokens),
            (attr::CODEX_TURN_CACHED_INPUT_TOKENS, usage.cached_input_tokens),
            (attr::CODEX_TURN_OUTPUT_TOKENS, usage.output_tokens),
            (attr::CODEX_TURN_REASONING_OUTPUT_TOKENS, usage.reasoning_output_tokens),
            (attr::CODEX_TURN_TOTAL_TOKENS, usage.total_tokens),
        ] {
            if count != 0 {
                span.set(key, count);
            }
        }
        let WriteStats { bytes, records, duration } = self.journal().write_stats() - self.written;
        let duration_ms = duration.as_secs_f64() * 1000.0;
        span.event(
            "codex.store.written",
            &[
                (attr::CODEX_STORE_BYTES, bytes.into()),
                (attr::CODEX_STORE_RECORDS, records.into()),
                (attr::CODEX_STORE_DURATION_MS, duration_ms.into()),
            ],
        );
    }
}

/// The parts of a turn's time, by name.
pub(super) fn describe_times(span: &OwnedSpan, times: &TurnTimes) {
    for (key, time) in times.by_name() {
        if !time.is_zero() {
            span.set(key, time.as_secs_f64() * 1000.0);
        }
    }
}
