//! The thread that exports one signal: its own runtime, its own client, and no telemetry about itself.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use opentelemetry::Context;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep, timeout};

use super::client::{Client, SendError};
use super::{Queue, Record, Target};
use crate::settings::Resource;

/// How often a batch is sent again before it is given up.
const RETRIES: u32 = 4;
/// The first pause before sending again; each later one is twice as long.
const BACK_OFF: Duration = Duration::from_millis(250);
/// The longest pause, whatever the collector asks for.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Makes a record of what there is now.
type Collect<T> = Box<dyn Fn() -> Option<T> + Send>;

enum Command {
    /// Send what waits, then answer.
    Flush(oneshot::Sender<()>),
    /// Send what waits, answer and end.
    Stop(oneshot::Sender<()>),
}

/// The handle of an export thread.
#[derive(Debug)]
pub(crate) struct Worker<T> {
    commands: mpsc::UnboundedSender<Command>,
    /// Callers that wait for a flush: while there are any, nothing is sent twice.
    hurry: Arc<AtomicUsize>,
    queue: Arc<Queue<T>>,
}

impl<T: Record> Worker<T> {
    /// Starts a thread that takes from the queue.
    pub(crate) fn start(target: Target, resource: Resource, queue: Arc<Queue<T>>) -> std::io::Result<Self> {
        Self::spawn(target, resource, queue, None)
    }

    /// Starts a thread that asks for a record after each delay, and at each flush. The queue only counts.
    pub(crate) fn start_periodic(
        target: Target,
        resource: Resource,
        queue: Arc<Queue<T>>,
        collect: impl Fn() -> Option<T> + Send + 'static,
    ) -> std::io::Result<Self> {
        Self::spawn(target, resource, queue, Some(Box::new(collect)))
    }

    fn spawn(
        target: Target,
        resource: Resource,
        queue: Arc<Queue<T>>,
        collect: Option<Collect<T>>,
    ) -> std::io::Result<Self> {
        let (commands, inbox) = mpsc::unbounded_channel();
        let hurry = Arc::new(AtomicUsize::new(0));
        let thread = Thread {
            target,
            resource,
            queue: Arc::clone(&queue),
            hurry: Arc::clone(&hurry),
            collect,
            client: None,
            failing: false,
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .on_thread_start(suppress)
            .thread_name("otel-export-io")
            .build()?;
        thread::Builder::new().name("otel-export".to_owned()).spawn(move || {
            suppress();
            runtime.block_on(thread.run(inbox));
            // A look-up of a name may hang in a thread of the runtime; the process must not wait for it.
            runtime.shutdown_background();
        })?;
        Ok(Self { commands, hurry, queue })
    }

    /// Sends what waits; `false` if that was not done by the deadline.
    pub(crate) async fn flush(&self, deadline: Duration) -> bool {
        self.ask(deadline, Command::Flush).await
    }

    /// Takes nothing more, sends what waits and ends the thread; `false` if that was not done by the deadline.
    pub(crate) async fn stop(&self, deadline: Duration) -> bool {
        self.queue.close();
        self.ask(deadline, Command::Stop).await
    }

    async fn ask(&self, deadline: Duration, command: fn(oneshot::Sender<()>) -> Command) -> bool {
        let (done, wait) = oneshot::channel();
        self.hurry.fetch_add(1, Ordering::Relaxed);
        let answered = self.commands.send(command(done)).is_ok()
            && timeout(deadline, wait).await.is_ok_and(|answer| answer.is_ok());
        self.hurry.fetch_sub(1, Ordering::Relaxed);
        answered
    }
}

/// Marks the thread for good: no span and no log line is made on it, even at `RUST_LOG=trace`.
fn suppress() {
    std::mem::forget(Context::enter_telemetry_suppressed_scope());
}

struct Thread<T> {
    target: Target,
    resource: Resource,
    queue: Arc<Queue<T>>,
    hurry: Arc<AtomicUsize>,
    collect: Option<Collect<T>>,
    client: Option<Client>,
    failing: bool,
}

impl<T: Record> Thread<T> {
    async fn run(mut self, mut inbox: mpsc::UnboundedReceiver<Command>) {
        loop {
            match self.wait(&mut inbox).await {
                None => self.send_all(&mut inbox).await,
                Some(Command::Flush(done)) => {
                    self.send_all(&mut inbox).await;
                    // Whoever asked may have gone at the deadline.
                    let _ = done.send(());
                }
                Some(Command::Stop(done)) => {
                    self.send_all(&mut inbox).await;
                    let _ = done.send(());
                    return;
                }
            }
        }
    }

    /// Waits for a command, or until records are to be sent.
    async fn wait(&self, inbox: &mut mpsc::UnboundedReceiver<Command>) -> Option<Command> {
        // A closed channel ends the thread in the same way as a command.
        let closed = || Command::Stop(oneshot::channel().0);
        if self.collect.is_some() {
            return tokio::select! {
                command = inbox.recv() => Some(command.unwrap_or_else(closed)),
                () = sleep(self.queue.limits().delay) => None,
            };
        }
        while self.queue.is_empty() {
            tokio::select! {
                command = inbox.recv() => return Some(command.unwrap_or_else(closed)),
                () = self.queue.wake.notified() => {}
            }
        }
        let delay = sleep(self.queue.limits().delay);
        tokio::pin!(delay);
        while !self.queue.has_full_batch() {
            tokio::select! {
                command = inbox.recv() => return Some(command.unwrap_or_else(closed)),
                () = self.queue.wake.notified() => {}
                () = &mut delay => return None,
            }
        }
        None
    }

    async fn send_all(&mut self, inbox: &mut mpsc::UnboundedReceiver<Command>) {
        if let Some(collect) = &self.collect {
            if let Some(record) = collect() {
                let refused = self.send(&[record], inbox).await;
                self.queue.account(1, refused);
            }
            return;
        }
        loop {
            let batch = self.queue.take();
            if batch.is_empty() {
                return;
            }
            let refused = self.send(&batch, inbox).await;
            self.queue.settle(batch, refused);
        }
    }

    /// Sends a batch; returns how many of its records were not delivered.
    async fn send(&mut self, batch: &[T], inbox: &mpsc::UnboundedReceiver<Command>) -> u64 {
        let written = match &self.target {
            Target::None => Ok(()),
            Target::Stdout => write_lines(&mut std::io::stdout().lock(), batch),
            Target::Stderr => write_lines(&mut std::io::stderr().lock(), batch),
            Target::File(file) => {
                let mut line = T::json(&self.resource, batch).to_string();
                line.push('\n');
                file.append(line.as_bytes())
            }
            Target::Otlp(_) => return self.deliver(batch, inbox).await,
        };
        match written {
            Ok(()) => {
                self.recovered();
                0
            }
            Err(error) => {
                self.report(&error.to_string());
                batch.len() as u64
            }
        }
    }

    async fn deliver(&mut self, batch: &[T], inbox: &mpsc::UnboundedReceiver<Command>) -> u64 {
        let mut body = Bytes::new();
        let mut attempt = 0;
        let begun = Instant::now();
        loop {
            let error = match self.attempt(batch, &mut body).await {
                Ok(refused) => {
                    self.recovered();
                    if refused > 0 {
                        self.queue.error(format!("the collector refused {refused} {}", T::NAME));
                    }
                    return refused;
                }
                Err(error) => error,
            };
            self.report(&error.to_string());
            attempt += 1;
            let hurried = !inbox.is_empty() || self.hurry.load(Ordering::Relaxed) > 0;
            if attempt > RETRIES || !error.is_retryable() || hurried || inbox.is_closed() {
                return batch.len() as u64;
            }
            let pause = error.retry_after().unwrap_or(BACK_OFF * 2_u32.pow(attempt - 1)).min(LONGEST_PAUSE);
            if begun.elapsed() + pause > self.queue.limits().whole {
                return batch.len() as u64;
            }
            self.pause(pause).await;
        }
    }

    async fn attempt(&mut self, batch: &[T], body: &mut Bytes) -> Result<u64, SendError> {
        let Target::Otlp(destination) = &self.target else { return Ok(0) };
        let client = match &mut self.client {
            Some(client) => client,
            // Built at the first batch: certificates are read when they are needed.
            empty => empty.insert(Client::new::<T>(destination, self.queue.limits().timeout)?),
        };
        if body.is_empty() {
            *body = client.encode(&self.resource, batch);
        }
        client.send::<T>(body.clone()).await
    }

    /// Waits before the next try, in steps, so that somebody who waits for a flush is noticed.
    async fn pause(&self, pause: Duration) {
        const STEP: Duration = Duration::from_millis(50);
        let mut left = pause;
        while !left.is_zero() && self.hurry.load(Ordering::Relaxed) == 0 {
            let step = left.min(STEP);
            sleep(step).await;
            left -= step;
        }
    }

    /// Notes an error, and warns when exporting begins to fail.
    fn report(&mut self, error: &str) {
        self.queue.error(error.to_owned());
        if !std::mem::replace(&mut self.failing, true) {
            aloud(|| tracing::warn!("{} cannot be exported: {error}", T::NAME));
        }
    }

    fn recovered(&mut self) {
        if std::mem::take(&mut self.failing) {
            aloud(|| tracing::warn!("{} are exported again", T::NAME));
        }
    }
}

/// Lets the export thread say something after all.
fn aloud(say: impl FnOnce()) {
    let _unsuppressed = Context::new().attach();
    say();
}

fn write_lines<T: Record>(out: &mut dyn Write, batch: &[T]) -> std::io::Result<()> {
    for record in batch {
        writeln!(out, "{}", record.line())?;
    }
    out.flush()
}
