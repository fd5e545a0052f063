//! What a tool is.

use std::{future::Future, pin::Pin, sync::Arc};

use codex_otel::Value;
use codex_protocol::{Event, EventMsg, SubmissionId, TurnId};
use serde_json::value::RawValue;

use super::ToolFailure;
use crate::{
    store::Record,
    thread::{Shared, ThreadSettings},
};

/// How a tool is shown to the model.
#[derive(Clone, Debug)]
pub(crate) struct ToolSpec {
    /// Its name.
    pub(crate) name: &'static str,
    /// What it is for.
    pub(crate) description: &'static str,
    /// JSON schema of its arguments.
    pub(crate) parameters: Box<RawValue>,
}

/// What a call can use of its turn.
#[derive(Clone, Copy)]
pub(crate) struct ToolContext<'a> {
    /// The turn.
    pub(crate) turn_id: TurnId,
    /// The model's id of the call.
    pub(crate) call_id: &'a str,
    /// How the turn works: fixed when it began.
    pub(crate) settings: &'a ThreadSettings,
    /// What started the turn.
    pub(crate) submission: SubmissionId,
    /// The thread.
    pub(crate) shared: &'a Arc<Shared>,
}

impl ToolContext<'_> {
    /// Tells the thread's subscribers, with the context of the tool's own span.
    pub(super) fn tell(&self, msg: EventMsg) {
        let trace = codex_otel::current().map(Arc::new);
        self.shared.emit(&Event { id: self.submission, msg, trace });
    }

    /// Writes records of the turn.
    pub(super) fn keep(&self, records: &[Record]) -> Result<(), ToolFailure> {
        let rollout = &self.shared.rollout;
        rollout.append(records).map_err(|error| ToolFailure::Store { reason: rollout.reason(&error) })
    }
}

/// What the model reads as the result: also of a call that went wrong, so that it can do better.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ToolResult {
    /// The text for the model.
    pub(crate) output: String,
    /// What kind of mistake it was, when it was one.
    pub(crate) error_type: Option<&'static str>,
    /// What the call's span says of it beside that.
    pub(crate) attributes: Vec<(&'static str, Value)>,
}

/// A call that is running.
pub(crate) type ToolFuture<'a> = Pin<Box<dyn Future<Output = Result<ToolResult, ToolFailure>> + Send + 'a>>;

/// Something that the agent can do.
pub(crate) trait Tool: Send + Sync {
    /// How it is shown to the model.
    fn spec(&self) -> ToolSpec;

    /// Does it. Dropping the future stops it: nothing may be left running.
    fn call<'a>(&'a self, cx: ToolContext<'a>, arguments: &'a str) -> ToolFuture<'a>;
}

impl ToolResult {
    /// It was done.
    pub(crate) fn done(output: impl Into<String>) -> Self {
        Self { output: output.into(), error_type: None, attributes: Vec::new() }
    }

    /// It was not done.
    pub(crate) fn failed(error_type: &'static str, output: impl Into<String>) -> Self {
        Self { output: output.into(), error_type: Some(error_type), attributes: Vec::new() }
    }
}
