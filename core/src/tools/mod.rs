//! What the agent can do: the tools, and the one way by which each call goes.
//!
//! A tool is a [`Tool`]; [`Registry`] holds those of a thread; [`run`] is the way of every call: span, panic
//! isolation, result. What a tool may do without asking is said in [`approval`](crate::approval).

mod call;
mod command_item;
mod demo_panic;
mod registry;
mod shell_command;
mod tool;
mod update_plan;

pub(crate) use call::{ToolCall, ToolFailure, run};
pub(crate) use registry::Registry;
pub(crate) use tool::{Tool, ToolContext, ToolFuture, ToolResult, ToolSpec};
