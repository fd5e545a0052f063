//! The tools that a thread has.

use std::sync::Arc;

use super::{Tool, ToolSpec, demo_panic::DemoPanic, shell_command::ShellCommand, update_plan::UpdatePlan};
use crate::config::DEMO;

/// The tools that a thread has.
#[derive(Clone)]
pub(crate) struct Registry {
    tools: Arc<[(ToolSpec, Arc<dyn Tool>)]>,
    specs: Arc<[ToolSpec]>,
    /// Tools that the model is not told of.
    hidden: Arc<[(ToolSpec, Arc<dyn Tool>)]>,
}

impl Registry {
    /// The tools of threads with that provider.
    pub(crate) fn of(provider: &str) -> Self {
        let tools: Vec<Arc<dyn Tool>> = vec![Arc::new(ShellCommand), Arc::new(UpdatePlan)];
        let mut hidden: Vec<Arc<dyn Tool>> = Vec::new();
        if provider == DEMO {
            hidden.push(Arc::new(DemoPanic));
        }
        let named = |tools: Vec<Arc<dyn Tool>>| tools.into_iter().map(|tool| (tool.spec(), tool)).collect();
        let tools: Arc<[(ToolSpec, Arc<dyn Tool>)]> = named(tools);
        Self { specs: tools.iter().map(|(spec, _)| spec.clone()).collect(), tools, hidden: named(hidden) }
    }

    /// How they are shown to the model.
    pub(crate) fn specs(&self) -> &[ToolSpec] {
        &self.specs
    }

    /// The tool of that name.
    pub(super) fn get(&self, name: &str) -> Option<&Arc<dyn Tool>> {
        self.tools.iter().chain(&*self.hidden).find(|(spec, _)| spec.name == name).map(|(_, tool)| tool)
    }
}
