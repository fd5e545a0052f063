//! The in-memory recorder for tests (feature `test`).
//!
//! [`Recorder::install`] records the spans that the calling thread makes, through the same layer and tracer as
//! production, and never touches the global subscriber: tests may run side by side.

use std::sync::Arc;

use expect_test::Expect;
use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};
use tracing::Dispatch;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::Registry;
use tracing_subscriber::layer::SubscriberExt;

use super::processor::{Recording, Store};
use super::{RecordedSpan, keep_callsites_open, render};
use crate::EventSettings;
use crate::export::{Limits, LogEntry, Queue, Record};
use crate::span::Tracer;
use crate::subscriber::{log_events_layer, span_layer, tracer_layer};

/// Records spans in memory while it lives.
#[derive(Debug)]
pub struct Recorder {
    store: Arc<Store>,
    events: Option<Arc<Queue<LogEntry>>>,
    dispatch: Dispatch,
    _guard: DefaultGuard,
}

impl Recorder {
    /// Starts to record the spans that this thread makes; dropping the recorder ends that.
    ///
    /// Use a current-thread runtime, or hand [`dispatch`](Self::dispatch) to other threads.
    #[must_use]
    pub fn install() -> Self {
        Self::recording(None)
    }

    /// The same, with log events: [`log_events`](Self::log_events) gives them.
    #[must_use]
    pub fn install_with_events(settings: EventSettings) -> Self {
        Self::recording(Some(settings))
    }

    fn recording(events: Option<EventSettings>) -> Self {
        let store = Arc::new(Store::default());
        let provider = SdkTracerProvider::builder()
            .with_sampler(Sampler::ParentBased(Box::new(Sampler::AlwaysOn)))
            .with_span_processor(Recording::new(Arc::clone(&store)))
            .build();
        Self::over(store, Tracer::Recording(provider.tracer("codex-otel"), None), events)
    }

    /// Installs the layers of the state "off": nothing is recorded, contexts pass through.
    #[must_use]
    pub fn install_off() -> Self {
        Self::over(Arc::default(), Tracer::PassThrough, None)
    }

    fn over(store: Arc<Store>, tracer: Tracer, events: Option<EventSettings>) -> Self {
        keep_callsites_open();
        let events = events.map(|settings| (settings, Arc::new(Queue::new(Limits::default()))));
        let layer = events.as_ref().map(|(settings, queue)| log_events_layer(queue, *settings));
        let dispatch = Dispatch::new(
            Registry::default().with(span_layer(tracer.clone())).with(tracer_layer(tracer)).with(layer),
        );
        let guard = tracing::dispatcher::set_default(&dispatch);
        Self { store, events: events.map(|(_, queue)| queue), dispatch, _guard: guard }
    }

    /// The log events since the last call, as OTLP/JSON records: `attributes`, `traceId` and the rest.
    pub fn log_events(&self) -> Vec<serde_json::Value> {
        let batches = self.events.iter().flat_map(|queue| std::iter::from_fn(|| queue.take_some()));
        let resource = opentelemetry_sdk::Resource::builder_empty().build();
        batches.flat_map(|batch| LogEntry::lines(LogEntry::request(&resource, &batch))).collect()
    }

    /// The subscriber, for other threads of a test.
    pub fn dispatch(&self) -> Dispatch {
        self.dispatch.clone()
    }

    /// Every span that started, in order of starting. Spans that have not ended have `ended` false.
    pub fn spans(&self) -> Vec<RecordedSpan> {
        self.store.spans()
    }

    /// The spans that have ended, in order of starting.
    pub fn ended(&self) -> Vec<RecordedSpan> {
        self.spans().into_iter().filter(|span| span.ended).collect()
    }

    /// The spans with an exported name.
    pub fn named(&self, name: &str) -> Vec<RecordedSpan> {
        self.spans().into_iter().filter(|span| span.name == name).collect()
    }

    /// The only span with an exported name.
    ///
    /// # Panics
    ///
    /// If there is none, or more than one; the message shows the tree.
    #[track_caller]
    pub fn only(&self, name: &str) -> RecordedSpan {
        let mut spans = self.named(name);
        assert_eq!(spans.len(), 1, "spans called {name}, in\n{}", self.tree());
        spans.remove(0)
    }

    /// Forgets the spans so far.
    pub fn clear(&self) {
        self.store.clear();
    }

    /// The spans as a tree, one line each, without attributes.
    pub fn tree(&self) -> String {
        self.tree_with(&[])
    }

    /// The spans as a tree, one line each: name, kind, status, the attributes asked for.
    ///
    /// Ids are numbered in order of appearance (`#1`, `#2`), so that the text is the same in every run. A span that has
    /// not ended says `open`; siblings stand in order of starting.
    pub fn tree_with(&self, attributes: &[&str]) -> String {
        render::render(&self.spans(), attributes)
    }

    /// Compares the tree with a snapshot.
    #[track_caller]
    #[expect(clippy::needless_pass_by_value, reason = "`expect![[…]]` at the call reads best by value")]
    pub fn check(&self, attributes: &[&str], expect: Expect) {
        expect.assert_eq(&self.tree_with(attributes));
    }
}

/// Runs a script under a fresh recorder and compares the tree of its spans with a snapshot.
#[track_caller]
pub fn check_spans(attributes: &[&str], script: impl FnOnce(&Recorder), expect: Expect) {
    let recorder = Recorder::install();
    script(&recorder);
    recorder.check(attributes, expect);
}
