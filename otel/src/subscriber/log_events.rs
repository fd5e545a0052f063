//! Log events: records with a name and attributes, for what operators count and search. They are no log lines, and
//! `RUST_LOG` does not decide over them.

use std::sync::Arc;

use jiff::Timestamp;
use opentelemetry::Key;
use opentelemetry::logs::{AnyValue, LogRecord as _, Logger as _, LoggerProvider as _, Severity};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::logs::{SdkLogger, SdkLoggerProvider};
use tracing::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::registry::LookupSpan;

use crate::export::{LogEntry, Queue, QueueLogs};
use crate::{EventSettings, Value, attr};

/// The instrumentation scope of log events, as the reference has it.
const SCOPE: &str = "codex_otel.log_only";

/// Where log events go, of the subscriber that was current. Keep it for a piece of work, not for ever.
#[derive(Clone, Debug)]
pub struct LogEvents {
    logger: SdkLogger,
    settings: EventSettings,
}

impl LogEvents {
    /// The one of the current subscriber; `None` where log events are not exported.
    pub fn current() -> Option<Self> {
        tracing::dispatcher::get_default(|dispatch| {
            dispatch.downcast_ref::<Kept>().map(|kept| kept.0.clone())
        })
    }

    /// What stands in events.
    pub fn settings(&self) -> EventSettings {
        self.settings
    }

    /// Sends an event with the ids of the span that is current.
    pub fn emit(&self, name: &'static str, attributes: impl IntoIterator<Item = (&'static str, Value)>) {
        let mut record = self.logger.create_log_record();
        record.set_severity_number(Severity::Info);
        record.set_severity_text(Severity::Info.name());
        record.set_event_name(name);
        record.add_attribute(Key::from_static_str(attr::EVENT_NAME), name);
        for (key, value) in attributes {
            record.add_attribute(Key::from_static_str(key), AnyValue::from(value));
        }
        record.add_attribute(Key::from_static_str(attr::EVENT_TIMESTAMP), format!("{:.3}", Timestamp::now()));
        self.logger.emit(record);
    }
}

impl From<Value> for AnyValue {
    fn from(value: Value) -> Self {
        match value {
            Value::Str(text) => Self::String(text.into()),
            Value::I64(number) => Self::Int(number),
            Value::F64(number) | Value::Exact(number) => Self::Double(number),
            Value::Bool(truth) => Self::Boolean(truth),
            Value::StrList(list) => {
                Self::ListAny(Box::new(list.into_iter().map(|text| Self::String(text.into())).collect()))
            }
        }
    }
}

/// A provider of loggers into a queue.
pub(super) fn logger_provider(queue: &Arc<Queue<LogEntry>>) -> SdkLoggerProvider {
    // The resource belongs to the exporter; the SDK would run detectors for it.
    SdkLoggerProvider::builder()
        .with_log_processor(QueueLogs(Arc::clone(queue)))
        .with_resource(Resource::builder_empty().build())
        .build()
}

/// A layer that does nothing but keep the logger of log events.
pub(crate) fn log_events_layer<S>(
    queue: &Arc<Queue<LogEntry>>,
    settings: EventSettings,
) -> impl Layer<S> + use<S>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    // A layer without a filter would turn on everything.
    Kept(LogEvents { logger: logger_provider(queue).logger(SCOPE), settings }).with_filter(LevelFilter::OFF)
}

struct Kept(LogEvents);

impl<S: Subscriber> Layer<S> for Kept {}
