//! Installing telemetry: from settings to the subscriber of the process and its export threads.

use std::io;
use std::sync::Arc;

use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider, SpanData, TracerProviderBuilder};
use tracing::Dispatch;
use tracing_subscriber::Registry;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;

use super::log_record::{LogRecord, record_layer};
use super::logs::{filter, log_layer};
use super::processor::Adapter;
use super::span_layer;
use super::telemetry::Export;
use crate::export::{Queue, QueueProcessor, Target, Worker};
use crate::metrics::{self, Snapshot};
use crate::settings::Resource;
use crate::settings::{Pipeline, State};
use crate::span::Tracer;
use crate::{Counters, Settings, SpanProcessor, Telemetry, settings};

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

    /// Installs the global subscriber. Never fails: problems are a warning on standard error, and tracing off.
    ///
    /// Call it once, at the start of the process. A second call leaves the first subscriber in place.
    pub fn init(self, settings: Settings) -> Telemetry {
        let (isolated, captures) = (settings.isolated, settings.log_user_prompt);
        let Built { telemetry, dispatch, warnings } = build(settings, self.processors, io::stderr);
        if tracing::dispatcher::set_global_default(dispatch).is_err() {
            tracing::warn!("tracing is installed already; these settings are not used");
            return Telemetry::default();
        }
        if isolated {
            settings::isolate();
        }
        if captures {
            settings::capture();
        }
        if telemetry.metrics.is_some() {
            metrics::install();
        }
        for warning in warnings {
            tracing::warn!("{warning}");
        }
        telemetry
    }
}

/// Installs telemetry without parts of the caller's own, see [`Builder::init`].
pub fn init(settings: Settings) -> Telemetry {
    builder().init(settings)
}

/// The parts of [`init`] without the global state.
pub(crate) struct Built {
    pub(crate) telemetry: Telemetry,
    pub(crate) dispatch: Dispatch,
    pub(crate) warnings: Vec<String>,
}

/// Builds telemetry, its log going to a writer.
pub(crate) fn build<W>(mut settings: Settings, processors: Vec<Box<dyn SpanProcessor>>, log: W) -> Built
where
    W: for<'writer> MakeWriter<'writer> + Send + Sync + 'static,
{
    if !processors.is_empty() && settings.state == State::Off && !settings.disabled {
        settings.state = State::Correlate;
    }
    let mut warnings = Vec::new();
    // Without its thread a signal is as good as off.
    let mut started = |what: &str, error: io::Error| {
        warnings.push(format!("the export thread cannot be started ({error}); no {what} are exported"));
    };
    let provider = processors
        .into_iter()
        .map(Adapter)
        .fold(provider(&settings), TracerProviderBuilder::with_span_processor);
    let mut telemetry = Telemetry::default();
    let tracer = match settings.state {
        State::Off => Tracer::PassThrough,
        State::Correlate => recording(provider, &settings),
        State::Export => match spans(&settings) {
            Ok(export) => {
                let processor = QueueProcessor(Arc::clone(&export.queue));
                telemetry.spans = Some(Arc::new(export));
                recording(provider.with_span_processor(processor), &settings)
            }
            Err(error) => {
                started("spans", error);
                Tracer::PassThrough
            }
        },
    };
    if settings.logs.target != Target::None {
        match logs(&settings.logs, &settings.resource) {
            Ok(export) => telemetry.logs = Some(Arc::new(export)),
            Err(error) => started("log records", error),
        }
    }
    if settings.metrics.target != Target::None {
        let of_spans = telemetry.spans.as_ref().map(|export| Arc::clone(&export.queue));
        match collecting(&settings.metrics, &settings.resource, of_spans) {
            Ok(export) => telemetry.metrics = Some(Arc::new(export)),
            Err(error) => started("metrics", error),
        }
    }
    let records = telemetry
        .logs
        .as_ref()
        .map(|export| record_layer(filter(&settings.log, &log), Arc::clone(&export.queue)));
    // The span layer stands first: it looks for its own data through the registry alone.
    let subscriber =
        Registry::default().with(span_layer(tracer)).with(log_layer(&settings.log, log)).with(records);
    Built { telemetry, dispatch: Dispatch::new(subscriber), warnings }
}

fn spans(settings: &Settings) -> io::Result<Export<SpanData>> {
    let queue = Arc::new(Queue::new(settings.limits));
    let worker = Worker::start(settings.target.clone(), settings.resource.clone(), Arc::clone(&queue))?;
    Ok(Export { queue, worker })
}

fn logs(pipeline: &Pipeline, resource: &Resource) -> io::Result<Export<LogRecord>> {
    let queue = Arc::new(Queue::new(pipeline.limits));
    let worker = Worker::start(pipeline.target.clone(), resource.clone(), Arc::clone(&queue))?;
    Ok(Export { queue, worker })
}

fn collecting(
    pipeline: &Pipeline,
    resource: &Resource,
    of_spans: Option<Arc<Queue<SpanData>>>,
) -> io::Result<Export<Snapshot>> {
    let queue = Arc::new(Queue::new(pipeline.limits));
    let collect = move || {
        let counters = of_spans.as_ref().map_or_else(Counters::default, |queue| queue.counters());
        metrics::snapshot(&counters)
    };
    let worker =
        Worker::start_periodic(pipeline.target.clone(), resource.clone(), Arc::clone(&queue), collect)?;
    Ok(Export { queue, worker })
}

fn recording(provider: TracerProviderBuilder, settings: &Settings) -> Tracer {
    Tracer::Recording(provider.build().tracer(crate::export::otlp::SCOPE), settings.span_limits.value_length)
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
