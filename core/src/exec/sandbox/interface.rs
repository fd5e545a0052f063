//! What every sandbox is to those who start commands.

use std::{ffi::OsString, fmt, future::Future, io, path::PathBuf, pin::Pin, process::Stdio};

use tokio::process::Command;

use super::{Confinement, SpawnError};
use crate::exec::process_group::ProcessGroup;

/// A command that is being started.
pub(crate) type SpawnFuture<'a> = Pin<Box<dyn Future<Output = Result<ProcessGroup, SpawnError>> + Send + 'a>>;

/// A way to hold commands to a confinement.
pub(crate) trait Sandbox: fmt::Debug + Send + Sync {
    /// What it can enforce on this system. Blocks: it is tried.
    fn capabilities(&self) -> Capabilities;

    /// Starts a command that is held to this from its first instruction on. Where that cannot be done it is not started.
    /// Dropping the future ends a command that has started meanwhile.
    fn spawn(&self, launch: Launch, confinement: Confinement) -> SpawnFuture<'_>;
}

/// A command that is to be started. Its input is empty.
#[derive(Debug)]
pub(crate) struct Launch {
    /// The program and its arguments.
    pub(crate) words: Vec<OsString>,
    pub(crate) cwd: PathBuf,
    pub(crate) environment: Vec<(OsString, OsString)>,
    /// Where it prints to, output and errors in the order in which they are written.
    pub(crate) output: io::PipeWriter,
}

impl Launch {
    /// The command to start, behind these words where there are any.
    pub(crate) fn command(self, before: Vec<OsString>) -> io::Result<Command> {
        let mut words = before.into_iter().chain(self.words);
        let program = words.next().ok_or(io::ErrorKind::InvalidInput)?;
        let mut command = Command::new(program);
        command
            .args(words)
            .current_dir(self.cwd)
            .env_clear()
            .envs(self.environment)
            .stdin(Stdio::null())
            .stdout(self.output.try_clone()?)
            .stderr(self.output);
        Ok(command)
    }
}

/// What a sandbox can enforce on this system.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Capabilities {
    /// Why it can hold no command at all; none where it can.
    pub(crate) unavailable: Option<String>,
    /// What it leaves open here, each as a part of a sentence.
    pub(crate) gaps: Vec<&'static str>,
}
