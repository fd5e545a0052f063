//! Running commands: what a script does, what holds it, its process, its output.

mod environment;
mod executor;
mod output;
pub(crate) mod parse;
mod process;
mod process_group;
pub(crate) mod sandbox;
mod session;
mod shell;

pub(crate) use executor::{ExecOutcome, ExecRequest, Executor};
pub(crate) use output::{HeadTail, shorten};
pub(crate) use session::{ExecSession, SessionEvent};
pub(crate) use shell::Shell;
