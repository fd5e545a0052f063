//! Helpers: the only code of these tests that knows the interface under test.

mod events;
mod model;
mod world;

pub(crate) use events::{render, texts};
pub(crate) use model::{Model, Reply, command_call, event, message, tool_call};
pub(crate) use world::{World, attribute, remote, request, run, text};
