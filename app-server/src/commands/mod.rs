//! What the command line does besides serving: one file a command.

pub(crate) mod demo;
pub(crate) mod exec;
pub(crate) mod schema;

mod child;
mod conversation;
mod error;
mod telemetry;

pub(crate) use error::CommandError;
