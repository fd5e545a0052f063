//! Tests of metrics: names, units, buckets, and both encodings against the stock message types.

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::metrics::v1::{
    AggregationTemporality, metric::Data as ProtoData, number_data_point,
};
use prost::Message;

use super::*;
use crate::export::Record;
use crate::settings::Resource;

fn filled() -> Snapshot {
    let registry = Registry::new();
    let second = Duration::from_secs(1);
    registry.call(Call { method: "turn/start", transport: "stdio", code: None }, second);
    registry.call(Call { method: "_OTHER", transport: "unix", code: Some(-32601) }, second / 1000);
    let model = Model { provider: "openai".to_owned(), asked_for: "m".to_owned(), error: None };
    registry.model(model, 2 * second, Some((100, 7)));
    registry.turn(Turn { kind: "user", status: "completed" }, 3 * second);
    registry.unloaded(second);
    registry.add(Active::Connection("stdio"), 1);
    registry.add(Active::Turn, 1);
    registry.add(Active::Turn, -1);
    registry.snapshot(&Counters { exported: 5, dropped: 2, failed: 1, queued: 3, ..Counters::default() })
}

#[test]
fn the_instruments_have_the_names_and_units_of_the_conventions() {
    let snapshot = filled();
    let named: Vec<_> = snapshot.metrics.iter().map(|metric| (metric.name, metric.unit)).collect();
    let expected = [
        ("rpc.server.call.duration", "s"),
        ("gen_ai.client.operation.duration", "s"),
        ("gen_ai.client.token.usage", "{token}"),
        ("codex.turn.duration", "s"),
        ("codex.thread.loaded.duration", "s"),
        ("app_server.connection.active", "{connection}"),
        ("app_server.request.active", "{request}"),
        ("codex.thread.active", "{thread}"),
        ("codex.turn.active", "{turn}"),
        ("otel.sdk.processor.span.queue.size", "{span}"),
        ("otel.sdk.exporter.span.exported", "{span}"),
        ("otel.sdk.processor.span.processed", "{span}"),
    ];
    assert_eq!(named, expected);
}

#[test]
fn protobuf_is_read_by_the_stock_types() {
    let snapshot = filled();
    let body = Snapshot::protobuf(&Resource::of_process(), std::slice::from_ref(&snapshot));
    let request = ExportMetricsServiceRequest::decode(&body[..]).unwrap();
    let of_resource = &request.resource_metrics[0];
    assert_eq!(of_resource.resource.as_ref().unwrap().attributes[0].key, "service.name");
    let metrics = &of_resource.scope_metrics[0].metrics;
    assert_eq!(metrics.len(), snapshot.metrics.len());
    let Some(ProtoData::Histogram(calls)) = &metrics[0].data else { panic!("{:?}", metrics[0]) };
    assert_eq!(calls.aggregation_temporality, AggregationTemporality::Cumulative as i32);
    let failed = calls.data_points.iter().find(|point| point.attributes.len() > 3).unwrap();
    assert_eq!(
        (failed.count, failed.sum, failed.min, failed.max),
        (1, Some(0.001), Some(0.001), Some(0.001))
    );
    assert_eq!((failed.bucket_counts.len(), failed.bucket_counts[0]), (15, 1));
    assert_eq!(failed.explicit_bounds.len(), 14);
    assert_eq!((failed.start_time_unix_nano, failed.time_unix_nano), (snapshot.start, snapshot.time));
    let keys: Vec<_> = failed.attributes.iter().map(|pair| pair.key.as_str()).collect();
    let expected =
        ["rpc.system.name", "rpc.method", "rpc.transport", "error.type", "rpc.response.status_code"];
    assert_eq!(keys, expected);
    let sum = |name: &str| {
        let metric = metrics.iter().find(|metric| metric.name == name).unwrap();
        let Some(ProtoData::Sum(sum)) = &metric.data else { panic!("{metric:?}") };
        let values: Vec<_> = sum.data_points.iter().map(|point| point.value.unwrap()).collect();
        (sum.is_monotonic, values)
    };
    let ints =
        |list: &[i64]| list.iter().map(|value| number_data_point::Value::AsInt(*value)).collect::<Vec<_>>();
    assert_eq!(sum("otel.sdk.exporter.span.exported"), (true, ints(&[5, 1])));
    assert_eq!(sum("app_server.connection.active"), (false, ints(&[1, 0, 0])));
    assert_eq!(sum("codex.turn.active"), (false, ints(&[0])));
}

#[test]
fn json_says_the_same() {
    let body = Snapshot::json(&Resource::default(), &[filled()]);
    let metrics = &body["resourceMetrics"][0]["scopeMetrics"][0]["metrics"];
    assert_eq!(metrics[2]["name"], "gen_ai.client.token.usage");
    let point = &metrics[2]["histogram"]["dataPoints"][0];
    assert_eq!((&point["count"], &point["sum"]), (&"1".into(), &100.0.into()));
    assert_eq!(point["attributes"][3]["value"]["stringValue"], "input");
    assert_eq!(metrics[8]["sum"]["dataPoints"][0]["asInt"], "0");
    assert_eq!(metrics[10]["sum"]["isMonotonic"], true);
}

#[test]
fn without_an_exporter_nothing_is_counted_and_no_clock_is_read() {
    assert!(CURRENT.get().is_none(), "no unit test may install the registry of the process");
    assert!(Timer::start().0.is_none() && connection("stdio").0.is_none());
    rpc_call(Timer::start(), "m", "stdio", None);
    assert_eq!(snapshot(&Counters::default()), None);
}
