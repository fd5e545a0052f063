//! Running commands: what their words say, the process, its output.

mod actions;
mod environment;
mod output;
mod process;
mod run;
mod script;
mod shell;

pub(crate) use actions::{actions, deletes};
pub(crate) use output::{Ends, shorten};
pub(crate) use process::SpawnError;
pub(crate) use run::{Order, run};
pub(crate) use script::commands;
pub(crate) use shell::Shell;
