//! What runs commands: for all threads of the process.

use std::{
    os::unix::process::ExitStatusExt,
    path::Path,
    process::ExitStatus,
    sync::{Arc, OnceLock},
    time::{Duration, Instant},
};

use crate::config::ShellEnvironmentPolicy;
use tokio_util::task::TaskTracker;

use super::{
    ExecSession, SessionEvent,
    environment::environment,
    process::Process,
    sandbox::{Confinement, Sandbox, SpawnError, of_system},
};

/// What shells report for a command that took too long.
const TIMED_OUT: i32 = 124;

/// What runs commands.
#[derive(Debug, Default)]
pub(crate) struct Executor {
    /// Found out when the first command needs one.
    sandbox: OnceLock<Arc<dyn Sandbox>>,
    /// Commands that were interrupted and have not ended yet.
    terminating: TaskTracker,
    environment: ShellEnvironmentPolicy,
}

/// A command to run.
#[derive(Debug)]
pub(crate) struct ExecRequest<'a> {
    pub(crate) words: &'a [&'a str],
    pub(crate) cwd: &'a Path,
    /// What it is held to; nothing where there is none.
    pub(crate) confinement: Option<Confinement>,
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ExecOutcome {
    /// As a shell reports it: 128 and the signal's number where one ended it, 124 where it took too long.
    pub(crate) exit_code: i32,
    pub(crate) timed_out: bool,
    pub(crate) duration: Duration,
}

impl Executor {
    /// One whose commands get these variables.
    pub(crate) fn new(environment: ShellEnvironmentPolicy) -> Self {
        Self { environment, ..Self::default() }
    }

    /// One that holds commands by this sandbox.
    #[cfg(test)]
    pub(super) fn with(sandbox: Arc<dyn Sandbox>) -> Self {
        Self { sandbox: OnceLock::from(sandbox), ..Self::default() }
    }

    /// Starts a command.
    pub(crate) async fn spawn(&self, request: ExecRequest<'_>) -> Result<ExecSession, SpawnError> {
        let (process, output) = Process::start(
            request,
            environment(&self.environment, codex_otel::current().as_ref()),
            || &**self.sandbox.get_or_init(of_system),
            self.terminating.clone(),
        )
        .await?;
        Ok(ExecSession::new(process, output))
    }

    /// Runs a command to its end, within that time; `output` gets what it prints as it comes. Dropping the future ends the
    /// command and all that it started.
    pub(crate) async fn run(
        &self,
        request: ExecRequest<'_>,
        timeout: Duration,
        mut output: impl FnMut(&str),
    ) -> Result<ExecOutcome, SpawnError> {
        let started = Instant::now();
        let deadline = tokio::time::Instant::now() + timeout;
        let mut session = self.spawn(request).await?;
        let mut timer = std::pin::pin!(tokio::time::sleep_until(deadline));
        let exited = loop {
            tokio::select! {
                biased;
                // First, for a flood of output must not put it off.
                () = &mut timer => break false,
                event = session.next() => match event? {
                    SessionEvent::Output(text) => output(&text),
                    SessionEvent::Exited => break true,
                },
            }
        };
        let status = if exited {
            session.finish(deadline, &mut output).await?
        } else {
            session.terminate(&mut output).await?
        };
        let exit_code = if exited { exit_code(status) } else { TIMED_OUT };
        Ok(ExecOutcome { exit_code, timed_out: !exited, duration: started.elapsed() })
    }

    /// Waits until the commands have ended that were interrupted.
    pub(crate) async fn shutdown(&self) {
        self.terminating.close();
        self.terminating.wait().await;
    }
}

fn exit_code(status: ExitStatus) -> i32 {
    status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap_or(-1)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn run_for(script: &str, timeout: Duration) -> (ExecOutcome, String) {
        let mut output = String::new();
        let words = ["/bin/sh", "-c", script];
        let request = ExecRequest { words: &words, cwd: Path::new("/"), confinement: None };
        let run = Executor::default();
        let outcome = run.run(request, timeout, |text| output.push_str(text)).await.unwrap();
        (outcome, output)
    }

    const LONG: Duration = Duration::from_secs(60);

    #[tokio::test]
    async fn a_command_out_of_time_takes_what_it_started_with_it() {
        // The pipe ends only when everybody has let go of it, so this would take as long as the sleep.
        let (ended, output) =
            run_for("echo begun; sleep 1000 & sleep 1000", Duration::from_millis(500)).await;
        assert_eq!((ended.exit_code, ended.timed_out, output.as_str()), (TIMED_OUT, true, "begun\n"));
    }

    #[tokio::test]
    async fn a_signal_shows_in_the_exit_code() {
        let (ended, _) = run_for("kill -TERM $$", LONG).await;
        assert_eq!((ended.exit_code, ended.timed_out), (143, false));
    }

    #[tokio::test]
    async fn what_a_command_leaves_behind_may_finish_writing() {
        // As `exec > >(tee log)` does: the writer goes on when the shell has exited.
        let (ended, output) = run_for("(sleep 0.3; echo late) & exit 4", LONG).await;
        assert_eq!((ended.exit_code, output.as_str()), (4, "late\n"));
    }

    #[tokio::test]
    async fn what_prints_for_ever_is_cut_off() {
        // In a session of its own, where no signal to the group reaches it, until the pipe breaks under it.
        let script = "setsid sh -c 'while echo x; do :; done' & exit 3";
        let (ended, output) = run_for(script, LONG).await;
        assert_eq!((ended.exit_code, ended.timed_out), (3, false));
        assert!(output.starts_with("x\n") && ended.duration < Duration::from_secs(30), "{ended:?}");
        let (ended, _) = run_for("setsid sh -c 'while echo x; do :; done'", Duration::from_millis(300)).await;
        assert_eq!((ended.exit_code, ended.timed_out), (TIMED_OUT, true));
    }

    #[tokio::test]
    async fn a_command_out_of_time_can_say_more_than_a_pipe_holds() {
        let script = "trap 'head -c 200000 /dev/zero; echo cleaned; exit' TERM; sleep 1000 & wait";
        let (ended, output) = run_for(script, Duration::from_millis(300)).await;
        assert!(ended.timed_out && output.ends_with("cleaned\n"), "{}", output.len());
    }

    #[tokio::test]
    async fn what_cannot_be_started_says_so() {
        let words = ["/no/such/program"];
        let request = ExecRequest { words: &words, cwd: Path::new("/"), confinement: None };
        let error = Executor::default().run(request, LONG, |_| {}).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "the command cannot be started: No such file or directory (os error 2)"
        );
    }
}
