//! Log lines as records: the layer that puts them into the queue of the export thread.

use std::fmt::{self, Write};
use std::sync::Arc;
use std::time::SystemTime;

use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, TraceContextExt};
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{EnvFilter, FilterExt};
use tracing_subscriber::registry::LookupSpan;

use super::layer::NotOurSpans;
use crate::Value;
use crate::export::Queue;
use crate::export::otlp::unix_nanos;

/// A log line.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct LogRecord {
    /// Nanoseconds since 1970.
    pub(crate) time: u64,
    pub(crate) level: Level,
    /// The message.
    pub(crate) body: String,
    /// The target, and the fields beside the message.
    pub(crate) attributes: Vec<(&'static str, Value)>,
    /// The span that the line was written in.
    pub(crate) context: Option<SpanContext>,
}

impl LogRecord {
    /// `SeverityNumber`: the first of each range.
    pub(crate) fn severity(&self) -> u8 {
        match self.level {
            Level::TRACE => 1,
            Level::DEBUG => 5,
            Level::INFO => 9,
            Level::WARN => 13,
            Level::ERROR => 17,
        }
    }
}

/// The layer: what the filter of the log lets through goes into the queue.
pub(crate) fn record_layer<S>(filter: EnvFilter, queue: Arc<Queue<LogRecord>>) -> impl Layer<S>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    Records(queue).with_filter(filter.and(NotOurSpans))
}

struct Records(Arc<Queue<LogRecord>>);

impl<S: Subscriber> Layer<S> for Records {
    fn on_event(&self, event: &Event<'_>, _: tracing_subscriber::layer::Context<'_, S>) {
        let context = Context::map_current(|cx| {
            // The export thread: what its HTTP client says would never end.
            (!cx.is_telemetry_suppressed()).then(|| cx.span().span_context().clone())
        });
        let Some(context) = context else { return };
        let metadata = event.metadata();
        let mut fields =
            Fields { body: String::new(), attributes: vec![("log.target", metadata.target().into())] };
        event.record(&mut fields);
        self.0.push(LogRecord {
            time: unix_nanos(SystemTime::now()),
            level: *metadata.level(),
            body: fields.body,
            attributes: fields.attributes,
            context: Some(context).filter(SpanContext::is_valid),
        });
    }
}

/// Collects fields; the message becomes the body.
struct Fields {
    body: String,
    attributes: Vec<(&'static str, Value)>,
}

impl Fields {
    fn put(&mut self, field: &Field, value: impl Into<Value>) {
        self.attributes.push((field.name(), value.into()));
    }
}

impl Visit for Fields {
    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "message" {
            self.body.push_str(value);
        } else {
            self.put(field, value.to_owned());
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            // Writing to a string cannot fail.
            let _ = write!(self.body, "{value:?}");
        } else {
            self.put(field, format!("{value:?}"));
        }
    }
}
