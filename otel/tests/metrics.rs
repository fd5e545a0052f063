//! Metrics from the calls that measure to a file, in a process whose telemetry is installed.

use std::time::Duration;

use codex_otel::metrics::{self, ModelCall, Timer};
use codex_otel::{FileConfig, Flags, OtelConfig, Settings, init};
use serde_json::Value;

const SOON: Duration = Duration::from_secs(20);

#[tokio::test]
async fn what_is_measured_is_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = OtelConfig {
        file: FileConfig { folder: Some(folder.path().to_owned()), ..FileConfig::default() },
        ..OtelConfig::default()
    };
    let env = |name: &str| (name == "OTEL_METRICS_EXPORTER").then(|| "file".to_owned());
    let (settings, warnings) = Settings::resolve(&Flags::default(), &env, &file);
    assert_eq!(warnings, [""; 0]);
    let telemetry = init(settings);

    let connection = metrics::connection("stdio");
    metrics::rpc_call(Timer::start(), "turn/start", "stdio", None);
    metrics::rpc_call(Timer::start(), "turn/start", "stdio", Some(-32600));
    let call = ModelCall { provider: "openai", model: "m", error: None, tokens: Some((10, 2)) };
    metrics::model_call(Timer::start(), call);
    metrics::running_turn("user").end("completed");
    drop(metrics::loaded_thread());
    telemetry.flush(SOON).await;
    drop(connection);
    assert!(telemetry.clone().shutdown(SOON).await.complete);
    assert_eq!(telemetry.metric_counters().unwrap().exported, 2);

    let text = std::fs::read_to_string(folder.path().join("metrics.jsonl")).unwrap();
    let collections: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(collections.len(), 2);
    let metric = |at: usize, name: &str| {
        let metrics = collections[at]["resourceMetrics"][0]["scopeMetrics"][0]["metrics"].as_array().unwrap();
        metrics.iter().find(|metric| metric["name"] == name).cloned().unwrap_or_else(|| panic!("no {name}"))
    };
    let points = |name: &str| metric(1, name)["histogram"]["dataPoints"].as_array().unwrap().len();
    assert_eq!(points("rpc.server.call.duration"), 2);
    assert_eq!(points("gen_ai.client.operation.duration"), 1);
    assert_eq!(points("gen_ai.client.token.usage"), 2);
    assert_eq!(points("codex.turn.duration"), 1);
    assert_eq!(points("codex.thread.loaded.duration"), 1);
    let open = |at| metric(at, "app_server.connection.active")["sum"]["dataPoints"][0]["asInt"].clone();
    assert_eq!((open(0), open(1)), ("1".into(), "0".into()));
}
