//! The instruments of the server, and what they hold at one time.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use super::histogram::{Family, Key};
use super::point::{Attributes, Data, Metric, Snapshot, SumPoint};
use crate::export::otlp::unix_nanos;
use crate::{Counters, Value, attr};

/// Seconds, for calls (RPC conventions).
const CALL: &[f64] = &[0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];
/// Seconds, for models (conventions for generative AI).
const MODEL: &[f64] =
    &[0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
/// Tokens (conventions for generative AI).
const TOKENS: &[f64] = &[
    1.0,
    4.0,
    16.0,
    64.0,
    256.0,
    1_024.0,
    4_096.0,
    16_384.0,
    65_536.0,
    262_144.0,
    1_048_576.0,
    4_194_304.0,
    16_777_216.0,
    67_108_864.0,
];
/// Seconds, for turns and loaded threads.
const LONG: &[f64] = &[0.1, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1_800.0, 3_600.0];

/// Something that is counted while it lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Active {
    Connection(&'static str),
    Request,
    Turn,
    Thread,
}

/// Every instrument.
#[derive(Debug)]
pub(super) struct Registry {
    start: SystemTime,
    calls: Family<Call>,
    models: Family<Model>,
    tokens: Family<Tokens>,
    turns: Family<Turn>,
    loaded: Family<()>,
    connections: [(&'static str, AtomicI64); 3],
    requests: AtomicI64,
    active_turns: AtomicI64,
    threads: AtomicI64,
}

/// A call of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Call {
    pub(super) method: &'static str,
    pub(super) transport: &'static str,
    pub(super) code: Option<i64>,
}

impl Key for Call {
    fn attributes(&self) -> Attributes {
        let mut list = vec![
            (attr::RPC_SYSTEM_NAME, Value::from("jsonrpc")),
            (attr::RPC_METHOD, self.method.into()),
            (attr::RPC_TRANSPORT, self.transport.into()),
        ];
        if let Some(code) = self.code {
            list.push((attr::ERROR_TYPE, code.to_string().into()));
            list.push((attr::RPC_RESPONSE_STATUS_CODE, code.to_string().into()));
        }
        list
    }
}

/// A request to a model.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Model {
    pub(super) provider: String,
    pub(super) asked_for: String,
    pub(super) error: Option<String>,
}

impl Key for Model {
    fn attributes(&self) -> Attributes {
        let mut list = vec![
            (attr::GEN_AI_OPERATION_NAME, Value::from("chat")),
            (attr::GEN_AI_PROVIDER_NAME, self.provider.clone().into()),
            (attr::GEN_AI_REQUEST_MODEL, self.asked_for.clone().into()),
        ];
        list.extend(self.error.clone().map(|error| (attr::ERROR_TYPE, error.into())));
        list
    }
}

/// Tokens of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Tokens(Model, &'static str);

impl Key for Tokens {
    fn attributes(&self) -> Attributes {
        let mut list = self.0.attributes();
        list.push((attr::GEN_AI_TOKEN_TYPE, self.1.into()));
        list
    }
}

/// A turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Turn {
    pub(super) kind: &'static str,
    pub(super) status: &'static str,
}

impl Key for Turn {
    fn attributes(&self) -> Attributes {
        vec![(attr::CODEX_TURN_KIND, self.kind.into()), (attr::CODEX_TURN_STATUS, self.status.into())]
    }
}

impl Key for () {
    fn attributes(&self) -> Attributes {
        Vec::new()
    }
}

impl Registry {
    pub(super) fn new() -> Self {
        Self {
            start: SystemTime::now(),
            calls: Family::new(CALL),
            models: Family::new(MODEL),
            tokens: Family::new(TOKENS),
            turns: Family::new(LONG),
            loaded: Family::new(LONG),
            connections: ["stdio", "websocket", "unix"].map(|name| (name, AtomicI64::new(0))),
            requests: AtomicI64::new(0),
            active_turns: AtomicI64::new(0),
            threads: AtomicI64::new(0),
        }
    }

    pub(super) fn call(&self, call: Call, lasted: Duration) {
        self.calls.record(call, lasted.as_secs_f64());
    }

    pub(super) fn model(&self, model: Model, lasted: Duration, tokens: Option<(u64, u64)>) {
        if let Some((input, output)) = tokens {
            self.tokens.record(Tokens(model.clone(), "input"), input as f64);
            self.tokens.record(Tokens(model.clone(), "output"), output as f64);
        }
        self.models.record(model, lasted.as_secs_f64());
    }

    pub(super) fn turn(&self, turn: Turn, lasted: Duration) {
        self.turns.record(turn, lasted.as_secs_f64());
    }

    pub(super) fn unloaded(&self, lasted: Duration) {
        self.loaded.record((), lasted.as_secs_f64());
    }

    /// Counts up or down.
    pub(super) fn add(&self, what: Active, by: i64) {
        let counter = match what {
            Active::Connection(transport) => {
                let Some((_, counter)) = self.connections.iter().find(|(name, _)| *name == transport) else {
                    return;
                };
                counter
            }
            Active::Request => &self.requests,
            Active::Turn => &self.active_turns,
            Active::Thread => &self.threads,
        };
        counter.fetch_add(by, Ordering::Relaxed);
    }

    /// Everything as it is now; `spans` is what the export of spans has counted.
    pub(super) fn snapshot(&self, spans: &Counters) -> Snapshot {
        let histograms = [
            ("rpc.server.call.duration", "s", "Time from a request to its answer", CALL, self.calls.points()),
            ("gen_ai.client.operation.duration", "s", "Time of a model request", MODEL, self.models.points()),
            (
                "gen_ai.client.token.usage",
                "{token}",
                "Tokens of a model request",
                TOKENS,
                self.tokens.points(),
            ),
            ("codex.turn.duration", "s", "Time of a turn", LONG, self.turns.points()),
            (
                "codex.thread.loaded.duration",
                "s",
                "Time that a thread was loaded",
                LONG,
                self.loaded.points(),
            ),
        ];
        let mut metrics: Vec<Metric> = histograms
            .into_iter()
            .filter(|(.., points)| !points.is_empty())
            .map(|(name, unit, description, bounds, points)| Metric {
                name,
                unit,
                description,
                data: Data::Histogram { bounds, points },
            })
            .collect();
        let now = |counter: &AtomicI64| vec![point(Vec::new(), counter.load(Ordering::Relaxed))];
        let connections = self
            .connections
            .iter()
            .map(|(name, count)| {
                point(vec![(attr::RPC_TRANSPORT, (*name).into())], count.load(Ordering::Relaxed))
            })
            .collect();
        let sums = [
            ("app_server.connection.active", "{connection}", "Open connections", connections),
            ("app_server.request.active", "{request}", "Requests not answered yet", now(&self.requests)),
            ("codex.thread.active", "{thread}", "Loaded threads", now(&self.threads)),
            ("codex.turn.active", "{turn}", "Running turns", now(&self.active_turns)),
            (
                "otel.sdk.processor.span.queue.size",
                "{span}",
                "Spans that wait to be exported",
                vec![point(Vec::new(), spans.queued.cast_signed())],
            ),
        ];
        metrics.extend(sums.map(|(name, unit, description, points)| Metric {
            name,
            unit,
            description,
            data: Data::Sum { monotonic: false, points },
        }));
        metrics.extend(exporting(spans));
        Snapshot { start: unix_nanos(self.start), time: unix_nanos(SystemTime::now()), metrics }
    }
}

/// What became of spans, by the names of the conventions for SDKs.
fn exporting(spans: &Counters) -> [Metric; 2] {
    let failed =
        |kind: &'static str, count: u64| point(vec![(attr::ERROR_TYPE, kind.into())], count.cast_signed());
    let metric = |name, description, points| Metric {
        name,
        unit: "{span}",
        description,
        data: Data::Sum { monotonic: true, points },
    };
    [
        metric(
            "otel.sdk.exporter.span.exported",
            "Spans that were exported, or could not be",
            vec![point(Vec::new(), spans.exported.cast_signed()), failed("_OTHER", spans.failed)],
        ),
        metric(
            "otel.sdk.processor.span.processed",
            "Spans that were dropped before they were exported",
            vec![failed("queue_full", spans.dropped)],
        ),
    ]
}

fn point(attributes: Attributes, value: i64) -> SumPoint {
    SumPoint { attributes, value }
}
