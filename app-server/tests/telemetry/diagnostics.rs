//! `server/diagnostics`: what runs, what waits, what was exported.

use serde_json::{Value, json};

use test_kit::{
    model::script::{ANSWER, HOLD},
    within,
};

use crate::{collector::TURN, transport::Transport, world::World};

fn gauge(diagnostics: &Value, name: &str) -> u64 {
    let gauges = diagnostics["gauges"].as_array().expect("a list");
    let found = gauges.iter().find(|gauge| gauge["name"] == name).unwrap_or_else(|| panic!("no {name}"));
    found["value"].as_u64().expect("a number")
}

#[tokio::test]
async fn a_running_turn_is_shown_with_its_trace() {
    let world = World::new().await;
    let (mut server, mut client) = world.connect(Transport::WebSocket).await;
    let idle = client.request("server/diagnostics", json!({})).await;
    assert_eq!((gauge(&idle, "turnsActive"), gauge(&idle, "connections")), (0, 1));
    assert_eq!(gauge(&idle, "requestsInFlight"), 1, "the one that asks");
    assert!(idle["process"]["residentMemoryBytes"].as_u64().is_some_and(|bytes| bytes > 1 << 20));

    let thread = client.start_thread().await;
    let turn = client.start_turn(&thread, HOLD).await;
    world.model.request(&server.log).await;
    let busy = client.request("server/diagnostics", json!({})).await;
    assert_eq!((gauge(&busy, "turnsActive"), gauge(&busy, "threadsLoaded")), (1, 1));
    assert_eq!(
        (&busy["turns"][0]["threadId"], &busy["turns"][0]["turnId"]),
        (&thread.into(), &turn.clone().into())
    );
    world.model.release();
    client.turn_completed_of(&turn).await;
    let spans = world.collector.wait("the turn", &server.log, |spans| spans.has(TURN)).await;
    assert_eq!(busy["turns"][0]["traceId"], spans.one(TURN).trace_id.as_str());
    server.stop().await;
}

#[tokio::test]
async fn what_was_exported_and_what_failed_is_shown() {
    let world = World::new().await;
    let launch = world
        .launch()
        .env("OTEL_LOGS_EXPORTER", "otlp")
        // The collector of the test takes spans alone, and answers 404 to log records.
        .env("OTEL_BLRP_SCHEDULE_DELAY", "1");
    let (mut server, mut client) = world.connect_to(launch, Transport::Stdio).await;
    let thread = client.start_thread().await;
    client.start_turn(&thread, ANSWER).await;
    client.turn_completed().await;
    world.collector.wait("the turn", &server.log, |spans| spans.has(TURN)).await;
    server.log.line("log records cannot be exported").await;
    let log = server.log.clone();
    // The collector has the spans a moment before the server has its answer.
    let counted = async {
        loop {
            let telemetry = client.request("server/diagnostics", json!({})).await["telemetry"].clone();
            if telemetry["spans"]["exported"].as_u64().is_some_and(|count| count >= 4) {
                return telemetry;
            }
        }
    };
    let telemetry = within("counting", counted, || log.evidence()).await;
    assert_eq!((&telemetry["spans"]["dropped"], &telemetry["spans"]["failed"]), (&json!(0), &json!(0)));
    assert_eq!((&telemetry["refusedParents"], &telemetry["metrics"]), (&json!(0), &Value::Null));
    assert!(
        telemetry["logs"]["lastError"].as_str().is_some_and(|error| error.contains("404")),
        "{telemetry}"
    );
    server.stop().await;
}
