//! What the agent can do: the tools, and the one way by which each call goes.
//!
//! A tool is a [`Tool`]; [`Registry`] holds those of a thread; [`run`] is the way of every call: span, panic
//! isolation, result. Commands, edits, approvals, the sandbox and MCP servers are tools of their own beside
//! `update_plan`, one file or folder each.

mod call;
mod demo_panic;
mod registry;
mod tool;
mod update_plan;

pub(crate) use call::{ToolCall, ToolFailure, run};
pub(crate) use registry::Registry;
pub(crate) use tool::{Tool, ToolContext, ToolFuture, ToolResult, ToolSpec};
