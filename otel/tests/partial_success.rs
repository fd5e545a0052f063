//! Partial success: what a collector refused of a batch that it took is counted, and its words are in the log.

use std::time::Duration;

use codex_otel::metrics::Counter;
use codex_otel::{Flags, Kind, OtelConfig, OwnedSpan, Parent, Settings, Status, init, span};
use opentelemetry_proto::tonic::collector::metrics::v1::{
    ExportMetricsPartialSuccess, ExportMetricsServiceResponse,
};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTracePartialSuccess, ExportTraceServiceResponse,
};
use prost::Message;
use test_kit::{Answer, Collector};

const SOON: Duration = Duration::from_secs(20);

static COST: Counter = Counter::new("cost", "{USD}", "What it cost");

/// The answer that each signal gets, over the protocol that it is sent by.
fn answer(path: &str) -> Answer {
    let message = "too\nold".to_owned();
    if path.ends_with("TraceService/Export") {
        let partial = ExportTracePartialSuccess { rejected_spans: 2, error_message: message };
        let answer = ExportTraceServiceResponse { partial_success: Some(partial) };
        return Answer::Grpc(0, answer.encode_to_vec().into());
    }
    if path == "/v1/logs" {
        let body = r#"{"partialSuccess":{"rejectedLogRecords":"1","errorMessage":"too\nold"}}"#;
        return Answer::Http(200, vec![("content-type", "application/json".to_owned())], body.into());
    }
    // Nothing was refused, and the collector has something to say all the same.
    let partial = ExportMetricsPartialSuccess { rejected_data_points: 0, error_message: message };
    let answer = ExportMetricsServiceResponse { partial_success: Some(partial) };
    Answer::Http(200, Vec::new(), answer.encode_to_vec().into())
}

#[tokio::test]
async fn refused_records_are_counted_on_every_protocol() {
    let collector = Collector::scripted(|received| answer(&received.path)).await.unwrap();
    let url = collector.url();
    let env = |name: &str| {
        let value = match name {
            "OTEL_TRACES_EXPORTER" | "OTEL_METRICS_EXPORTER" | "OTEL_LOGS_EXPORTER" => "otlp",
            "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL" => "grpc",
            "OTEL_EXPORTER_OTLP_LOGS_PROTOCOL" => "http/json",
            "OTEL_EXPORTER_OTLP_ENDPOINT" => &url,
            _ => return None,
        };
        Some(value.to_owned())
    };
    let (settings, warnings) = Settings::resolve(&Flags::default(), &env, &OtelConfig::default());
    assert_eq!(warnings, [""; 0]);
    let telemetry = init(settings);
    COST.add(1.0, []);
    tracing::warn!("one record");
    for _ in 0..5 {
        OwnedSpan::start(span!("r", name = "r", kind = Kind::Server), Parent::Root).end(Status::Unset);
    }
    let report = telemetry.clone().shutdown(SOON).await;
    assert!(report.complete);
    let spans = report.counters;
    assert_eq!((spans.exported, spans.failed), (3, 2));
    let said = "the collector refused 2 of a batch: \"too\\nold\"";
    assert!(spans.last_error.as_ref().is_some_and(|error| error.contains(said)), "{spans:?}");
    let logs = telemetry.log_counters().unwrap();
    // The warnings of the refusals are log records too, where they came before the end.
    assert_eq!(logs.failed, 1, "{logs:?}");
    let metrics = telemetry.metric_counters().unwrap();
    assert_eq!((metrics.exported, metrics.failed), (1, 0));
    assert!(metrics.last_error.is_some_and(|error| error.contains("has a warning: \"too\\nold\"")));
}
