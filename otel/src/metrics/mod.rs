//! Metrics: one function for each thing that is measured. Without an exporter each is a look at one word of memory.
//!
//! The registry is our own (`docs/adr/015-own-metrics.md`). It belongs to the process, as the subscriber does: it is
//! there once [`init`](crate::init) has run with an exporter of metrics.

mod histogram;
mod point;
mod registry;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

pub(crate) use point::{Attributes, Data, Metric, Snapshot};
use registry::{Active, Call, Model, Registry, Turn};

use crate::Counters;

static CURRENT: OnceLock<Registry> = OnceLock::new();

/// Begins to measure.
pub(crate) fn install() {
    CURRENT.get_or_init(Registry::new);
}

/// Everything as it is now.
pub(crate) fn snapshot(spans: &Counters) -> Option<Snapshot> {
    Some(CURRENT.get()?.snapshot(spans))
}

/// The time of something that is measured only where metrics are exported.
#[derive(Clone, Copy, Debug)]
pub struct Timer(Option<Instant>);

impl Timer {
    /// Starts now.
    pub fn start() -> Self {
        Self(CURRENT.get().map(|_| Instant::now()))
    }

    fn stop(self) -> Option<(&'static Registry, Duration)> {
        Some((CURRENT.get()?, self.0?.elapsed()))
    }
}

/// Something that is counted while this lives.
#[derive(Debug)]
pub struct Counted(Option<Active>);

impl Counted {
    fn new(what: Active) -> Self {
        let Some(registry) = CURRENT.get() else { return Self(None) };
        registry.add(what, 1);
        Self(Some(what))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        if let (Some(what), Some(registry)) = (self.0, CURRENT.get()) {
            registry.add(what, -1);
        }
    }
}

/// An open connection, by the name of its transport.
#[must_use]
pub fn connection(transport: &'static str) -> Counted {
    Counted::new(Active::Connection(transport))
}

/// A request that is not answered yet.
#[must_use]
pub fn request() -> Counted {
    Counted::new(Active::Request)
}

/// A turn that begins to run; `kind` is the word that stands on its span.
#[must_use]
pub fn running_turn(kind: &'static str) -> RunningTurn {
    RunningTurn { kind, timer: Timer::start(), _counted: Counted::new(Active::Turn) }
}

/// A turn that runs while this lives.
#[derive(Debug)]
pub struct RunningTurn {
    kind: &'static str,
    timer: Timer,
    _counted: Counted,
}

impl RunningTurn {
    /// The turn has ended; `status` is the word that stands on its span.
    pub fn end(&self, status: &'static str) {
        if let Some((registry, lasted)) = self.timer.stop() {
            registry.turn(Turn { kind: self.kind, status }, lasted);
        }
    }
}

/// A loaded thread. How long it was loaded is measured when this is dropped.
#[must_use]
pub fn loaded_thread() -> LoadedThread {
    LoadedThread { timer: Timer::start(), _counted: Counted::new(Active::Thread) }
}

/// A thread that is loaded while this lives.
#[derive(Debug)]
pub struct LoadedThread {
    timer: Timer,
    _counted: Counted,
}

impl Drop for LoadedThread {
    fn drop(&mut self) {
        if let Some((registry, lasted)) = self.timer.stop() {
            registry.unloaded(lasted);
        }
    }
}

/// A call was answered; `code` is that of an error. `method` must come from the table or be `_OTHER`.
pub fn rpc_call(timer: Timer, method: &'static str, transport: &'static str, code: Option<i64>) {
    if let Some((registry, lasted)) = timer.stop() {
        registry.call(Call { method, transport, code }, lasted);
    }
}

/// What is known of a model request at its end.
#[derive(Clone, Debug)]
pub struct ModelCall<'a> {
    /// `gen_ai.provider.name`.
    pub provider: &'a str,
    /// `gen_ai.request.model`.
    pub model: &'a str,
    /// `error.type` of a failure.
    pub error: Option<Cow<'static, str>>,
    /// Input and output tokens, where the model told them.
    pub tokens: Option<(u64, u64)>,
}

/// A model request has ended.
pub fn model_call(timer: Timer, call: ModelCall<'_>) {
    if let Some((registry, lasted)) = timer.stop() {
        let model = Model {
            provider: call.provider.to_owned(),
            asked_for: call.model.to_owned(),
            error: call.error.map(Cow::into_owned),
        };
        registry.model(model, lasted, call.tokens);
    }
}
