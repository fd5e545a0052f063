//! The tools that this server brings along.

mod apply_patch;
mod command_item;
mod demo_panic;
mod patch_item;
mod shell_command;
mod source;
mod update_plan;

pub(crate) use source::BuiltIn;
