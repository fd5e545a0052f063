//! The tools that this server brings along, as a source.

use std::sync::Arc;

use super::{
    apply_patch::ApplyPatch, demo_panic::DemoPanic, shell_command::ShellCommand, update_plan::UpdatePlan,
};
use crate::tools::{Tool, ToolSource, ToolsFuture, TurnTraits};

/// The tools that this server brings along.
pub(crate) struct BuiltIn;

impl ToolSource for BuiltIn {
    fn tools<'a>(&'a self, turn: TurnTraits<'a>) -> ToolsFuture<'a> {
        let mut tools: Vec<Arc<dyn Tool>> =
            vec![Arc::new(ShellCommand), Arc::new(ApplyPatch), Arc::new(UpdatePlan)];
        if turn.model_provider == "demo" {
            tools.push(Arc::new(DemoPanic));
        }
        Box::pin(async { tools })
    }
}
