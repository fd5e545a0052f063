//! From the SDK into the queues: ended spans and emitted log records.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use opentelemetry::logs::LogRecord as _;
use opentelemetry::{Context, InstrumentationScope};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::logs::{LogProcessor, SdkLogRecord};
use opentelemetry_sdk::trace::{Span, SpanData, SpanProcessor};

use super::Queue;

/// Moves ended spans into the queue.
#[derive(Debug)]
pub(crate) struct QueueProcessor(pub(crate) Arc<Queue<SpanData>>);

impl SpanProcessor for QueueProcessor {
    fn on_start(&self, _: &mut Span, _: &Context) {}

    fn on_end(&self, span: SpanData) {
        if span.span_context.is_sampled() {
            self.0.push(span);
        }
    }

    /// Flushing has a deadline and belongs to [`Telemetry::flush`](crate::Telemetry::flush).
    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

/// A log record with the scope that it was emitted in.
pub(crate) type LogEntry = (SdkLogRecord, InstrumentationScope);

/// Copies emitted log records into the queue.
#[derive(Debug)]
pub(crate) struct QueueLogs(pub(crate) Arc<Queue<LogEntry>>);

impl LogProcessor for QueueLogs {
    fn emit(&self, record: &mut SdkLogRecord, scope: &InstrumentationScope) {
        if record.timestamp().is_none() {
            record.set_timestamp(SystemTime::now());
        }
        self.0.push((record.clone(), scope.clone()));
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}
