//! `update_plan`: the agent's list of steps, shown to the user.

use codex_protocol::{EventMsg, PlanStep};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Tool, ToolContext, ToolFuture, ToolResult, ToolSpec};

const PARAMETERS: &str = r#"{"type":"object","properties":{"explanation":{"type":"string","description":"Why the plan changed."},"plan":{"type":"array","description":"All steps, in order.","items":{"type":"object","properties":{"step":{"type":"string"},"status":{"type":"string","enum":["pending","in_progress","completed"]}},"required":["step","status"],"additionalProperties":false}}},"required":["plan"],"additionalProperties":false}"#;

/// Sets the plan.
pub(super) struct UpdatePlan;

#[derive(Deserialize)]
struct Arguments {
    #[serde(default)]
    explanation: Option<String>,
    plan: Vec<PlanStep>,
}

impl Tool for UpdatePlan {
    fn spec(&self) -> ToolSpec {
        ToolSpec {
            name: "update_plan",
            description: "Shows the user the plan of the work: every step with its status, at most one in progress.",
            parameters: RawValue::from_string(PARAMETERS.to_owned()).expect("the schema is valid JSON"),
        }
    }

    fn call<'a>(&'a self, cx: ToolContext<'a>, arguments: &'a str) -> ToolFuture<'a> {
        Box::pin(async move {
            Ok(match serde_json::from_str::<Arguments>(arguments) {
                Ok(Arguments { explanation, plan }) => {
                    cx.tell(EventMsg::PlanUpdated { turn_id: cx.turn_id, explanation, plan });
                    ToolResult::done("Plan updated")
                }
                Err(error) => {
                    ToolResult::failed("invalid_arguments", format!("the arguments do not fit: {error}"))
                }
            })
        })
    }
}
