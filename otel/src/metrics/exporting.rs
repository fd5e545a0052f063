//! What the export of spans measures of itself, by the names of the conventions for SDKs.

use std::sync::Arc;

use opentelemetry::KeyValue;
use opentelemetry::metrics::Meter;
use opentelemetry_sdk::trace::SpanData;

use crate::attr;
use crate::export::Queue;

/// Lets the meter read the counters of a queue of spans whenever it is collected.
pub(crate) fn observe(meter: &Meter, spans: &Arc<Queue<SpanData>>) {
    let queue = Arc::clone(spans);
    let _ = meter
        .i64_observable_up_down_counter("otel.sdk.processor.span.queue.size")
        .with_unit("{span}")
        .with_description("Spans that wait to be exported")
        .with_callback(move |observer| observer.observe(queue.counters().queued.cast_signed(), &[]))
        .build();
    let queue = Arc::clone(spans);
    let _ = meter
        .u64_observable_counter("otel.sdk.exporter.span.exported")
        .with_unit("{span}")
        .with_description("Spans that were exported, or could not be")
        .with_callback(move |observer| {
            let counters = queue.counters();
            observer.observe(counters.exported, &[]);
            observer.observe(counters.failed, &[KeyValue::new(attr::ERROR_TYPE, "_OTHER")]);
        })
        .build();
    let queue = Arc::clone(spans);
    let _ = meter
        .u64_observable_counter("otel.sdk.processor.span.processed")
        .with_unit("{span}")
        .with_description("Spans that were dropped before they were exported")
        .with_callback(move |observer| {
            let dropped = queue.counters().dropped;
            observer.observe(dropped, &[KeyValue::new(attr::ERROR_TYPE, "queue_full")]);
        })
        .build();
}
