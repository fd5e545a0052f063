//! Installing telemetry: from settings to the subscriber of the process and its export threads.

use std::io;
use std::sync::Arc;

use opentelemetry::trace::TracerProvider;
use opentelemetry_appender_tracing::layer::OpenTelemetryTracingBridge;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider, SpanData, TracerProviderBuilder};
use tracing::{Dispatch, Subscriber};
use tracing_subscriber::filter::FilterExt;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::{EnvFilter, Layer, Registry};

use super::layer::{NotOurSpans, span_layer, tracer_layer};
use super::log_events::{log_events_layer, logger_provider};
use super::logs::{filter, log_layer};
use super::processor::{Adapter, SpanAttributes};
use super::sampler::StateSampler;
use super::telemetry::Export;
use crate::export::{LogEntry, Queue, QueueProcessor, Record, Target, Worker, partial_success_layer};
use crate::metrics::{self, Meters};
use crate::settings::{Pipeline, State};
use crate::span::{SCOPE, Tracer};
use crate::{Settings, SpanProcessor, Telemetry, propagation, settings};

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
        let members = settings.tracestate.clone();
        let Built { telemetry, dispatch, meters, warnings } = build(settings, self.processors, io::stderr);
        if tracing::dispatcher::set_global_default(dispatch).is_err() {
            tracing::warn!("tracing is installed already; these settings are not used");
            return Telemetry::default();
        }
        if isolated {
            settings::isolate();
        }
        propagation::configure(members);
        if captures {
            settings::capture();
        }
        if let Some(meters) = &meters {
            metrics::install(meters);
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
    /// What measures, where metrics are exported.
    pub(crate) meters: Option<Meters>,
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
    let own = SpanAttributes::new(&settings.span_attributes);
    let provider = processors
        .into_iter()
        .map(Adapter)
        .fold(provider(&settings).with_span_processor(own), TracerProviderBuilder::with_span_processor);
    let mut telemetry = Telemetry::default();
    let tracer = match settings.state {
        State::Off => Tracer::PassThrough,
        State::Correlate => recording(provider, &settings),
        State::Export => match export::<SpanData>(&settings.traces, &settings.resource) {
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
    if !settings.logs.targets.is_empty() {
        match export(&settings.logs, &settings.resource) {
            Ok(export) => telemetry.logs = Some(Arc::new(export)),
            Err(error) => started("log records", error),
        }
    }
    if settings.log_events == settings.logs {
        telemetry.log_events.clone_from(&telemetry.logs);
    } else if !settings.log_events.targets.is_empty() {
        match export(&settings.log_events, &settings.resource) {
            Ok(export) => telemetry.log_events = Some(Arc::new(export)),
            Err(error) => started("log events", error),
        }
    }
    let mut meters = None;
    if !settings.metrics.targets.is_empty() {
        let measured = Meters::new(settings.resource.clone(), settings.measuring);
        match collecting(&settings.metrics, measured.clone()) {
            Ok(export) => {
                telemetry.metrics = Some(Arc::new(export));
                if let Some(spans) = &telemetry.spans {
                    metrics::observe(&measured.meter(), &spans.queue);
                }
                meters = Some(measured);
            }
            Err(error) => started("metrics", error),
        }
    }
    let records =
        telemetry.logs.as_ref().map(|export| record_layer(filter(&settings.log, &log), &export.queue));
    let events = telemetry.log_events.as_ref().map(|export| log_events_layer(&export.queue, settings.events));
    let pipelines = [&settings.traces, &settings.logs, &settings.log_events, &settings.metrics];
    let partial = pipelines
        .iter()
        .any(|pipeline| matches!(pipeline.targets.first(), Some(Target::Otlp(_))))
        .then(partial_success_layer);
    // The span layer stands first: it looks for its own data through the registry alone.
    let subscriber = Registry::default()
        .with(span_layer(tracer.clone()))
        .with(tracer_layer(tracer))
        .with(log_layer(&settings.log, log))
        .with(records)
        .with(events)
        .with(partial);
    Built { telemetry, dispatch: Dispatch::new(subscriber), meters, warnings }
}

/// The layer that makes log records: what the filter of the log lets through, with the ids of the span it is in.
///
/// It takes events alone. What is said while exporting is suppressed by the SDK.
fn record_layer<S>(filter: EnvFilter, queue: &Arc<Queue<LogEntry>>) -> impl Layer<S>
where
    S: Subscriber + for<'span> LookupSpan<'span> + Send + Sync,
{
    OpenTelemetryTracingBridge::new(&logger_provider(queue)).with_filter(filter.and(NotOurSpans))
}

fn export<T: Record>(pipeline: &Pipeline, resource: &Resource) -> io::Result<Export<T>> {
    let queue = Arc::new(Queue::new(pipeline.limits));
    let worker = Worker::start(pipeline.targets.clone(), resource.clone(), Arc::clone(&queue))?;
    Ok(Export { queue, worker })
}

fn collecting(pipeline: &Pipeline, meters: Meters) -> io::Result<Export<ResourceMetrics>> {
    let queue = Arc::new(Queue::new(pipeline.limits));
    // The collection has the resource in it.
    let resource = Resource::builder_empty().build();
    let worker = Worker::start_periodic(pipeline.targets.clone(), resource, Arc::clone(&queue), move || {
        meters.collect()
    })?;
    Ok(Export { queue, worker })
}

fn recording(provider: TracerProviderBuilder, settings: &Settings) -> Tracer {
    Tracer::Recording(provider.build().tracer(SCOPE), settings.span_limits.value_length)
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
    let sampler = StateSampler { sampler, shows_state: !settings.tracestate.is_empty() };
    // The resource belongs to the exporter; the SDK would run detectors for it.
    SdkTracerProvider::builder()
        .with_sampler(sampler)
        // Both would be read from the environment, past the settings.
        .with_span_limits(settings.span_limits.into())
        .with_resource(Resource::builder_empty().build())
}
