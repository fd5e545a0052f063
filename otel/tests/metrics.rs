//! Metrics from instruments to a file, in a process whose telemetry is installed.

use std::time::Duration;

use codex_otel::metrics::{Counter, Histogram, Timer, UpDownCounter};
use codex_otel::{FileConfig, Flags, Kind, OtelConfig, OwnedSpan, Parent, Settings, Status, init, span};
use serde_json::Value;

const SOON: Duration = Duration::from_secs(20);

static CALLS: Histogram = Histogram::new("calls.duration", "s", "Time of a call", &[1.0, 2.0]);
static COST: Counter = Counter::new("cost", "{USD}", "What it cost");
static OPEN: UpDownCounter = UpDownCounter::new("open", "{connection}", "Open connections");

#[tokio::test]
async fn what_is_measured_is_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = OtelConfig {
        file: FileConfig { folder: Some(folder.path().to_owned()), ..FileConfig::default() },
        ..OtelConfig::default()
    };
    let env = |name: &str| match name {
        "OTEL_METRICS_EXPORTER" | "OTEL_TRACES_EXPORTER" => Some("file".to_owned()),
        _ => None,
    };
    let (settings, warnings) = Settings::resolve(&Flags::default(), &env, &file);
    assert_eq!(warnings, [""; 0]);
    let telemetry = init(settings);

    assert!(Timer::start().elapsed().is_some());
    let open = OPEN.count([("kind", "any word".into())]);
    for value in [0.5, 1.0, 1.5, 2.0, 2.5, 9.0] {
        CALLS.record(value, [("method", "m".into())]);
    }
    CALLS.record(1.0, [("method", "other".into()), ("code", "7".into())]);
    for key in 0..2_500_i64 {
        COST.add(0.25, [("key", key.into())]);
    }
    OwnedSpan::start(span!("r", name = "r", kind = Kind::Server), Parent::Root).end(Status::Unset);
    telemetry.flush(SOON).await;
    drop(open);
    assert!(telemetry.clone().shutdown(SOON).await.complete);
    assert_eq!(telemetry.metric_counters().unwrap().exported, 2);

    let text = std::fs::read_to_string(folder.path().join("metrics.jsonl")).unwrap();
    let collections: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(collections.len(), 2);
    let metric = |at: usize, name: &str| {
        let metrics = collections[at]["resourceMetrics"][0]["scopeMetrics"][0]["metrics"].as_array().unwrap();
        metrics.iter().find(|metric| metric["name"] == name).cloned().unwrap_or_else(|| panic!("no {name}"))
    };
    let calls = metric(1, "calls.duration");
    assert_eq!((&calls["unit"], &calls["description"]), (&"s".into(), &"Time of a call".into()));
    assert_eq!(calls["histogram"]["aggregationTemporality"], 2, "cumulative");
    let points = calls["histogram"]["dataPoints"].as_array().unwrap();
    assert_eq!(points.len(), 2);
    let point = points.iter().find(|point| point["attributes"].as_array().unwrap().len() == 1).unwrap();
    // A value on a bound is below it.
    assert_eq!(point["bucketCounts"], serde_json::json!(["2", "2", "2"]));
    assert_eq!((&point["count"], &point["sum"]), (&"6".into(), &16.5.into()));
    assert_eq!((&point["min"], &point["max"]), (&0.5.into(), &9.0.into()));

    // Ever new attributes end in one series.
    let cost = metric(1, "cost");
    let series = cost["sum"]["dataPoints"].as_array().unwrap();
    assert!(series.len() <= 2_001 && cost["sum"]["isMonotonic"] == true);
    assert!(cost.to_string().contains("otel.metric.overflow"));
    let sum: f64 = series.iter().map(|point| point["asDouble"].as_f64().unwrap()).sum();
    assert!((sum - 625.0).abs() < 1e-9);

    let open = |at| metric(at, "open")["sum"]["dataPoints"][0]["asInt"].clone();
    assert_eq!((open(0), open(1)), ("1".into(), "0".into()));
    let exported = metric(1, "otel.sdk.exporter.span.exported");
    assert_eq!(exported["sum"]["dataPoints"].as_array().unwrap().len(), 2);
    for name in ["otel.sdk.processor.span.queue.size", "otel.sdk.processor.span.processed"] {
        assert_eq!(metric(1, name)["unit"], "{span}");
    }
}
