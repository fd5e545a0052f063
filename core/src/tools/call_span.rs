//! The span of a tool call: it says how the call went, however it ends.

use std::borrow::Cow;

use codex_otel::{Kind, OwnedSpan, Parent, Status, Value, attr, span};

use super::{ToolCall, ToolContext, ToolFailure, ToolOutcome, ToolResult};
use crate::conversation::ToolInput;

/// The span of a tool call. Dropped before its end, the call was interrupted.
pub(crate) struct CallSpan {
    span: Option<OwnedSpan>,
}

impl CallSpan {
    /// Starts the span of a call; `shown` is its tool as spans show it.
    pub(super) fn start(cx: &ToolContext<'_>, call: &ToolCall, shown: &str) -> Self {
        let name = format!("execute_tool {shown}");
        let span =
            OwnedSpan::start(span!("tool", name = name.as_str(), kind = Kind::Internal), Parent::Current);
        span.set(attr::GEN_AI_OPERATION_NAME, "execute_tool");
        span.set(attr::GEN_AI_TOOL_NAME, shown.to_owned());
        span.set(attr::GEN_AI_TOOL_CALL_ID, call.call_id.clone());
        let tool_type = match call.input {
            ToolInput::Json(_) => "function",
            ToolInput::Text(_) => "custom",
        };
        span.set(attr::GEN_AI_TOOL_TYPE, tool_type);
        span.set(attr::THREAD_ID, cx.thread_id.to_string());
        span.set(attr::TURN_ID, cx.items.turn_id().to_string());
        if codex_otel::captures_content() {
            span.set(attr::GEN_AI_TOOL_CALL_ARGUMENTS, call.input.as_str().to_owned());
        }
        Self { span: Some(span) }
    }

    /// The tracing span that the call runs in.
    pub(super) fn span(&self) -> tracing::Span {
        self.span.as_ref().map_or_else(tracing::Span::none, |span| span.span().clone())
    }

    /// Says something of the call. Each key once.
    pub(crate) fn set(&self, key: &'static str, value: impl Into<Value>) {
        if let Some(span) = &self.span {
            span.set(key, value);
        }
    }

    /// The call has a result.
    pub(super) fn end(mut self, output: &ToolResult) {
        let Some(span) = self.span.take() else { return };
        if codex_otel::captures_content() {
            span.set(attr::GEN_AI_TOOL_CALL_RESULT, output.text());
        }
        for (key, value) in &output.attributes {
            span.set(key, value.clone());
        }
        span.set(attr::CODEX_TOOL_OUTCOME, output.outcome.name());
        match &output.error_type {
            None => span.end(Status::Unset),
            Some(error_type) => {
                span.set(attr::ERROR_TYPE, error_type.clone());
                // The output may quote the arguments, so it is no description.
                span.end(Status::Error(Cow::Borrowed("the tool refused the call")));
            }
        }
    }

    /// The call ends the turn.
    pub(super) fn fail(mut self, failure: &ToolFailure) {
        let Some(span) = self.span.take() else { return };
        let (outcome, error_type) = match failure {
            // As an interruption, which it is.
            ToolFailure::Cancelled => (ToolOutcome::Declined, None),
            ToolFailure::Store { .. } => (ToolOutcome::Failed, Some("store")),
            ToolFailure::Panicked { .. } => (ToolOutcome::Failed, Some("panic")),
        };
        span.set(attr::CODEX_TOOL_OUTCOME, outcome.name());
        match error_type {
            None => span.end(Status::Unset),
            Some(error_type) => {
                span.set(attr::ERROR_TYPE, error_type);
                span.end(Status::Error(Cow::Owned(failure.to_string())));
            }
        }
    }
}

impl Drop for CallSpan {
    fn drop(&mut self) {
        self.set(attr::CODEX_TOOL_OUTCOME, "interrupted");
    }
}
