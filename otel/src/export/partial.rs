//! Partial success: what a collector says it did not take of a batch that it accepted.
//!
//! The stock exporters only log it. A layer reads that event, which is made on the export thread while a batch is
//! being exported, and leaves it for the worker on that thread.

use std::cell::RefCell;
use std::fmt;

use tracing::field::{Field, Visit};
use tracing::subscriber::Interest;
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::{Context, Filter};
use tracing_subscriber::registry::LookupSpan;

thread_local! {
    static LAST: RefCell<Option<PartialSuccess>> = const { RefCell::new(None) };
}

/// The longest message of a collector that is shown.
const LONGEST_MESSAGE: usize = 200;

/// What the collector said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct PartialSuccess {
    pub(super) refused: u64,
    pub(super) message: String,
}

/// What was said on this thread since the last look.
pub(super) fn take() -> Option<PartialSuccess> {
    LAST.take()
}

/// The layer.
pub(crate) fn partial_success_layer<S>() -> impl Layer<S>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    Reading.with_filter(OfExporters)
}

struct OfExporters;

fn is_partial_success(metadata: &Metadata<'_>) -> bool {
    metadata.target() == "opentelemetry-otlp" && metadata.name().ends_with(".PartialSuccess")
}

impl<S> Filter<S> for OfExporters {
    fn enabled(&self, metadata: &Metadata<'_>, _: &Context<'_, S>) -> bool {
        is_partial_success(metadata)
    }

    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        if is_partial_success(metadata) { Interest::always() } else { Interest::never() }
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::WARN)
    }
}

struct Reading;

impl<S: Subscriber> Layer<S> for Reading {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut said = PartialSuccess::default();
        event.record(&mut said);
        LAST.set(Some(said));
    }
}

impl Visit for PartialSuccess {
    fn record_i64(&mut self, field: &Field, value: i64) {
        if field.name().starts_with("rejected_") {
            self.refused = value.try_into().unwrap_or(0);
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "error_message" {
            self.message = value.chars().take(LONGEST_MESSAGE).collect();
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn fmt::Debug) {}
}

impl fmt::Display for PartialSuccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.refused {
            0 => f.write_str("the collector has a warning")?,
            refused => write!(f, "the collector refused {refused} of a batch")?,
        }
        if self.message.is_empty() { Ok(()) } else { write!(f, ": {:?}", self.message) }
    }
}
