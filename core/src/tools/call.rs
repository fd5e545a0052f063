//! The way of a tool call: found, run under its span, kept apart from the server if it panics.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use tracing::Instrument;

use super::{ToolContext, ToolResult, ToolSet, call_span::CallSpan};
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

/// Runs a call. Its span ends with it, and also when the call is dropped. A tool that is not there is an answer for the
/// model, never the end of the turn.
pub(crate) async fn run(
    tools: &ToolSet,
    cx: ToolContext<'_>,
    call: &ToolCall,
) -> Result<ToolResult, ToolFailure> {
    // The name is the model's word: one that no tool has stays out of the span's name, which must be bounded.
    let tool = tools.get(&call.name);
    let shown = if tool.is_some() { call.name.as_str() } else { "_OTHER" };
    let span = CallSpan::start(&cx, call, shown);
    let Some(tool) = tool else {
        let output = ToolResult::failed("unknown_tool", format!("there is no tool `{}`", call.name));
        span.end(&output);
        return Ok(output);
    };
    let running = AssertUnwindSafe(async { tool.call(cx.within(&span), &call.input).await }).catch_unwind();
    match running.instrument(span.span()).await {
        Ok(Ok(output)) => {
            span.end(&output);
            Ok(output)
        }
        Ok(Err(failure)) => {
            span.fail(&failure);
            Err(failure)
        }
        Err(_payload) => {
            let failure = ToolFailure::Panicked { tool: call.name.clone() };
            span.span().in_scope(|| tracing::error!(tool = %call.name, "a tool panicked"));
            span.fail(&failure);
            Err(failure)
        }
    }
}
