//! What the agent can do: the tools, and the one way by which each call goes.
//!
//! A [`Tool`] describes itself and does its work; a [`ToolSource`] gives the tools that a turn has from it; [`ToolSet`]
//! holds those of one turn; [`run`] is the way of every call: span, panic isolation, result. What a call may use of its
//! turn is in [`ToolContext`]. What a tool may do without asking is decided in [`approval`](crate::approval).

mod arguments;
mod builtin;
mod call;
mod call_span;
mod context;
mod result;
mod set;
mod tool;

pub(crate) use builtin::BuiltIn;
pub(crate) use call::{ToolCall, ToolFailure, run};
pub(crate) use context::{AnswerFuture, Approver, CallSettings, ToolContext, WaitingFuture};
pub(crate) use result::{ToolOutcome, ToolResult};
pub(crate) use set::ToolSet;
pub(crate) use tool::{Tool, ToolFuture, ToolSource, ToolsFuture, TurnTraits};
