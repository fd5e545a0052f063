//! `demo_panic`: a tool that panics, so that anybody can see what a panic costs. Known to the demo provider alone.

use serde_json::value::RawValue;

use super::{Tool, ToolContext, ToolFuture, ToolSpec};

/// Panics.
pub(super) struct DemoPanic;

impl Tool for DemoPanic {
    fn spec(&self) -> ToolSpec {
        ToolSpec {
            name: "demo_panic",
            description: "Panics.",
            parameters: RawValue::from_string(r#"{"type":"object"}"#.to_owned())
                .expect("the schema is valid JSON"),
        }
    }

    fn call<'a>(&'a self, _: ToolContext<'a>, _: &'a str) -> ToolFuture<'a> {
        Box::pin(async { panic!("the demo's tool panics because it was asked to") })
    }
}
