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
use crate::exec::sandbox::{Confinement, SandboxError, confine};

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

/// A child and its group, from the moment that there is one. Dropped, wherever that is, it kills the group.
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
        let output = Receiver::from_owned_fd(OwnedFd::from(reader))?;
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
        let running = match confinement {
            None => Running::start(command)?,
            Some(confinement) => start_confined(command, confinement).await?,
        };
        Ok((Self { running: Some(running), ending }, output))
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
        let Some(running) = &mut self.running else { return Err(io::Error::other("it has ended already")) };
        running.signal(Signal::TERM);
        let status = running.end().await?;
        self.running = None;
        Ok(status)
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
    /// Starts a command, which begins a group of its own.
    fn start(mut command: Command) -> io::Result<Self> {
        let child = command.spawn()?;
        let id = child.id().and_then(|id| Pid::from_raw(id as i32));
        Ok(Self { group: id.ok_or_else(|| io::Error::other("it has no process id"))?, child })
    }

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
async fn start_confined(command: Command, confinement: Confinement) -> Result<Running, SpawnError> {
    let (tx, rx) = oneshot::channel();
    let runtime = Handle::current();
    let start = move || {
        let _entered = runtime.enter();
        let running =
            confine(&confinement).map_err(SpawnError::from).and_then(|()| Ok(Running::start(command)?));
        // Where whoever waited has gone, before or after this, the command goes with what is dropped.
        let _ = tx.send(running);
    };
    std::thread::Builder::new().name("sandbox".to_owned()).spawn(start)?;
    rx.await.map_err(|_| io::Error::other("the thread that starts confined commands panicked"))?
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::future::poll_fn;

    use tokio::io::AsyncReadExt;

    use super::*;

    #[tokio::test]
    async fn a_command_that_nobody_waits_for_any_more_is_gone_even_before_it_was_handed_over() {
        let (reader, writer) = io::pipe().unwrap();
        let mut output = Receiver::from_owned_fd(OwnedFd::from(reader)).unwrap();
        let mut command = Command::new("/bin/sh");
        command.args(["-c", "echo begun; sleep 1000"]).stdout(writer).stderr(Stdio::null()).process_group(0);
        let confinement = Confinement { writable: Vec::new(), network: false };
        let mut starting = Box::pin(start_confined(command, confinement));
        let polled = poll_fn(|cx| std::task::Poll::Ready(starting.as_mut().poll(cx).is_pending()));
        assert!(polled.await, "a thread takes longer than that");
        let mut begun = [0; 6];
        output.read_exact(&mut begun).await.unwrap();
        drop(starting);
        // The pipe ends once nobody holds its other end: neither the shell, nor what it started.
        let ended = tokio::time::timeout(Duration::from_secs(20), output.read(&mut begun)).await;
        assert_eq!(ended.expect("the command goes on").unwrap(), 0);
    }
}
