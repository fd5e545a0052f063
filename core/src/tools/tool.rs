//! What a tool is, and where tools come from.

use std::{future::Future, pin::Pin, sync::Arc};

use super::{ToolContext, ToolFailure, ToolResult};
use crate::{conversation::ToolInput, model::ToolSpec};

/// A call that is running.
pub(crate) type ToolFuture<'a> = Pin<Box<dyn Future<Output = Result<ToolResult, ToolFailure>> + Send + 'a>>;

/// Tools that are being looked up.
pub(crate) type ToolsFuture<'a> = Pin<Box<dyn Future<Output = Vec<Arc<dyn Tool>>> + Send + 'a>>;

/// Something that the agent can do.
pub(crate) trait Tool: Send + Sync {
    /// How it is shown to the model. Asked once a turn.
    fn spec(&self) -> ToolSpec;

    /// Whether the model is told of it. One that it is not told of can be called all the same.
    fn is_listed(&self) -> bool {
        true
    }

    /// Does it. Dropping the future stops it: nothing may be left running.
    fn call<'a>(&'a self, cx: ToolContext<'a>, input: &'a ToolInput) -> ToolFuture<'a>;
}

/// Where tools come from: this server, an MCP server, the client.
pub(crate) trait ToolSource: Send + Sync {
    /// The tools that a turn has from here.
    fn tools<'a>(&'a self, turn: TurnTraits<'a>) -> ToolsFuture<'a>;
}

/// What sources know of the turn that asks for tools.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TurnTraits<'a> {
    /// The model's provider.
    pub(crate) model_provider: &'a str,
}
