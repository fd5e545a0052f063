//! Running commands: what their words say, the process, its output.

mod environment;
mod output;
mod parse;
mod process;
mod run;
pub(crate) mod sandbox;
mod shell;

pub(crate) use output::{Ends, shorten};
pub(crate) use parse::{actions, commands, deletes};
pub(crate) use process::SpawnError;
pub(crate) use run::{Order, run};
pub(crate) use shell::Shell;
