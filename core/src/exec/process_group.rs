//! A child and all that it starts, as one process group.

use std::{io, process::ExitStatus, time::Duration};

use rustix::process::{
    Pid, Signal, WaitId, WaitIdOptions, kill_process_group, test_kill_process_group, waitid,
};
use tokio::{
    process::{Child, Command},
    signal::{self, unix::SignalKind},
    time::{Instant, timeout_at},
};

/// How long a command that is terminated has to clean up after itself: lock files, temporary ones.
const GRACE: Duration = Duration::from_secs(1);

/// How often it is looked whether it is done.
const LOOK: Duration = Duration::from_millis(10);

/// A child and its group, from the moment that there is one. Dropped, wherever that is, it kills the group.
#[derive(Debug)]
pub(crate) struct ProcessGroup {
    child: Child,
    id: Pid,
    /// Told when a child of this process has exited, whichever.
    exits: signal::unix::Signal,
}

impl ProcessGroup {
    /// Starts a command, which begins a group of its own.
    pub(crate) fn spawn(mut command: Command) -> io::Result<Self> {
        let exits = signal::unix::signal(SignalKind::child())?;
        let child = command.process_group(0).spawn()?;
        let id = child.id().and_then(|id| Pid::from_raw(id as i32));
        let id = id.ok_or_else(|| io::Error::other("it has no process id"))?;
        Ok(Self { child, id, exits })
    }

    /// Waits until the child has exited. What it started is still there.
    pub(super) async fn exited(&mut self) -> io::Result<()> {
        // Not reaped, its number is nobody else's, so that its group can still be killed.
        let look = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
        while waitid(WaitId::Pid(self.id), look)?.is_none() {
            self.exits.recv().await;
        }
        Ok(())
    }

    /// Kills what is left of the group, and waits for the child.
    pub(super) async fn kill(&mut self) -> io::Result<ExitStatus> {
        self.signal(Signal::KILL);
        self.child.wait().await
    }

    /// Waits for the end of a group that was asked to end, all of it, and kills it when that takes too long.
    pub(super) async fn end(&mut self) -> io::Result<ExitStatus> {
        let deadline = Instant::now() + GRACE;
        let Ok(status) = timeout_at(deadline, self.child.wait()).await else { return self.kill().await };
        // What the child started may still be cleaning up.
        while Instant::now() < deadline {
            if test_kill_process_group(self.id).is_err() {
                return status;
            }
            tokio::time::sleep(LOOK).await;
        }
        self.signal(Signal::KILL);
        status
    }

    /// Asks the group to end.
    pub(super) fn ask_to_end(&self) {
        self.signal(Signal::TERM);
    }

    fn signal(&self, signal: Signal) {
        // It may have ended by itself. As long as anybody is left in the group its number is nobody else's.
        let _ = kill_process_group(self.id, signal);
    }
}

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        self.signal(Signal::KILL);
    }
}
