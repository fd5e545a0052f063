//! A command that runs, piece by piece: its output as it comes, its exit, its end.

use std::{io, process::ExitStatus, time::Duration};

use tokio::{
    io::AsyncReadExt,
    net::unix::pipe::Receiver,
    time::{Instant, timeout_at},
};

use super::{output::Decoder, process::Process};

/// How much is read at once.
const PIECE: usize = 8 << 10;

/// How long processes that a command left behind may go on writing before they are killed: `tee`, a pager.
const DRAIN: Duration = Duration::from_secs(1);

/// How long output is awaited once the group has been killed: from processes outside of it.
const LAST: Duration = Duration::from_millis(200);

/// A command that runs. Dropping it ends the command and all that it started.
#[derive(Debug)]
pub(crate) struct ExecSession {
    process: Process,
    output: Receiver,
    decoder: Decoder,
    piece: Vec<u8>,
    open: bool,
}

/// What happens in a session.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum SessionEvent {
    /// The command printed this.
    Output(String),
    /// The command itself has exited. What it started may go on.
    Exited,
}

impl ExecSession {
    pub(super) fn new(process: Process, output: Receiver) -> Self {
        Self { process, output, decoder: Decoder::default(), piece: vec![0; PIECE], open: true }
    }

    /// The next thing that happens. Nothing is lost when the future is dropped.
    pub(crate) async fn next(&mut self) -> io::Result<SessionEvent> {
        loop {
            let read = tokio::select! {
                biased;
                read = self.output.read(&mut self.piece), if self.open => read?,
                exited = self.process.exited() => return exited.map(|()| SessionEvent::Exited),
            };
            if let Some(text) = self.take(read) {
                return Ok(SessionEvent::Output(text));
            }
        }
    }

    /// After its exit: the rest of the output, then the end of what it left behind. That has a moment to write what it has to
    /// say, and no later than `deadline`.
    pub(crate) async fn finish(
        mut self,
        deadline: Instant,
        mut output: impl FnMut(&str),
    ) -> io::Result<ExitStatus> {
        self.drain(deadline.min(Instant::now() + DRAIN), &mut output).await?;
        let status = self.process.kill().await?;
        self.last(&mut output).await?;
        Ok(status)
    }

    /// Ends the command and all that it started, before its time.
    pub(crate) async fn terminate(mut self, mut output: impl FnMut(&str)) -> io::Result<ExitStatus> {
        let status = {
            let Self { process, output: pipe, decoder, piece, open } = &mut self;
            let mut ended = std::pin::pin!(process.terminate());
            // Somebody has to read meanwhile: a full pipe would keep it from cleaning up.
            loop {
                tokio::select! {
                    biased;
                    status = &mut ended => break status?,
                    read = pipe.read(piece), if *open => {
                        let read = read?;
                        *open = read > 0;
                        output(&decoder.push(&piece[..read]));
                    }
                }
            }
        };
        self.last(&mut output).await?;
        Ok(status)
    }

    /// What is still in the pipe.
    async fn last(&mut self, output: &mut impl FnMut(&str)) -> io::Result<()> {
        self.drain(Instant::now() + LAST, output).await?;
        let rest = std::mem::take(&mut self.decoder).finish();
        if !rest.is_empty() {
            output(&rest);
        }
        Ok(())
    }

    /// Reads until nobody can write any more, or until then.
    async fn drain(&mut self, until: Instant, output: &mut impl FnMut(&str)) -> io::Result<()> {
        while self.open {
            let Ok(read) = timeout_at(until, self.output.read(&mut self.piece)).await else { break };
            if let Some(text) = self.take(read?) {
                output(&text);
            }
            // What never waits is never out of time.
            if Instant::now() >= until {
                break;
            }
        }
        Ok(())
    }

    fn take(&mut self, read: usize) -> Option<String> {
        self.open = read > 0;
        Some(self.decoder.push(&self.piece[..read])).filter(|text| !text.is_empty())
    }
}
