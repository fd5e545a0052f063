//! The way of a tool call: found, run under its span, kept apart from the server if it panics.

use std::{borrow::Cow, panic::AssertUnwindSafe};

use codex_otel::{Kind, OwnedSpan, Parent, Status, attr, span};
use futures_util::FutureExt;
use tracing::Instrument;

use super::{Registry, ToolContext, ToolResult};
use crate::conversation::ToolInput;

/// A call that the model made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ToolCall {
    /// The model's id of the call.
    pub(crate) call_id: String,
    /// The tool's name.
    pub(crate) name: String,
    /// What it is called with.
    pub(crate) input: ToolInput,
}

/// A call that ends the turn instead of giving the model a result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ToolFailure {
    /// The tool panicked: nothing is known of what it did.
    #[error("the tool `{tool}` panicked")]
    Panicked {
        /// The tool.
        tool: String,
    },
    /// The user wants the turn to end rather than this to be done.
    #[error("the user ended the turn")]
    Cancelled,
    /// What it did cannot be written down, so nobody can be told of it.
    #[error("{reason}")]
    Store {
        /// What the system said, and of which file.
        reason: String,
    },
}

/// Runs a call. Its span ends with it, and also when the call is dropped.
pub(crate) async fn run(
    registry: &Registry,
    cx: ToolContext<'_>,
    call: &ToolCall,
) -> Result<ToolResult, ToolFailure> {
    // The name is the model's word: one that no tool has stays out of the span's name, which must be bounded.
    let tool = registry.get(&call.name);
    let shown = if tool.is_some() { call.name.as_str() } else { "_OTHER" };
    let name = format!("execute_tool {shown}");
    let owned = OwnedSpan::start(span!("tool", name = name.as_str(), kind = Kind::Internal), Parent::Current);
    owned.set(attr::GEN_AI_OPERATION_NAME, "execute_tool");
    owned.set(attr::GEN_AI_TOOL_NAME, shown.to_owned());
    owned.set(attr::GEN_AI_TOOL_CALL_ID, call.call_id.clone());
    owned.set(attr::GEN_AI_TOOL_TYPE, "function");
    if codex_otel::captures_content() {
        owned.set(attr::GEN_AI_TOOL_CALL_ARGUMENTS, call.input.as_str().to_owned());
    }
    let Some(tool) = tool else {
        let result = ToolResult::failed("unknown_tool", format!("there is no tool `{}`", call.name));
        end(owned, &result);
        return Ok(result);
    };
    let running = AssertUnwindSafe(async { tool.call(cx, call.input.as_str()).await }).catch_unwind();
    let result = running.instrument(owned.span().clone()).await;
    match result {
        Ok(Ok(result)) => {
            end(owned, &result);
            Ok(result)
        }
        Ok(Err(failure)) => {
            match &failure {
                // As an interruption, which it is.
                ToolFailure::Cancelled => owned.end(Status::Unset),
                ToolFailure::Store { .. } | ToolFailure::Panicked { .. } => {
                    owned.set(attr::ERROR_TYPE, "store");
                    owned.end(Status::Error(Cow::Owned(failure.to_string())));
                }
            }
            Err(failure)
        }
        Err(_payload) => {
            let failure = ToolFailure::Panicked { tool: call.name.clone() };
            owned.span().in_scope(|| tracing::error!(tool = %call.name, "a tool panicked"));
            owned.set(attr::ERROR_TYPE, "panic");
            owned.end(Status::Error(Cow::Owned(failure.to_string())));
            Err(failure)
        }
    }
}

fn end(span: OwnedSpan, result: &ToolResult) {
    if codex_otel::captures_content() {
        span.set(attr::GEN_AI_TOOL_CALL_RESULT, result.output.clone());
    }
    for (key, value) in &result.attributes {
        span.set(key, value.clone());
    }
    match result.error_type {
        None => span.end(Status::Unset),
        Some(error_type) => {
            span.set(attr::ERROR_TYPE, error_type);
            // The output may quote the arguments, so it is no description.
            span.end(Status::Error(Cow::Borrowed("the tool refused the call")));
        }
    }
}
