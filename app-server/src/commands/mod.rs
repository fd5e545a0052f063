//! What the command line does besides serving: one file a command.

pub(crate) mod demo;
pub(crate) mod exec;
mod prompt;
mod question;
pub(crate) mod schema;
pub(crate) mod trace;
mod user;

mod answer;
mod child;
mod conversation;
mod error;
mod telemetry;
mod terminal;

pub(crate) use error::CommandError;
