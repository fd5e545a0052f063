//! The log on standard error: text or JSON, with the trace and span id of the span a line was written in.

use std::fmt;
use std::io::Write;
use std::time::{SystemTime, UNIX_EPOCH};

use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, TraceContextExt};
use serde_json::{Map, Value, json};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::filter::{EnvFilter, FilterExt};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::FormatTime;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, MakeWriter};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::{Layer, fmt as fmt_layer};

use super::layer::NotOurSpans;
use crate::settings::LogSettings;

/// The log layer over a writer. Directives that cannot be read are left out, with a warning on the writer.
pub(crate) fn log_layer<S, W>(settings: &LogSettings, writer: W) -> impl Layer<S>
where
    S: Subscriber + for<'span> LookupSpan<'span> + Send + Sync,
    W: for<'writer> MakeWriter<'writer> + Send + Sync + 'static,
{
    let filter = filter(settings, &writer);
    fmt_layer::layer()
        .with_ansi(false)
        .with_writer(writer)
        .event_format(Format { json: settings.json })
        .with_filter(filter.and(NotOurSpans))
}

/// The filter of the log.
pub(crate) fn filter<W>(settings: &LogSettings, writer: &W) -> EnvFilter
where
    W: for<'writer> MakeWriter<'writer>,
{
    EnvFilter::try_new(&settings.filter).unwrap_or_else(|error| {
        let _ = writeln!(writer.make_writer(), "RUST_LOG cannot be read ({error}); logging warnings");
        EnvFilter::new("warn")
    })
}

/// The format of a line.
struct Format {
    json: bool,
}

impl<S, N> FormatEvent<S, N> for Format
where
    S: Subscriber + for<'span> LookupSpan<'span>,
    N: for<'writer> FormatFields<'writer> + 'static,
{
    fn format_event(&self, _: &FmtContext<'_, S, N>, mut out: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        Context::map_current(|cx| {
            if cx.is_telemetry_suppressed() {
                // The export thread: what its HTTP client says is not logged.
                return Ok(());
            }
            let span = cx.span();
            let context = Some(span.span_context()).filter(|context| context.is_valid());
            if self.json { line_json(&mut out, event, context) } else { line_text(&mut out, event, context) }
        })
    }
}

fn line_text(out: &mut Writer<'_>, event: &Event<'_>, context: Option<&SpanContext>) -> fmt::Result {
    let metadata = event.metadata();
    fmt_layer::time::SystemTime.format_time(out)?;
    write!(out, " {:>5} {}:", metadata.level(), metadata.target())?;
    let mut fields = TextFields { out, result: Ok(()) };
    event.record(&mut fields);
    fields.result?;
    if let Some(context) = context {
        write!(out, " trace_id={} span_id={}", context.trace_id(), context.span_id())?;
    }
    writeln!(out)
}

fn line_json(out: &mut Writer<'_>, event: &Event<'_>, context: Option<&SpanContext>) -> fmt::Result {
    let metadata = event.metadata();
    let mut line = Map::new();
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    line.insert("time_unix_nano".to_owned(), json!(since.as_nanos().to_string()));
    line.insert("level".to_owned(), json!(metadata.level().as_str()));
    line.insert("target".to_owned(), json!(metadata.target()));
    event.record(&mut JsonFields(&mut line));
    if let Some(context) = context {
        line.insert("trace_id".to_owned(), json!(context.trace_id().to_string()));
        line.insert("span_id".to_owned(), json!(context.span_id().to_string()));
    }
    writeln!(out, "{}", Value::Object(line))
}

/// Writes fields as ` key=value`, the message first and bare. Control characters of values are escaped, so that a value
/// can forge no line.
struct TextFields<'a, 'writer> {
    out: &'a mut Writer<'writer>,
    result: fmt::Result,
}

impl Visit for TextFields<'_, '_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "message" {
            self.record_debug(field, &format_args!("{value}"));
        } else {
            self.record_debug(field, &value);
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if self.result.is_err() {
            return;
        }
        let text = format!("{value:?}");
        self.result = self.out.write_char(' ').and_then(|()| {
            if field.name() != "message" {
                write!(self.out, "{}=", field.name())?;
            }
            text.chars().try_for_each(|char| {
                if char.is_control() {
                    write!(self.out, "{}", char.escape_default())
                } else {
                    self.out.write_char(char)
                }
            })
        });
    }
}

/// Collects fields as members of an object.
struct JsonFields<'a>(&'a mut Map<String, Value>);

impl JsonFields<'_> {
    fn put(&mut self, field: &Field, value: Value) {
        self.0.insert(field.name().to_owned(), value);
    }
}

impl Visit for JsonFields<'_> {
    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, json!(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, json!(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, json!(value));
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, json!(value));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, json!(value));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, json!(format!("{value:?}")));
    }
}
