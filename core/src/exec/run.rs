//! A command from its start to its end.

use std::{
    os::unix::process::ExitStatusExt,
    path::Path,
    time::{Duration, Instant},
};

use tokio::io::AsyncReadExt;
use tokio_util::task::TaskTracker;

use super::{SpawnError, output::Decoder, process::Process};
use crate::exec::sandbox::Confinement;

/// How much is read at once.
const PIECE: usize = 8 << 10;

/// How long output is awaited that processes outside of the group may still write once the command has ended.
const DRAIN: Duration = Duration::from_millis(200);

/// What shells report for a command that took too long.
const TIMED_OUT: i32 = 124;

/// A command to run.
#[derive(Debug)]
pub(crate) struct Order<'a> {
    pub(crate) words: &'a [&'a str],
    pub(crate) cwd: &'a Path,
    /// What it is held to; nothing where there is none.
    pub(crate) confinement: Option<Confinement>,
    /// How long it may take.
    pub(crate) patience: Duration,
    /// Where it is noted if it has to be ended after nobody waits for it any more.
    pub(crate) ending: &'a TaskTracker,
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ended {
    /// As a shell reports it: 128 and the signal's number where one ended it, 124 where it took too long.
    pub(crate) exit_code: i32,
    pub(crate) timed_out: bool,
    pub(crate) duration: Duration,
}

/// Runs a command; `output` gets what it prints as it comes. Dropping the future ends the command and all that it started.
pub(crate) async fn run(order: Order<'_>, mut output: impl FnMut(&str)) -> Result<Ended, SpawnError> {
    let started = Instant::now();
    let (mut process, mut pipe) =
        Process::start(order.words, order.cwd, order.confinement, order.ending.clone()).await?;
    let (mut decoder, mut piece) = (Decoder::default(), vec![0; PIECE]);
    // False at the end of the output.
    let mut take = |read: &[u8]| {
        let text = decoder.push(read);
        if !text.is_empty() {
            output(&text);
        }
        !read.is_empty()
    };
    let mut deadline = std::pin::pin!(tokio::time::sleep(order.patience));
    let mut open = true;
    let status = loop {
        tokio::select! {
            biased;
            // First, for a flood of output must not put it off.
            () = &mut deadline => break None,
            read = pipe.read(&mut piece), if open => open = take(&piece[..read?]),
            status = process.ended() => break Some(status?),
        }
    };
    let timed_out = status.is_none();
    let status = match status {
        Some(status) => status,
        None => process.end_now().await?,
    };
    while open {
        open = match tokio::time::timeout(DRAIN, pipe.read(&mut piece)).await {
            Ok(read) => take(&piece[..read?]),
            Err(_) => false,
        };
    }
    let rest = decoder.finish();
    if !rest.is_empty() {
        output(&rest);
    }
    let code = || status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap_or(-1);
    let exit_code = if timed_out { TIMED_OUT } else { code() };
    Ok(Ended { exit_code, timed_out, duration: started.elapsed() })
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn run_for(script: &str, patience: Duration) -> (Ended, String) {
        let mut output = String::new();
        let words = ["/bin/sh", "-c", script];
        let ending = TaskTracker::new();
        let order =
            Order { words: &words, cwd: Path::new("/"), confinement: None, patience, ending: &ending };
        let ended = run(order, |text| output.push_str(text)).await.unwrap();
        (ended, output)
    }

    #[tokio::test]
    async fn a_command_out_of_time_takes_what_it_started_with_it() {
        // The pipe ends only when everybody has let go of it, so this would take as long as the sleep.
        let (ended, output) =
            run_for("echo begun; sleep 1000 & sleep 1000", Duration::from_millis(500)).await;
        assert_eq!((ended.exit_code, ended.timed_out, output.as_str()), (TIMED_OUT, true, "begun\n"));
    }

    #[tokio::test]
    async fn a_signal_shows_in_the_exit_code() {
        let (ended, _) = run_for("kill -TERM $$", Duration::from_secs(60)).await;
        assert_eq!((ended.exit_code, ended.timed_out), (143, false));
    }

    #[tokio::test]
    async fn what_cannot_be_started_says_so() {
        let words = ["/no/such/program"];
        let (patience, ending) = (Duration::from_secs(60), TaskTracker::new());
        let order =
            Order { words: &words, cwd: Path::new("/"), confinement: None, patience, ending: &ending };
        let error = run(order, |_| {}).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "the command cannot be started: No such file or directory (os error 2)"
        );
    }
}
