//! `update_plan`: the agent's list of steps, shown to the user.

use codex_protocol::{EventMsg, PlanStep, PlanStepStatus};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    conversation::{ItemSink, ToolInput},
    model::ToolSpec,
    tools::{Tool, ToolContext, ToolFuture, ToolResult, arguments::arguments},
};

/// Sets the plan.
pub(super) struct UpdatePlan;

#[derive(Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Arguments {
    /// Why the plan changed.
    #[serde(default)]
    explanation: Option<String>,
    /// All steps, in order.
    plan: Vec<Step>,
}

/// A step of the plan.
#[derive(Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Step {
    /// What is to be done.
    step: String,
    /// How far it is.
    status: Status,
}

#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Status {
    Pending,
    #[serde(alias = "inProgress")]
    InProgress,
    Completed,
}

impl From<Step> for PlanStep {
    fn from(Step { step, status }: Step) -> Self {
        let status = match status {
            Status::Pending => PlanStepStatus::Pending,
            Status::InProgress => PlanStepStatus::InProgress,
            Status::Completed => PlanStepStatus::Completed,
        };
        Self { step, status }
    }
}

impl Tool for UpdatePlan {
    fn spec(&self) -> ToolSpec {
        ToolSpec::json::<Arguments>(
            "update_plan",
            "Shows the user the plan of the work: every step with its status, at most one in progress.",
        )
    }

    fn call<'a>(&'a self, cx: ToolContext<'a>, input: &'a ToolInput) -> ToolFuture<'a> {
        Box::pin(async move {
            Ok(match arguments(input) {
                Ok(Arguments { explanation, plan }) => {
                    let plan = plan.into_iter().map(Into::into).collect();
                    cx.emit(EventMsg::PlanUpdated { turn_id: cx.turn_id(), explanation, plan });
                    ToolResult::done("Plan updated")
                }
                Err(unfit) => *unfit,
            })
        })
    }
}
