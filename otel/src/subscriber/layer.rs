//! The span layer: what of tracing becomes an OpenTelemetry span.

use tracing::subscriber::Interest;
use tracing::{Level, Metadata, Subscriber};
use tracing_opentelemetry::OpenTelemetryLayer;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::{Context, Filter};
use tracing_subscriber::registry::LookupSpan;

use crate::TARGET;
use crate::span::Tracer;

/// The layer over a tracer: spans of our own target and nothing else.
///
/// Location, thread and busy/idle attributes are off: they cost time, and `thread.id` would mean two things.
pub(crate) fn span_layer<S>(tracer: Tracer) -> impl Layer<S>
where
    S: Subscriber + for<'span> LookupSpan<'span> + Send + Sync,
{
    OpenTelemetryLayer::new(tracer)
        .with_location(false)
        .with_threads(false)
        .with_tracked_inactivity(false)
        .with_target(false)
        .with_level(false)
        .with_error_events_to_status(false)
        .with_error_events_to_exceptions(false)
        .with_error_fields_to_exceptions(false)
        .with_error_records_to_exceptions(false)
        .with_filter(OurSpans)
}

/// A layer that does nothing but keep the tracer, for [`tracer`].
pub(crate) fn tracer_layer<S>(tracer: Tracer) -> impl Layer<S>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    // A layer without a filter would turn on everything.
    Kept(tracer).with_filter(LevelFilter::OFF)
}

struct Kept(Tracer);

impl<S: Subscriber> Layer<S> for Kept {}

/// The tracer of the subscriber that is current.
pub(crate) fn tracer() -> Option<Tracer> {
    tracing::dispatcher::get_default(|dispatch| dispatch.downcast_ref::<Kept>().map(|kept| kept.0.clone()))
}

/// Whether tracing metadata is that of a span of ours.
fn is_our_span(metadata: &Metadata<'_>) -> bool {
    metadata.is_span() && metadata.target() == TARGET
}

/// Takes our spans. An event never passes: one `error!` inside a span would set the span's status, and its fields,
/// secrets included, would be exported.
struct OurSpans;

impl<S> Filter<S> for OurSpans {
    fn enabled(&self, metadata: &Metadata<'_>, _: &Context<'_, S>) -> bool {
        is_our_span(metadata)
    }

    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        if is_our_span(metadata) { Interest::always() } else { Interest::never() }
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::from_level(Level::INFO))
    }
}

/// Takes everything but our spans: log lines need only the OpenTelemetry context of them.
pub(crate) struct NotOurSpans;

impl<S> Filter<S> for NotOurSpans {
    fn enabled(&self, metadata: &Metadata<'_>, _: &Context<'_, S>) -> bool {
        !is_our_span(metadata)
    }

    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        if is_our_span(metadata) { Interest::never() } else { Interest::always() }
    }
}
