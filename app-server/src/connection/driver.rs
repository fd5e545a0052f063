//! Joins a connection to its transport: one task that reads, runs the calls, and writes.
//!
//! Work is ranked, writing out first, then calls that wait, then reading: a flood of requests cannot starve the
//! answers. A call is polled where it was read, so that a method that is answered at once costs no task and no
//! wake-up; what has to wait stays with the connection, which also means that closing it cancels nothing that was
//! read before the end.

use std::{
    collections::VecDeque,
    convert::Infallible,
    future::poll_fn,
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use futures_util::{StreamExt, stream::FuturesUnordered};
use tokio::time::{Instant, Sleep};

use super::{Connection, outgoing::Closing};
use crate::transport::{Frame, Framing, Gone, Outbound};

/// Messages handled before what they led to is written.
const READ_BATCH: usize = 64;
/// Rounds before other tasks get the thread.
const ROUNDS: usize = 64;
/// Bytes handed to the transport before it must have written some.
const WRITE_AHEAD: usize = 256 << 10;

/// What becomes of what a client sends.
pub(crate) trait Receive {
    /// A message that is being handled.
    type Call: Future<Output = Result<(), Infallible>>;

    /// Takes a message, in the order of arrival; none where there is nothing to wait for.
    fn receive(&mut self, connection: &Arc<Connection>, frame: Frame<'_>) -> Option<Self::Call>;
}

/// How a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// The client closed it, or stdin ended.
    ByClient,
    /// The server closed it, and everything queued was written.
    ByServer,
    /// The client read too slowly.
    Stalled,
    /// The client sent what the transport forbids, or the transport broke.
    Broken,
}

/// Drives a connection to its end. `ended` is called once no more will be read; the driver itself returns when what is
/// queued has been written.
pub(crate) async fn drive<F, R>(
    framing: F,
    connection: Arc<Connection>,
    receiver: R,
    stall: Duration,
    ended: impl FnOnce(),
) -> Ended
where
    F: Framing,
    R: Receive,
{
    let mut driver = Driver {
        framing,
        connection,
        receiver,
        calls: FuturesUnordered::new(),
        entries: VecDeque::new(),
        input: Input::Open,
        stall: Stall { grace: stall, timer: None },
        ended: Some(ended),
    };
    poll_fn(|cx| driver.poll(cx)).await
}

struct Driver<F, R: Receive, E> {
    framing: F,
    connection: Arc<Connection>,
    receiver: R,
    calls: FuturesUnordered<Pin<Box<R::Call>>>,
    entries: VecDeque<Outbound>,
    input: Input,
    stall: Stall,
    ended: Option<E>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Input {
    Open,
    /// Nothing more comes; what came is still being answered.
    Ended(Ended),
}

impl<F, R, E> Driver<F, R, E>
where
    F: Framing,
    R: Receive,
    E: FnOnce(),
{
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Ended> {
        for _ in 0..ROUNDS {
            let written = match self.poll_write(cx) {
                Ok(written) => written,
                Err(ended) => {
                    self.end_input(ended);
                    self.connection.outgoing().close(Closing::Gone);
                    Written::All
                }
            };
            if let Written::Blocked { progress } = written {
                if self.stall.poll(cx, progress).is_ready() {
                    return Poll::Ready(self.give_up());
                }
            } else {
                self.stall.timer = None;
            }
            while let Poll::Ready(Some(_)) = self.calls.poll_next_unpin(cx) {}
            if self.poll_read(cx) {
                continue;
            }
            let idle = self.calls.is_empty() && matches!(written, Written::All);
            let closing = self.connection.outgoing().closing();
            match closing {
                Some(Closing::Overflow) => return Poll::Ready(self.give_up()),
                Some(Closing::Gone) if idle => return self.poll_close(cx),
                // What was queued meanwhile is written first.
                Some(Closing::Flush) if idle => {
                    self.connection.outgoing().seal();
                    continue;
                }
                Some(_) => {}
                None => self.answer_end(),
            }
            match written {
                // The transport wakes this task when it can write on.
                Written::Blocked { .. } => return Poll::Pending,
                Written::All => {
                    if self.connection.outgoing().park(cx.waker(), closing) {
                        return Poll::Pending;
                    }
                }
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    /// Hands what is queued to the transport, and writes as far as that goes.
    fn poll_write(&mut self, cx: &mut Context<'_>) -> Result<Written, Ended> {
        let before = self.framing.written();
        loop {
            self.connection.outgoing().take(&mut self.entries);
            while self.framing.unwritten() < WRITE_AHEAD {
                let Some(entry) = self.entries.pop_front() else { break };
                self.framing.send(entry);
            }
            let rest = !self.entries.is_empty();
            self.connection.outgoing().put_back(&mut self.entries);
            match self.framing.poll_flush(cx) {
                Poll::Ready(Ok(())) if rest => {}
                Poll::Ready(Ok(())) => return Ok(Written::All),
                Poll::Ready(Err(error)) => return Err(broken(&self.connection, &error)),
                Poll::Pending => return Ok(Written::Blocked { progress: self.framing.written() > before }),
            }
        }
    }

    /// Reads and runs a batch of messages. True if there may be more.
    fn poll_read(&mut self, cx: &mut Context<'_>) -> bool {
        if self.input != Input::Open || self.connection.outgoing().closing().is_some() {
            return false;
        }
        // A client that does not read its answers is not read from: that is what bounds its answers.
        if self.connection.outgoing().is_crowded() {
            return false;
        }
        let mut read = 0;
        while read < READ_BATCH {
            let Some(frame) = self.framing.next() else { break };
            read += 1;
            let Some(call) = self.receiver.receive(&self.connection, frame) else { continue };
            let mut call = Box::pin(call);
            if call.as_mut().poll(cx).is_pending() {
                self.calls.push(call);
            }
        }
        if read > 0 {
            return true;
        }
        match self.framing.poll_fill(cx) {
            Poll::Ready(Ok(())) => true,
            Poll::Ready(Err(Gone::ByClient)) => {
                self.end_input(Ended::ByClient);
                true
            }
            Poll::Ready(Err(Gone::Broken(why))) => {
                tracing::warn!(connection = %self.connection.id(), "connection closed: {why}");
                self.end_input(Ended::Broken);
                true
            }
            Poll::Pending => false,
        }
    }

    fn end_input(&mut self, ended: Ended) {
        if self.input == Input::Open {
            self.input = Input::Ended(ended);
        }
    }

    /// Once everything that was read is answered, tells the owner that the input has ended.
    fn answer_end(&mut self) {
        if self.input != Input::Open
            && self.calls.is_empty()
            && let Some(ended) = self.ended.take()
        {
            ended();
        }
    }

    fn poll_close(&mut self, cx: &mut Context<'_>) -> Poll<Ended> {
        if self.framing.poll_close(cx).is_pending() && self.stall.poll(cx, false).is_pending() {
            return Poll::Pending;
        }
        Poll::Ready(match self.input {
            Input::Open => Ended::ByServer,
            Input::Ended(ended) => ended,
        })
    }

    fn give_up(&mut self) -> Ended {
        let (bytes, merged) = self.connection.outgoing().depth();
        tracing::warn!(
            connection = %self.connection.id(),
            waiting_bytes = bytes,
            merged_deltas = merged,
            "connection closed: its client does not read; its turns go on, and it can reconnect and resume the thread"
        );
        self.connection.outgoing().close(Closing::Gone);
        Ended::Stalled
    }
}

/// How far the writing got.
#[derive(Clone, Copy, Debug)]
enum Written {
    All,
    Blocked { progress: bool },
}

/// The time since the transport last took something.
#[derive(Debug)]
struct Stall {
    grace: Duration,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Stall {
    /// Ready when nothing has moved for the whole grace period.
    fn poll(&mut self, cx: &mut Context<'_>, progress: bool) -> Poll<()> {
        let deadline = Instant::now() + self.grace;
        let timer = self.timer.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(deadline)));
        if progress {
            timer.as_mut().reset(deadline);
        }
        timer.as_mut().poll(cx)
    }
}

fn broken(connection: &Connection, error: &io::Error) -> Ended {
    tracing::debug!(connection = %connection.id(), %error, "the client is gone");
    Ended::ByClient
}
