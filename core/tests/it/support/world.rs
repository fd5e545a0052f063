//! A server without a wire: an agent, a thread, its events, the spans.

use std::{
    future::Future,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use codex_core::{
    Agent, CodexThread, Config, EventSink, ForkError, ForkThread, ResumeThread, StartThread, SubscriberId,
    ThreadRef,
};
use codex_otel::{EventSettings, Kind, OwnedSpan, Parent, RecordedSpan, Recorder, Status, span};
use codex_protocol::{Event, EventMsg, SettingsChange, ThreadId, Turn, UserInput, UserTurn, W3cTraceContext};
use tempfile::TempDir;
use test_kit::model::Model;
use tokio::sync::mpsc;
use tracing::Instrument;

/// After which a test hangs.
const TEST_TIMEOUT: Duration = Duration::from_secs(30);

/// An agent, a thread, its events, the spans.
pub(crate) struct World {
    pub(crate) agent: Arc<Agent>,
    pub(crate) thread: Arc<CodexThread>,
    pub(crate) recorder: Recorder,
    pub(crate) home: TempDir,
    /// What answers unless a test brings a model of its own.
    pub(crate) scenes: Arc<Model>,
    events: mpsc::UnboundedReceiver<Event>,
}

struct Sink(mpsc::UnboundedSender<Event>);

impl EventSink for Sink {
    fn emit(&self, _: ThreadId, event: &Event) {
        // A test that has seen enough has dropped the other side.
        let _: Result<(), _> = self.0.send(event.clone());
    }
}

/// Runs a test on a runtime of its own, with the demo provider and the settings given (`key=value`).
pub(crate) fn run<F: Future<Output = ()>>(settings: &[&str], test: impl FnOnce(World) -> F) {
    run_under(Recorder::install(), settings, TEST_TIMEOUT, test);
}

/// As [`run`], for a test that does much.
pub(crate) fn run_for<F: Future<Output = ()>>(limit: Duration, test: impl FnOnce(World) -> F) {
    run_under(Recorder::install(), &[], limit, test);
}

/// As [`run`], with log events.
pub(crate) fn run_with_events<F: Future<Output = ()>>(
    settings: EventSettings,
    test: impl FnOnce(World) -> F,
) {
    run_under(Recorder::install_with_events(settings), &[], TEST_TIMEOUT, test);
}

/// As [`run`], under a recorder of the caller's choice.
fn run_under<F: Future<Output = ()>>(
    recorder: Recorder,
    settings: &[&str],
    limit: Duration,
    test: impl FnOnce(World) -> F,
) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let world = World::new(recorder, settings).await;
        // A test may take apart its world, and keep only what it looks at.
        let _scenes = Arc::clone(&world.scenes);
        tokio::time::timeout(limit, test(world)).await.expect("the test hangs");
    });
}

impl World {
    /// A world with tracing off.
    pub(crate) fn run_untraced<F: Future<Output = ()>>(settings: &[&str], test: impl FnOnce(Self) -> F) {
        run_under(Recorder::install_off(), settings, TEST_TIMEOUT, test);
    }

    /// A world in the current runtime.
    pub(crate) async fn new(recorder: Recorder, settings: &[&str]) -> Self {
        let home = tempfile::tempdir().unwrap();
        let scenes = Arc::new(Model::of_scenes().await);
        let agent = agent(home.path(), &scenes, settings);
        let (thread, events) = thread(&agent, home.path(), StartThread::default()).await;
        Self { agent, thread, recorder, home, scenes, events }
    }

    /// Gives this world another agent and another thread.
    pub(crate) async fn restart_with(&mut self, settings: &[&str], start: StartThread) {
        self.agent = agent(self.home.path(), &self.scenes, settings);
        (self.thread, self.events) = thread(&self.agent, self.home.path(), start).await;
    }

    /// Gives this world another agent, on which that thread is loaded again.
    pub(crate) async fn resume(&mut self, settings: &[&str], id: ThreadId) {
        self.agent.unload(id).await;
        self.agent = agent(self.home.path(), &self.scenes, settings);
        let resume = ResumeThread { thread: ThreadRef::Id(id), with: StartThread::default() };
        (self.thread, _) = self.agent.resume(resume).await.unwrap();
        let (tx, events) = mpsc::unbounded_channel();
        self.thread.subscribe(SubscriberId(1), Arc::new(Sink(tx)));
        self.events = events;
    }

    /// Adds items to what the model sees.
    pub(crate) async fn inject(&self, items: Vec<serde_json::Value>) {
        self.thread.inject(items).await.unwrap();
    }

    /// Another agent over the same folder, as after a restart.
    pub(crate) fn restarted(&self) -> Arc<Agent> {
        agent(self.home.path(), &self.scenes, &[])
    }

    /// Starts a turn.
    pub(crate) async fn start(&self, prompt: &str) -> Turn {
        self.thread.start_turn(text(prompt)).await.unwrap()
    }

    /// Starts a turn from inside a request span under that parent, which has ended when this returns.
    pub(crate) async fn start_from(&self, parent: Option<&W3cTraceContext>, prompt: &str) -> Turn {
        let request = request(parent);
        let turn = self.start(prompt).instrument(request.span().clone()).await;
        request.end(Status::Unset);
        turn
    }

    /// Runs a turn to its end and returns what happened.
    pub(crate) async fn turn(&mut self, prompt: &str) -> Vec<EventMsg> {
        self.start(prompt).await;
        self.rest().await
    }

    /// What happens up to the end of the turn.
    pub(crate) async fn rest(&mut self) -> Vec<EventMsg> {
        self.until(|msg| matches!(msg, EventMsg::TurnCompleted(_))).await
    }

    /// What happens up to the first event that fits, which comes last.
    pub(crate) async fn until(&mut self, fits: impl Fn(&EventMsg) -> bool) -> Vec<EventMsg> {
        let mut seen = Vec::new();
        while let Some(event) = self.events.recv().await {
            seen.push(event.msg);
            if seen.last().is_some_and(&fits) {
                return seen;
            }
        }
        panic!("the thread closed first: {seen:?}");
    }

    /// Waits until the turn's stream shows text.
    pub(crate) async fn first_word(&mut self) -> Vec<EventMsg> {
        self.until(|msg| matches!(msg, EventMsg::AgentMessageDelta(_))).await
    }

    /// What has happened and was not looked at yet.
    pub(crate) fn pending(&mut self) -> Vec<EventMsg> {
        std::iter::from_fn(|| self.events.try_recv().ok()).map(|event| event.msg).collect()
    }

    /// The thread's rollout.
    pub(crate) fn rollout(&self) -> String {
        std::fs::read_to_string(self.thread.info().path.unwrap()).unwrap()
    }
}

async fn thread(
    agent: &Agent,
    home: &Path,
    start: StartThread,
) -> (Arc<CodexThread>, mpsc::UnboundedReceiver<Event>) {
    let mut start = start;
    start.settings.cwd.get_or_insert_with(|| home.to_owned());
    let thread = agent.start_thread(start).await.unwrap();
    let (tx, events) = mpsc::unbounded_channel();
    thread.subscribe(SubscriberId(1), Arc::new(Sink(tx)));
    (thread, events)
}

/// A copy of a thread.
pub(crate) async fn copied(world: &World, fork: ForkThread) -> Result<Arc<CodexThread>, ForkError> {
    let (copy, ()) = world.agent.fork(fork, |_| async { Ok::<_, ForkError>(()) }).await?;
    Ok(copy)
}

/// A thread that works in that folder.
pub(crate) fn in_folder(cwd: impl Into<PathBuf>) -> StartThread {
    let settings = SettingsChange { cwd: Some(cwd.into()), ..SettingsChange::default() };
    StartThread { settings, ..StartThread::default() }
}

pub(crate) fn agent(home: &Path, scenes: &Model, settings: &[&str]) -> Arc<Agent> {
    Agent::new(config(home, scenes, settings))
}

/// A configuration in which that model answers.
pub(crate) fn config(home: &Path, scenes: &Model, settings: &[&str]) -> Config {
    let url = scenes.setting();
    let own = [
        url.as_str(),
        "model_provider=demo",
        "model=demo-model",
        "model_providers.demo.request_max_retries=0",
        "model_providers.demo.stream_max_retries=0",
        // What whoever runs the tests has in their login scripts must not matter.
        "allow_login_shell=false",
    ];
    let settings = own.iter().chain(settings).map(|setting| {
        let (key, value) = setting.split_once('=').unwrap();
        (key.to_owned(), value.to_owned())
    });
    Config::load(home, &settings.collect::<Vec<_>>()).unwrap()
}

/// A request's span, as a server would open it.
pub(crate) fn request(parent: Option<&W3cTraceContext>) -> OwnedSpan {
    OwnedSpan::start(
        span!("app_server.request", name = "turn/start", kind = Kind::Server),
        Parent::Carrier(parent),
    )
}

/// The context of a caller in another process.
pub(crate) fn remote() -> W3cTraceContext {
    W3cTraceContext {
        traceparent: Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".to_owned()),
        tracestate: Some("vendor=value".to_owned()),
    }
}

/// A turn with that text.
pub(crate) fn text(prompt: &str) -> UserTurn {
    UserTurn { input: vec![UserInput::text(prompt)], ..UserTurn::default() }
}

/// An attribute of a span that is text; empty where there is none.
pub(crate) fn attribute(span: &RecordedSpan, key: &str) -> String {
    let value = span.attributes.iter().find(|(name, _)| name == key).map(|(_, value)| value);
    value.and_then(|value| value.as_str()).unwrap_or_default().to_owned()
}
