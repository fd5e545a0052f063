//! The tools that this server brings along.

mod command_item;
mod demo_panic;
mod shell_command;
mod source;
mod update_plan;

pub(crate) use source::BuiltIn;
