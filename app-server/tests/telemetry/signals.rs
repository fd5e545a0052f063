//! Metrics and log records of a whole turn.

use std::path::Path;

use serde_json::Value;

use test_kit::{Client, Server, model::script::ANSWER};

use crate::{collector::TURN, transport::Transport, world::World};

/// The lines of a file of the file exporter.
pub(crate) fn lines(home: &Path, signal: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(home.join(format!("otel/{signal}.jsonl"))).expect("it was written");
    text.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect()
}

/// A turn on a server that writes metrics and log records to files, and its end.
async fn turn(world: &World) {
    let launch = world.launch().env("OTEL_METRICS_EXPORTER", "file").env("OTEL_LOGS_EXPORTER", "file");
    let (mut server, mut client): (Server, Client) = world.connect_to(launch, Transport::Stdio).await;
    let thread = client.start_thread().await;
    client.start_turn(&thread, ANSWER).await;
    client.turn_completed().await;
    client.exchange("no/such", serde_json::json!({}), Value::Null).await;
    client.end_input().await;
    client.rest().await;
    server.exit().await;
}

/// The metric of that name, as it was collected last.
fn metric(collected: &[Value], name: &str) -> Value {
    let last = collected.last().expect("metrics are collected at the end at the latest");
    let metrics = last["resourceMetrics"][0]["scopeMetrics"][0]["metrics"].as_array().expect("a list");
    metrics
        .iter()
        .find(|metric| metric["name"] == name)
        .cloned()
        .unwrap_or_else(|| panic!("no {name} in {last}"))
}

fn attribute<'a>(point: &'a Value, key: &str) -> &'a str {
    let list = point["attributes"].as_array().expect("a list");
    let found = list.iter().find(|pair| pair["key"] == key);
    found.and_then(|pair| pair["value"]["stringValue"].as_str()).unwrap_or_default()
}

#[tokio::test]
async fn a_turn_is_measured() {
    let world = World::new().await;
    turn(&world).await;
    let collected = lines(world.home.path(), "metrics");
    let calls = metric(&collected, "rpc.server.call.duration");
    let points = calls["histogram"]["dataPoints"].as_array().expect("a list");
    let of = |method: &str| {
        points
            .iter()
            .find(|point| attribute(point, "rpc.method") == method)
            .unwrap_or_else(|| panic!("{method}"))
    };
    assert_eq!(of("turn/start")["count"], "1");
    assert_eq!(attribute(of("turn/start"), "rpc.transport"), "stdio");
    assert_eq!(attribute(of("_OTHER"), "rpc.response.status_code"), "-32601");

    let tokens = metric(&collected, "gen_ai.client.token.usage");
    let points = tokens["histogram"]["dataPoints"].as_array().expect("a list");
    let mut counted: Vec<_> =
        points.iter().map(|point| (attribute(point, "gen_ai.token.type"), point["sum"].as_f64())).collect();
    // Points of one metric have no order.
    counted.sort_by(|one, other| one.0.cmp(other.0));
    assert_eq!(counted, [("input", Some(120.0)), ("output", Some(30.0))]);

    let turns = metric(&collected, "codex.turn.duration");
    let point = &turns["histogram"]["dataPoints"][0];
    assert_eq!(attribute(point, "codex.turn.status"), "completed");
    let models = metric(&collected, "gen_ai.client.operation.duration");
    assert_eq!(attribute(&models["histogram"]["dataPoints"][0], "gen_ai.request.model"), "test-model");
    for gauge in ["codex.turn.active", "app_server.request.active"] {
        assert_eq!(metric(&collected, gauge)["sum"]["dataPoints"][0]["asInt"], "0", "{gauge}");
    }
    assert_eq!(
        metric(&collected, "codex.thread.loaded.duration")["histogram"]["dataPoints"][0]["count"],
        "1"
    );
}

#[tokio::test]
async fn log_records_carry_the_trace_of_the_turn() {
    let world = World::new().await;
    turn(&world).await;
    let trace = world.collector.spans().one(TURN).trace_id.clone();
    let mut bodies = Vec::new();
    for line in lines(world.home.path(), "logs") {
        // One scope for each target.
        let scopes = line["resourceLogs"][0]["scopeLogs"].as_array().expect("a list").clone();
        let records =
            scopes.into_iter().flat_map(|scope| scope["logRecords"].as_array().expect("a list").clone());
        let of_turn = records.filter(|record| record["traceId"] == trace.as_str());
        bodies.extend(of_turn.filter_map(|record| Some(record["body"]["stringValue"].as_str()?.to_owned())));
    }
    for expected in ["message received", "turn started", "model called", "turn ended"] {
        assert!(bodies.iter().any(|body| body == expected), "{expected} in {bodies:?}");
    }
}
