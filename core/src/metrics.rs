//! What the core measures: model requests and their tokens, turns, loaded threads.

use std::{borrow::Cow, time::Duration};

use codex_otel::metrics::{Counted, Counter, Histogram, Timer, UpDownCounter};
use codex_otel::{Value, attr};

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

/// Milliseconds, for the parts of a turn.
const PARTS: &[f64] =
    &[0.1, 1.0, 5.0, 10.0, 50.0, 100.0, 500.0, 1_000.0, 5_000.0, 10_000.0, 30_000.0, 60_000.0, 300_000.0];

static MODEL_CALLS: Histogram =
    Histogram::new("gen_ai.client.operation.duration", "s", "Time of a model request", MODEL);
static MODEL_TOKENS: Histogram =
    Histogram::new("gen_ai.client.token.usage", "{token}", "Tokens of a model request", TOKENS);
static COST: Counter =
    Counter::new("codex.cost.usd", "USD", "Cost of model requests by the configured prices");
static TURNS: Histogram = Histogram::new("codex.turn.duration", "s", "Time of a turn", LONG);
/// A histogram for each part of a turn's time, under the name that it has on the span.
static TURN_TIMES: [(&str, Histogram); 7] = [
    turn_time(attr::CODEX_TURN_TIME_MODEL_MS, "Time of a turn that the model took"),
    turn_time(attr::CODEX_TURN_TIME_TOOL_MS, "Time of a turn that tools took"),
    turn_time(attr::CODEX_TURN_TIME_APPROVAL_MS, "Time of a turn that a human was waited for"),
    turn_time(attr::CODEX_TURN_TIME_RETRY_WAIT_MS, "Time of a turn between attempts at a model"),
    turn_time(attr::CODEX_TURN_TIME_QUEUE_MS, "Time of a turn that it waited to go on"),
    turn_time(attr::CODEX_TURN_TIME_STORE_MS, "Time of a turn that reading and writing it took"),
    turn_time(attr::CODEX_TURN_TIME_OTHER_MS, "Time of a turn beside all these"),
];
static LOADED: Histogram =
    Histogram::new("codex.thread.loaded.duration", "s", "Time that a thread was loaded", LONG);
static ACTIVE_TURNS: UpDownCounter = UpDownCounter::new("codex.turn.active", "{turn}", "Running turns");
static ACTIVE_THREADS: UpDownCounter =
    UpDownCounter::new("codex.thread.active", "{thread}", "Loaded threads");

const fn turn_time(name: &'static str, description: &'static str) -> (&'static str, Histogram) {
    (name, Histogram::new(name, "ms", description, PARTS))
}

/// A turn that runs while this lives.
#[derive(Debug)]
pub(crate) struct RunningTurn {
    kind: &'static str,
    timer: Timer,
    _counted: Counted,
}

/// A turn begins to run; `kind` is the word that stands on its span.
#[must_use]
pub(crate) fn running_turn(kind: &'static str) -> RunningTurn {
    RunningTurn { kind, timer: Timer::start(), _counted: ACTIVE_TURNS.count([]) }
}

impl RunningTurn {
    /// The turn has ended; `status` is the word that stands on its span, `times` are the parts of its time by the names that
    /// they have there.
    pub(crate) fn end(
        &self,
        status: &'static str,
        times: impl IntoIterator<Item = (&'static str, Duration)>,
    ) {
        let Some(lasted) = self.timer.elapsed() else { return };
        let kind = (attr::CODEX_TURN_KIND, Value::from(self.kind));
        TURNS.record(lasted.as_secs_f64(), [kind.clone(), (attr::CODEX_TURN_STATUS, status.into())]);
        for (name, time) in times {
            if let Some((_, part)) = TURN_TIMES.iter().find(|(part, _)| *part == name)
                && !time.is_zero()
            {
                part.record(time.as_secs_f64() * 1000.0, [kind.clone()]);
            }
        }
    }
}

/// A thread that is loaded while this lives. How long it was is measured when this is dropped.
#[derive(Debug)]
pub(crate) struct LoadedThread {
    timer: Timer,
    _counted: Counted,
}

/// A thread is loaded.
#[must_use]
pub(crate) fn loaded_thread() -> LoadedThread {
    LoadedThread { timer: Timer::start(), _counted: ACTIVE_THREADS.count([]) }
}

impl Drop for LoadedThread {
    fn drop(&mut self) {
        if let Some(lasted) = self.timer.elapsed() {
            LOADED.record(lasted.as_secs_f64(), []);
        }
    }
}

/// What is known of a model request at its end.
#[derive(Clone, Debug)]
pub(crate) struct ModelCall<'a> {
    /// `gen_ai.provider.name`.
    pub(crate) provider: &'a str,
    /// `gen_ai.request.model`.
    pub(crate) model: &'a str,
    /// `error.type` of a failure.
    pub(crate) error: Option<Cow<'static, str>>,
    /// Input and output tokens, where the model reported them.
    pub(crate) tokens: Option<(u64, u64)>,
    /// What it cost in US dollars, where its price is known.
    pub(crate) cost: Option<f64>,
}

/// A model request has ended.
pub(crate) fn model_call(timer: Timer, call: &ModelCall<'_>) {
    let Some(lasted) = timer.elapsed() else { return };
    let attributes = || {
        let error = call.error.clone().map(|error| (attr::ERROR_TYPE, Value::from(error)));
        let known = [
            (attr::GEN_AI_OPERATION_NAME, "chat".into()),
            (attr::GEN_AI_PROVIDER_NAME, call.provider.to_owned().into()),
            (attr::GEN_AI_REQUEST_MODEL, call.model.to_owned().into()),
        ];
        known.into_iter().chain(error)
    };
    if let Some((input, output)) = call.tokens {
        for (kind, tokens) in [("input", input), ("output", output)] {
            let kind = (attr::GEN_AI_TOKEN_TYPE, kind.into());
            MODEL_TOKENS.record(tokens as f64, attributes().chain([kind]));
        }
    }
    if let Some(cost) = call.cost {
        COST.add(cost, attributes());
    }
    MODEL_CALLS.record(lasted.as_secs_f64(), attributes());
}
