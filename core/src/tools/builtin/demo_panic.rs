//! `demo_panic`: a tool that panics, so that anybody can see what a panic costs. Known to the demo provider alone.

use crate::{
    conversation::ToolInput,
    model::{ToolInputSpec, ToolSpec},
    tools::{Tool, ToolContext, ToolFuture},
};

/// Panics.
pub(super) struct DemoPanic;

impl Tool for DemoPanic {
    fn spec(&self) -> ToolSpec {
        ToolSpec {
            name: "demo_panic".to_owned(),
            description: "Panics.".to_owned(),
            input: ToolInputSpec::Text,
        }
    }

    fn is_listed(&self) -> bool {
        false
    }

    fn call<'a>(&'a self, _: ToolContext<'a>, _: &'a ToolInput) -> ToolFuture<'a> {
        Box::pin(async { panic!("the demo's tool panics because it was asked to") })
    }
}
