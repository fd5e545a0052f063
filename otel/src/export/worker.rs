//! The thread that exports one signal: its own runtime, its own exporter, and no telemetry about itself.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use opentelemetry::Context;
use opentelemetry_sdk::Resource;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::otlp::Exporters;
use super::{Queue, Record, Target, partial};

/// Makes a record of what there is now.
type Collect<T> = Box<dyn Fn() -> Option<T> + Send>;

/// How much longer than the deadline a shutdown waits, so that what was given up at the deadline is counted.
const SETTLING: Duration = Duration::from_millis(200);

enum Command {
    /// Send what waits, then answer.
    Flush(oneshot::Sender<()>),
    /// Send what waits, answer whether that was done by the deadline, and end.
    Stop(oneshot::Sender<bool>),
}

/// The handle of an export thread.
#[derive(Debug)]
pub(crate) struct Worker<T> {
    commands: mpsc::UnboundedSender<Command>,
    /// Callers that wait for a flush: while there are any, nothing is sent twice.
    hurry: Arc<AtomicUsize>,
    /// When the thread gives up what it has not sent, once it is to stop.
    end: watch::Sender<Option<Instant>>,
    queue: Arc<Queue<T>>,
}

impl<T: Record> Worker<T> {
    /// Starts a thread that takes from the queue.
    pub(crate) fn start(
        targets: Vec<Target>,
        resource: Resource,
        queue: Arc<Queue<T>>,
    ) -> std::io::Result<Self> {
        Self::spawn(targets, resource, queue, None)
    }

    /// Starts a thread that asks for a record after each delay, and at each flush. The queue only counts.
    pub(crate) fn start_periodic(
        targets: Vec<Target>,
        resource: Resource,
        queue: Arc<Queue<T>>,
        collect: impl Fn() -> Option<T> + Send + 'static,
    ) -> std::io::Result<Self> {
        Self::spawn(targets, resource, queue, Some(Box::new(collect)))
    }

    fn spawn(
        targets: Vec<Target>,
        resource: Resource,
        queue: Arc<Queue<T>>,
        collect: Option<Collect<T>>,
    ) -> std::io::Result<Self> {
        let (commands, inbox) = mpsc::unbounded_channel();
        let hurry = Arc::new(AtomicUsize::new(0));
        let (end, ends) = watch::channel(None);
        let mut targets = targets.into_iter();
        let thread = Thread {
            target: targets.next().unwrap_or_default(),
            beside: targets.collect(),
            resource,
            exporters: Exporters::new(queue.limits().timeout),
            queue: Arc::clone(&queue),
            hurry: Arc::clone(&hurry),
            ends,
            collect,
            failing: false,
            given_up: false,
            refusal: None,
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
        Ok(Self { commands, hurry, end, queue })
    }

    /// Sends what waits; `false` if that was not done by the deadline.
    pub(crate) async fn flush(&self, deadline: Duration) -> bool {
        let (done, wait) = oneshot::channel();
        self.hurried(Command::Flush(done), timeout(deadline, wait)).await.is_some_and(|answer| answer.is_ok())
    }

    /// Takes nothing more, sends what waits and ends the thread; `false` if that was not done by the deadline. What was
    /// not sent by then is counted as failed.
    pub(crate) async fn stop(&self, deadline: Duration) -> bool {
        self.queue.close();
        self.end.send_replace(Some(Instant::now() + deadline));
        let (done, wait) = oneshot::channel();
        let answer = self.hurried(Command::Stop(done), timeout(deadline + SETTLING, wait)).await;
        matches!(answer, Some(Ok(Ok(true))))
    }

    async fn hurried<A>(&self, command: Command, answer: impl Future<Output = A>) -> Option<A> {
        self.hurry.fetch_add(1, Ordering::Relaxed);
        let answered = match self.commands.send(command) {
            Ok(()) => Some(answer.await),
            Err(_) => None,
        };
        self.hurry.fetch_sub(1, Ordering::Relaxed);
        answered
    }
}

/// Marks the thread for good: no span and no log line is made on it, even at `RUST_LOG=trace`.
fn suppress() {
    std::mem::forget(Context::enter_telemetry_suppressed_scope());
}

struct Thread<T: Record> {
    target: Target,
    /// Local targets that get the same, uncounted.
    beside: Vec<Target>,
    resource: Resource,
    exporters: Exporters<T>,
    queue: Arc<Queue<T>>,
    hurry: Arc<AtomicUsize>,
    ends: watch::Receiver<Option<Instant>>,
    collect: Option<Collect<T>>,
    failing: bool,
    /// Whether the deadline of the shutdown has passed.
    given_up: bool,
    /// The refusal that was warned about last.
    refusal: Option<String>,
}

impl<T: Record> Thread<T> {
    async fn run(mut self, mut inbox: mpsc::UnboundedReceiver<Command>) {
        loop {
            // A closed channel ends the thread in the same way as a command.
            match self.wait(&mut inbox).await.unwrap_or_else(|| Command::Stop(oneshot::channel().0)) {
                Command::Flush(done) => {
                    self.send_all().await;
                    // Whoever asked may have gone at the deadline.
                    let _ = done.send(());
                }
                Command::Stop(done) => {
                    self.send_all().await;
                    let _ = done.send(!self.given_up);
                    return;
                }
            }
        }
    }

    /// Sends whenever records are to be sent, until there is a command; `None` when the handle is gone.
    async fn wait(&mut self, inbox: &mut mpsc::UnboundedReceiver<Command>) -> Option<Command> {
        loop {
            tokio::select! {
                biased;
                command = inbox.recv() => return command,
                () = self.due() => {}
            }
            self.send_all().await;
        }
    }

    /// Waits until a batch is full, or the oldest record has waited long enough.
    async fn due(&self) {
        let delay = self.queue.limits().delay;
        if self.collect.is_some() {
            return sleep(delay).await;
        }
        while self.queue.is_empty() {
            self.queue.wake.notified().await;
        }
        let _ = timeout(delay, async {
            while !self.queue.has_full_batch() {
                self.queue.wake.notified().await;
            }
        })
        .await;
    }

    /// Sends everything that waits, or gives it up when the end has come.
    async fn send_all(&mut self) {
        if let Some(record) = self.collect.as_ref().map(|collect| collect()) {
            if let Some(record) = record {
                let refused = self.send(vec![record]).await;
                self.queue.account(1, refused);
            }
            return;
        }
        loop {
            let batch = self.queue.take();
            if batch.is_empty() {
                return;
            }
            let records = batch.len();
            let refused = if self.given_up { records as u64 } else { self.send(batch).await };
            self.queue.settle(records, refused);
        }
    }

    /// Sends a batch; returns how many of its records were not delivered.
    async fn send(&mut self, batch: Vec<T>) -> u64 {
        for target in &self.beside {
            if let Err(error) = write(target, &self.resource, &batch) {
                self.queue.error(error.to_string());
            }
        }
        if matches!(self.target, Target::Otlp(_)) {
            return self.deliver(batch).await;
        }
        match write(&self.target, &self.resource, &batch) {
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

    async fn deliver(&mut self, batch: Vec<T>) -> u64 {
        let Target::Otlp(destination) = &self.target else { return 0 };
        let records = batch.len() as u64;
        let hurried = self.hurry.load(Ordering::Relaxed) > 0;
        let exporter = match self.exporters.get(destination, &self.resource, hurried) {
            Ok(exporter) => exporter,
            Err(error) => {
                self.report(&format!("the exporter cannot be set up: {error}"));
                return records;
            }
        };
        let _ = partial::take();
        let ends = &mut self.ends;
        let whole = self.queue.limits().whole;
        let result = tokio::select! {
            result = timeout(whole, T::export(exporter, batch)) => Some(result),
            () = end(ends) => None,
        };
        let trouble = self.exporters.trouble();
        match result {
            None => {
                self.given_up = true;
                self.report(trouble.as_deref().unwrap_or("the collector did not answer before the end"));
                records
            }
            Some(Err(_)) => {
                self.report(trouble.as_deref().unwrap_or("the collector did not answer in time"));
                records
            }
            Some(Ok(Err(error))) => {
                self.report(&trouble.unwrap_or_else(|| in_words(&error.to_string())));
                records
            }
            Some(Ok(Ok(()))) => {
                // What was overcome by trying again is no failure, but can be looked up.
                if let Some(trouble) = trouble {
                    self.queue.error(trouble);
                }
                self.recovered();
                self.refused()
            }
        }
    }

    /// How many records the collector said it refused of a batch that it took. Warns of a refusal unlike the last one.
    fn refused(&mut self) -> u64 {
        let Some(partial) = partial::take() else {
            self.refusal = None;
            return 0;
        };
        let text = format!("{}: {partial}", T::NAME);
        self.queue.error(text.clone());
        if self.refusal.as_ref() != Some(&text) {
            aloud(|| tracing::warn!("{text}"));
            self.refusal = Some(text);
        }
        partial.refused
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

/// Returns at the deadline of a shutdown.
async fn end(ends: &mut watch::Receiver<Option<Instant>>) {
    // The sender lives as long as the handle; without a handle nobody waits.
    let deadline = ends.wait_for(Option::is_some).await.ok().and_then(|deadline| *deadline);
    match deadline {
        Some(deadline) => sleep_until(deadline).await,
        None => pending().await,
    }
}

/// The error of a stock exporter without the name of the exporter: what the collector, or the way to it, said.
fn in_words(error: &str) -> String {
    match error.split_once("gRPC code: ") {
        Some((_, rest)) => match rest.split_once(": transport error: ") {
            Some((_, cause)) => format!("the collector cannot be reached: {cause}"),
            None => format!("the collector answered gRPC {rest}"),
        },
        None => error.to_owned(),
    }
}

/// Lets the export thread say something after all.
fn aloud(say: impl FnOnce()) {
    let _unsuppressed = Context::new().attach();
    say();
}

/// Writes a batch to a local target.
fn write<T: Record>(target: &Target, resource: &Resource, batch: &[T]) -> std::io::Result<()> {
    match target {
        Target::None | Target::Otlp(_) => Ok(()),
        Target::Stdout => write_lines(&mut std::io::stdout().lock(), resource, batch),
        Target::Stderr => write_lines(&mut std::io::stderr().lock(), resource, batch),
        Target::File(file) => {
            let mut line = serde_json::to_vec(&T::request(resource, batch))?;
            line.push(b'\n');
            file.append(&line)
        }
    }
}

fn write_lines<T: Record>(
    out: &mut dyn std::io::Write,
    resource: &Resource,
    batch: &[T],
) -> std::io::Result<()> {
    for line in T::lines(T::request(resource, batch)) {
        writeln!(out, "{line}")?;
    }
    out.flush()
}
