//! Helpers: the only code of these tests that knows the interface under test.

mod world;

pub(crate) use test_kit::{
    Model, Reply,
    events::{render, texts},
    model::responses::{command_call, event, message, patch_call, tool_call},
};
pub(crate) use world::{
    World, agent, attribute, config, copied, in_folder, remote, request, run, run_for, run_with_events, text,
};
