//! Tests of the other signals over the same path: log records, and metrics collected at each flush.

use std::io::Read;

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use prost::Message;

use super::tests::{SOON, collector, one, start, to};
use super::{Limits, Protocol, Target};
use crate::settings::{LogSettings, Pipeline, State};
use crate::subscriber::{Built, build};
use crate::{Settings, Status};

fn logging(target: Target, filter: &str) -> Built {
    let settings = Settings {
        state: State::Correlate,
        logs: Pipeline { targets: vec![target], limits: Limits::default() },
        log: LogSettings { filter: filter.to_owned(), json: false },
        ..Settings::default()
    };
    build(settings, Vec::new(), std::io::sink)
}

#[tokio::test]
async fn log_records_arrive_with_the_ids_of_their_span() {
    for (protocol, path) in [
        (Protocol::Protobuf, "/v1/logs"),
        (Protocol::Json, "/v1/logs"),
        (Protocol::Grpc, "/opentelemetry.proto.collector.logs.v1.LogsService/Export"),
    ] {
        let (address, mut inbox) = collector(protocol, &[]).await;
        let url = if protocol == Protocol::Grpc {
            format!("http://{address}")
        } else {
            format!("http://{address}/v1/logs")
        };
        let Built { telemetry, dispatch, .. } = logging(to(protocol, url), "info");
        let trace = tracing::dispatcher::with_default(&dispatch, || {
            let span = one("r");
            span.span().in_scope(|| tracing::warn!(answer = 42, "inside"));
            tracing::debug!("filtered");
            let trace = span.trace_id().expect("it records");
            span.end(Status::Unset);
            trace
        });
        let report = telemetry.clone().shutdown(SOON).await;
        assert!(report.complete);
        let counters = telemetry.log_counters().expect("log records are exported");
        assert_eq!((counters.exported, counters.failed, counters.dropped), (1, 0, 0), "{protocol:?}");
        let received = inbox.recv().await.expect("it has arrived");
        assert_eq!(received.path, path);
        if protocol == Protocol::Json {
            let body: serde_json::Value = serde_json::from_slice(&received.body).unwrap();
            let record = &body["resourceLogs"][0]["scopeLogs"][0]["logRecords"][0];
            assert_eq!((&record["traceId"], &record["severityNumber"]), (&trace.into(), &13.into()));
            assert_eq!(record["body"]["stringValue"], "inside");
            continue;
        }
        let message = if protocol == Protocol::Grpc { &received.body[5..] } else { &received.body[..] };
        let request = ExportLogsServiceRequest::decode(message).unwrap();
        let record = &request.resource_logs[0].scope_logs[0].log_records[0];
        let id = <[u8; 16]>::try_from(&record.trace_id[..]).unwrap();
        let hex = opentelemetry::trace::TraceId::from_bytes(id).to_string();
        assert_eq!((hex, record.span_id.len()), (trace, 8));
        assert_eq!((record.severity_number, record.severity_text.as_str()), (13, "WARN"));
        let body = record.body.as_ref().unwrap().value.clone();
        assert_eq!(body, Some(Value::StringValue("inside".to_owned())));
        let answer = record.attributes.iter().find(|pair| pair.key == "answer").unwrap();
        assert_eq!(answer.value.as_ref().unwrap().value, Some(Value::IntValue(42)));
    }
}

#[tokio::test]
async fn what_is_said_while_exporting_is_no_log_record() {
    let (address, _inbox) = collector(Protocol::Protobuf, &[]).await;
    let Built { telemetry, dispatch, .. } =
        logging(to(Protocol::Protobuf, format!("http://{address}/v1/logs")), "trace");
    tracing::dispatcher::with_default(&dispatch, || {
        let _suppressed = opentelemetry::Context::enter_telemetry_suppressed_scope();
        tracing::error!("from the HTTP client");
    });
    telemetry.flush(SOON).await;
    assert_eq!(telemetry.log_counters().unwrap().exported, 0);
}

#[tokio::test]
async fn compressed_bodies_hold_the_same_spans_in_every_protocol() {
    for protocol in [Protocol::Protobuf, Protocol::Json, Protocol::Grpc] {
        let (address, mut inbox) = collector(protocol, &[]).await;
        let Target::Otlp(mut destination) = to(protocol, format!("http://{address}")) else { unreachable!() };
        destination.gzip = true;
        let (telemetry, dispatch, _) = start(Target::Otlp(destination), Limits::default());
        tracing::dispatcher::with_default(&dispatch, || one("r").end(Status::Unset));
        assert_eq!(telemetry.shutdown(SOON).await.counters.exported, 1);
        let received = inbox.recv().await.expect("it has arrived");
        let (header, compressed) = match protocol {
            // The flag of the frame says that the message is compressed.
            Protocol::Grpc => ("grpc-encoding", received.body.strip_prefix(&[1]).map(|frame| &frame[4..])),
            _ => ("content-encoding", Some(&received.body[..])),
        };
        assert_eq!(received.headers[header], "gzip");
        let mut body = Vec::new();
        flate2::read::GzDecoder::new(compressed.unwrap()).read_to_end(&mut body).unwrap();
        let name = if protocol == Protocol::Json {
            crate::otlp_json::read(&body).unwrap().remove(0).name
        } else {
            let request = ExportTraceServiceRequest::decode(&body[..]).unwrap();
            request.resource_spans[0].scope_spans[0].spans[0].name.clone()
        };
        assert_eq!(name, "r", "{protocol:?}");
        assert!(compressed.unwrap().len() < body.len() / 2);
    }
}
