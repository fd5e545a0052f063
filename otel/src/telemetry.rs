//! Installing tracing, and taking it down again.

use std::sync::Arc;
use std::time::Duration;

use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider, SpanData, TracerProviderBuilder};
use tracing::Dispatch;
use tracing_subscriber::Registry;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;

use crate::export::{Queue, QueueProcessor, Worker};
use crate::layer::span_layer;
use crate::logs::log_layer;
use crate::processor::Adapter;
use crate::settings::State;
use crate::tracer::Tracer;
use crate::{Counters, Settings, SpanProcessor, counters, propagation};

/// The running telemetry of the process. Clones are handles of the same.
#[derive(Clone, Debug, Default)]
pub struct Telemetry {
    export: Option<Arc<Export>>,
}

#[derive(Debug)]
struct Export {
    queue: Arc<Queue<SpanData>>,
    worker: Worker<SpanData>,
}

/// How a shutdown went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShutdownReport {
    /// Whether every queued span was handled before the deadline.
    pub complete: bool,
    /// The counters at the end.
    pub counters: Counters,
}

/// Telemetry to be installed, with parts of the caller's own.
#[derive(Debug, Default)]
pub struct Builder {
    processors: Vec<Box<dyn SpanProcessor>>,
}

/// Begins to put telemetry together: the extension point for processors of ended spans.
pub fn builder() -> Builder {
    Builder::default()
}

impl Builder {
    /// Adds a processor. With one, spans are made even where nothing exports them, unless tracing is disabled.
    #[must_use]
    pub fn with_span_processor(mut self, processor: impl SpanProcessor + 'static) -> Self {
        self.processors.push(Box::new(processor));
        self
    }

    /// Installs it, as [`init`] does.
    pub fn init(self, settings: Settings) -> Telemetry {
        install(settings, self.processors)
    }
}

/// Installs the global subscriber. Never fails: problems are a warning on standard error, and tracing off.
///
/// Call it once, at the start of the process. A second call leaves the first subscriber in place.
pub fn init(settings: Settings) -> Telemetry {
    install(settings, Vec::new())
}

fn install(settings: Settings, processors: Vec<Box<dyn SpanProcessor>>) -> Telemetry {
    let isolated = settings.isolated;
    let (telemetry, dispatch, warning) = build_with(settings, processors, std::io::stderr);
    if tracing::dispatcher::set_global_default(dispatch).is_err() {
        tracing::warn!("tracing is installed already; these settings are not used");
        return Telemetry::default();
    }
    if isolated {
        propagation::isolate();
    }
    if let Some(warning) = warning {
        tracing::warn!("{warning}");
    }
    telemetry
}

/// The parts of [`init`] without the global state, the log going to a writer.
#[cfg(test)]
pub(crate) fn build<W>(settings: Settings, log: W) -> (Telemetry, Dispatch, Option<String>)
where
    W: for<'writer> MakeWriter<'writer> + Send + Sync + 'static,
{
    build_with(settings, Vec::new(), log)
}

pub(crate) fn build_with<W>(
    mut settings: Settings,
    processors: Vec<Box<dyn SpanProcessor>>,
    log: W,
) -> (Telemetry, Dispatch, Option<String>)
where
    W: for<'writer> MakeWriter<'writer> + Send + Sync + 'static,
{
    if !processors.is_empty() && settings.state == State::Off && !settings.disabled {
        settings.state = State::Correlate;
    }
    let provider = || {
        let adapters = processors.into_iter().map(Adapter);
        adapters.fold(provider(&settings), TracerProviderBuilder::with_span_processor)
    };
    let mut telemetry = Telemetry::default();
    let mut warning = None;
    let logs = settings.log.clone();
    let tracer = match settings.state {
        State::Off => Tracer::PassThrough,
        State::Correlate => recording(provider(), &settings),
        State::Export => match export(provider(), &settings) {
            Ok((export, tracer)) => {
                telemetry.export = Some(Arc::new(export));
                tracer
            }
            Err(error) => {
                warning =
                    Some(format!("the export thread cannot be started ({error}); no spans are exported"));
                Tracer::PassThrough
            }
        },
    };
    // The span layer stands first: it looks for its own data through the registry alone.
    let subscriber = Registry::default().with(span_layer(tracer)).with(log_layer(&logs, log));
    (telemetry, Dispatch::new(subscriber), warning)
}

fn export(provider: TracerProviderBuilder, settings: &Settings) -> std::io::Result<(Export, Tracer)> {
    let queue = Arc::new(Queue::new(settings.limits));
    let provider = provider.with_span_processor(QueueProcessor(Arc::clone(&queue)));
    let tracer = recording(provider, settings);
    let worker = Worker::start(settings.target.clone(), settings.resource.clone(), Arc::clone(&queue))?;
    Ok((Export { queue, worker }, tracer))
}

fn recording(provider: TracerProviderBuilder, settings: &Settings) -> Tracer {
    Tracer::Recording(provider.build().tracer(crate::otlp::SCOPE), settings.span_limits.value_length)
}

fn provider(settings: &Settings) -> TracerProviderBuilder {
    let sampling = settings.sampling;
    let root = if sampling.ratio >= 1.0 {
        Sampler::AlwaysOn
    } else if sampling.ratio <= 0.0 {
        Sampler::AlwaysOff
    } else {
        Sampler::TraceIdRatioBased(sampling.ratio)
    };
    let sampler = if sampling.parent_based { Sampler::ParentBased(Box::new(root)) } else { root };
    // The resource is written by the encoder; the SDK would run detectors for it.
    SdkTracerProvider::builder()
        .with_sampler(sampler)
        // Both would be read from the environment, past the settings.
        .with_span_limits(settings.span_limits.into())
        .with_resource(opentelemetry_sdk::Resource::builder_empty().build())
}

impl Telemetry {
    /// Exports what is queued; returns when that is done or at the deadline.
    pub async fn flush(&self, deadline: Duration) {
        if let Some(export) = &self.export {
            export.worker.flush(deadline).await;
        }
    }

    /// Exports what is queued and stops; returns when that is done or at the deadline.
    ///
    /// End open spans first: one that ends later is counted as dropped.
    pub async fn shutdown(self, deadline: Duration) -> ShutdownReport {
        let complete = match &self.export {
            Some(export) => export.worker.stop(deadline).await,
            None => true,
        };
        ShutdownReport { complete, counters: self.counters() }
    }

    /// The counters now.
    pub fn counters(&self) -> Counters {
        self.export.as_ref().map_or_else(
            || Counters { refused_parents: counters::refused_parents(), ..Counters::default() },
            |export| export.queue.counters(),
        )
    }
}
