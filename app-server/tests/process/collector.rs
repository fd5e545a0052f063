//! The collector that the servers export to, and questions about the spans that arrived.

use codex_otel::{Sink, SpanRecord, tree};
use test_kit::{Log, within};

/// Receives what the servers of a test export.
pub(crate) struct Collector(Sink);

impl Collector {
    pub(crate) async fn start() -> Self {
        Self(Sink::start().await.expect("loopback has a free port"))
    }

    pub(crate) fn url(&self) -> String {
        self.0.url()
    }

    /// What has arrived.
    pub(crate) fn spans(&self) -> Spans {
        Spans(self.0.spans())
    }

    /// Waits until what has arrived is enough.
    pub(crate) async fn wait(&self, what: &str, log: &Log, enough: impl Fn(&Spans) -> bool) -> Spans {
        let arrived = self.0.wait_for(|spans| enough(&Spans(spans.to_vec())));
        let evidence = || format!("{}{}", self.spans().drawn(), log.evidence());
        Spans(within(what, arrived, evidence).await)
    }
}

/// Spans that arrived, in order of arrival.
#[derive(Clone, Debug)]
pub(crate) struct Spans(Vec<SpanRecord>);

impl Spans {
    pub(crate) fn all(&self) -> &[SpanRecord] {
        &self.0
    }

    /// The spans of that exported name.
    pub(crate) fn named(&self, name: &str) -> Vec<&SpanRecord> {
        self.0.iter().filter(|span| span.name == name).collect()
    }

    /// Whether one of that name has arrived.
    pub(crate) fn has(&self, name: &str) -> bool {
        !self.named(name).is_empty()
    }

    /// The one span of that name.
    #[track_caller]
    pub(crate) fn one(&self, name: &str) -> &SpanRecord {
        let found = self.named(name);
        assert_eq!(found.len(), 1, "spans named `{name}` in\n{}", self.drawn());
        found[0]
    }

    /// For the message of a failed test.
    pub(crate) fn drawn(&self) -> String {
        format!("--- spans\n{}", tree::draw(&self.0, tree::Style::default()))
    }
}

/// A turn's span, whatever its kind.
pub(crate) const TURN: &str = "turn user";
