//! What a tool is.

use std::{future::Future, pin::Pin};

use codex_protocol::{EventMsg, TurnId};
use serde_json::value::RawValue;

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
pub(crate) struct ToolContext<'a> {
    /// The turn.
    pub(crate) turn_id: TurnId,
    /// Tells the thread's subscribers.
    pub(crate) emit: &'a (dyn Fn(EventMsg) + Send + Sync),
}

/// What the model reads as the result: also of a call that went wrong, so that it can do better.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ToolResult {
    /// The text for the model.
    pub(crate) output: String,
    /// What kind of mistake it was, when it was one.
    pub(crate) error_type: Option<&'static str>,
}

/// A call that is running.
pub(crate) type ToolFuture<'a> = Pin<Box<dyn Future<Output = ToolResult> + Send + 'a>>;

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
        Self { output: output.into(), error_type: None }
    }

    /// It was not done.
    pub(crate) fn failed(error_type: &'static str, output: impl Into<String>) -> Self {
        Self { output: output.into(), error_type: Some(error_type) }
    }
}
