//! A command as a process group of its own: started, perhaps confined, and never left behind.

use std::{
    io,
    os::fd::OwnedFd,
    path::Path,
    process::{ExitStatus, Stdio},
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::{
    net::unix::pipe::Receiver,
    process::{Child, Command},
    runtime::Handle,
    sync::oneshot,
};
use tokio_util::task::TaskTracker;

use super::environment::environment;
use crate::sandbox::{Confinement, SandboxError, confine};

/// Why a command did not start.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SpawnError {
    /// It could not be confined.
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    /// The system refuses.
    #[error("the command cannot be started: {0}")]
    Io(#[from] io::Error),
}

/// How long a command that is ended has to clean up after itself: lock files, temporary ones.
const GRACE: Duration = Duration::from_secs(1);

/// A command that runs. Dropping it ends its whole process group: asked first, killed after a moment.
#[derive(Debug)]
pub(super) struct Process {
    running: Option<Running>,
    ending: TaskTracker,
}

/// A child and its group. Dropped while the child may run, it kills the group.
#[derive(Debug)]
struct Running {
    child: Child,
    group: Pid,
}

impl Process {
    /// Starts the words in that folder. What they print comes back too, output and errors in the order in which they were
    /// written. If it is dropped before its end, `ending` tells when it has ended.
    pub(super) async fn start(
        words: &[&str],
        cwd: &Path,
        confinement: Option<Confinement>,
        ending: TaskTracker,
    ) -> Result<(Self, Receiver), SpawnError> {
        let (reader, writer) = io::pipe()?;
        let mut command = Command::new(words[0]);
        command
            .args(&words[1..])
            .current_dir(cwd)
            .env_clear()
            .envs(environment(codex_otel::current().as_ref()))
            .stdin(Stdio::null())
            .stdout(writer.try_clone()?)
            .stderr(writer)
            .process_group(0);
        let child = match confinement {
            None => command.spawn()?,
            Some(confinement) => spawn_confined(command, confinement).await?,
        };
        let output = Receiver::from_owned_fd(OwnedFd::from(reader))?;
        let id = child.id().and_then(|id| Pid::from_raw(id as i32));
        let group = id.ok_or_else(|| io::Error::other("it has no process id"))?;
        Ok((Self { running: Some(Running { child, group }), ending }, output))
    }

    /// Waits until the command has ended. What it left behind is ended too.
    pub(super) async fn ended(&mut self) -> io::Result<ExitStatus> {
        let Some(running) = &mut self.running else { return Err(io::Error::other("it has ended already")) };
        let status = running.child.wait().await?;
        self.running = None;
        Ok(status)
    }

    /// Ends the command and all that it started, and waits for it.
    pub(super) async fn end_now(&mut self) -> io::Result<ExitStatus> {
        match &mut self.running {
            Some(running) => {
                running.signal(Signal::TERM);
                running.end().await
            }
            None => Err(io::Error::other("it has ended already")),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Without a runtime nobody could wait: dropping it kills.
        if let Some(mut running) = self.running.take()
            && Handle::try_current().is_ok()
        {
            running.signal(Signal::TERM);
            codex_otel::spawn_detached(self.ending.track_future(async move {
                if let Err(error) = running.end().await {
                    tracing::warn!(%error, "cannot wait for a command that was ended");
                }
            }));
        }
    }
}

impl Running {
    /// Waits for the end of a command that was asked to end, and kills it when that takes too long.
    async fn end(&mut self) -> io::Result<ExitStatus> {
        if let Ok(status) = tokio::time::timeout(GRACE, self.child.wait()).await {
            return status;
        }
        self.signal(Signal::KILL);
        self.child.wait().await
    }

    fn signal(&self, signal: Signal) {
        // It may have ended by itself. As long as anybody is left in the group its number is nobody else's.
        let _ = kill_process_group(self.group, signal);
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.signal(Signal::KILL);
    }
}

/// Starts a command from a thread that has confined itself, and ends with that: nothing else is ever run on it.
async fn spawn_confined(mut command: Command, confinement: Confinement) -> Result<Child, SpawnError> {
    let (tx, rx) = oneshot::channel();
    let runtime = Handle::current();
    let spawn = move || {
        let _entered = runtime.enter();
        let child = confine(&confinement).map_err(SpawnError::from).and_then(|()| Ok(command.spawn()?));
        // Whoever waited has gone: the command goes too.
        if let Err(Ok(mut child)) = tx.send(child) {
            let _ = child.start_kill();
        }
    };
    std::thread::Builder::new().name("sandbox".to_owned()).spawn(spawn)?;
    rx.await.map_err(|_| io::Error::other("the thread that starts confined commands panicked"))?
}
