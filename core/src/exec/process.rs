//! A command with its output: started, perhaps confined, and never left behind.

use std::{ffi::OsString, io, os::fd::OwnedFd, process::ExitStatus};

use tokio::{net::unix::pipe::Receiver, runtime::Handle};
use tokio_util::task::TaskTracker;

use super::{
    ExecRequest,
    process_group::ProcessGroup,
    sandbox::{Launch, Sandbox, SpawnError},
};

/// A command that runs. Dropping it ends its whole process group: asked first, killed after a moment.
#[derive(Debug)]
pub(super) struct Process {
    group: Option<ProcessGroup>,
    terminating: TaskTracker,
}

impl Process {
    /// Starts a command. What it prints comes back too, output and errors in the order in which they were written. If it is
    /// dropped before its end, `terminating` tells when it has ended.
    pub(super) async fn start<'s>(
        request: ExecRequest<'_>,
        environment: Vec<(OsString, OsString)>,
        sandbox: impl FnOnce() -> &'s dyn Sandbox,
        terminating: TaskTracker,
    ) -> Result<(Self, Receiver), SpawnError> {
        let (reader, writer) = io::pipe()?;
        let output = Receiver::from_owned_fd(OwnedFd::from(reader))?;
        let launch = Launch {
            words: request.words.iter().map(Into::into).collect(),
            cwd: request.cwd.to_owned(),
            environment,
            output: writer,
        };
        let group = match request.confinement {
            None => ProcessGroup::spawn(launch.command(Vec::new())?)?,
            Some(confinement) => sandbox().spawn(launch, confinement).await?,
        };
        Ok((Self { group: Some(group), terminating }, output))
    }

    /// Waits until the command itself has exited. What it started may go on.
    pub(super) async fn exited(&mut self) -> io::Result<()> {
        self.group()?.exited().await
    }

    /// Kills what is left of the command, and tells how it exited.
    pub(super) async fn kill(&mut self) -> io::Result<ExitStatus> {
        let status = self.group()?.kill().await?;
        self.group = None;
        Ok(status)
    }

    /// Ends the command and all that it started, and waits for it.
    pub(super) async fn terminate(&mut self) -> io::Result<ExitStatus> {
        let group = self.group()?;
        group.ask_to_end();
        let status = group.end().await?;
        self.group = None;
        Ok(status)
    }

    fn group(&mut self) -> io::Result<&mut ProcessGroup> {
        self.group.as_mut().ok_or_else(|| io::Error::other("it has ended already"))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Without a runtime nobody could wait: dropping it kills.
        if let Some(mut group) = self.group.take()
            && Handle::try_current().is_ok()
        {
            // At once, not when the task comes to it.
            group.ask_to_end();
            codex_otel::spawn_detached(self.terminating.track_future(async move {
                if let Err(error) = group.end().await {
                    tracing::warn!(%error, "cannot wait for a command that was ended");
                }
            }));
        }
    }
}
