//! `demo`: a turn over stdio and one over websocket, and the trace of each, with nothing but this binary.

mod check;
mod command;
mod forward;

pub(crate) use command::{DemoArgs, run};
