//! A caller's trace goes on through request, dispatch, turn and model request, and reaches the model.

use serde_json::json;

use test_kit::{model::script::ANSWER, turn};

use crate::{
    collector::{Spans, TURN},
    transport::{Transport, over_both},
    world::World,
};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const PARENT: &str = "b7ad6b7169203331";

over_both!(turn_start_carrier_joins_the_callers_trace, joins);
async fn joins(transport: Transport) {
    let world = World::new().await;
    let (mut server, mut client) = world.connect(transport).await;
    let thread = client.start_thread().await;
    let trace = json!({ "traceparent": format!("00-{TRACE}-{PARENT}-01"), "tracestate": "vendor=value" });
    client.request_in("turn/start", turn(&thread, ANSWER), trace).await;
    assert_eq!(client.turn_completed().await["status"], "completed");
    let model = world.model.request(&server.log).await;
    let spans = world.collector.wait("the turn", &server.log, |spans| spans.has(TURN)).await;
    server.stop().await;

    let chat = spans.one("chat test-model");
    let chain = ["turn/start", "dispatch user_turn", TURN, "chat test-model"].map(|name| spans.one(name));
    let mut parent = PARENT;
    for span in chain {
        assert_eq!(
            span.parent_span_id.as_deref(),
            Some(parent),
            "parent of `{}` in\n{}",
            span.name,
            spans.drawn()
        );
        assert_eq!(span.trace_id, TRACE, "trace of `{}`", span.name);
        assert_eq!(span.trace_state, "vendor=value", "state of `{}`", span.name);
        parent = &span.span_id;
    }
    assert_eq!(model.header("traceparent"), Some(format!("00-{TRACE}-{}-01", chat.span_id).as_str()));
    assert_eq!(model.header("tracestate"), Some("vendor=value"));
}

over_both!(a_plain_turn_is_four_spans, four);
async fn four(transport: Transport) {
    let world = World::new().await;
    let (mut server, mut client) = world.connect(transport).await;
    let thread = client.start_thread().await;
    client.start_turn(&thread, ANSWER).await;
    client.turn_completed().await;
    server.stop().await;
    let spans = world.collector.spans();
    let names = of_trace(&spans, &spans.one(TURN).trace_id);
    assert_eq!(
        names,
        ["chat test-model", "dispatch user_turn", "turn user", "turn/start"],
        "{}",
        spans.drawn()
    );
}

fn of_trace(spans: &Spans, trace: &str) -> Vec<String> {
    let mut names: Vec<_> =
        spans.all().iter().filter(|span| span.trace_id == trace).map(|span| span.name.clone()).collect();
    names.sort();
    names
}

over_both!(without_an_exporter_the_callers_trace_still_reaches_the_model, passes_through);
async fn passes_through(transport: Transport) {
    let world = World::new().await;
    let launch = world.launch().env("OTEL_TRACES_EXPORTER", "none").config("otel.enabled=false");
    let (mut server, mut client) = world.connect_to(launch, transport).await;
    let thread = client.start_thread().await;
    let carrier = format!("00-{TRACE}-{PARENT}-00");
    let trace = json!({ "traceparent": carrier, "tracestate": "vendor=value,other=1" });
    client.request_in("turn/start", turn(&thread, ANSWER), trace).await;
    client.turn_completed().await;
    let model = world.model.request(&server.log).await;
    assert_eq!(model.header("tracestate"), Some("vendor=value,other=1"));
    let traceparent = model.header("traceparent").unwrap_or_default();
    assert!(traceparent.contains(TRACE) && traceparent.ends_with("-00"), "{traceparent}");
    server.stop().await;
    assert!(world.collector.spans().all().is_empty());
}

over_both!(an_invalid_carrier_is_warned_about_and_the_request_served, warned);
async fn warned(transport: Transport) {
    let world = World::new().await;
    let launch = world.launch().env("RUST_LOG", "warn");
    let (mut server, mut client) = world.connect_to(launch, transport).await;
    for carrier in
        [json!({ "traceparent": "00-garbage" }), json!("text"), json!([1]), json!({ "traceparent": 5 })]
    {
        client.request_in("thread/loaded/list", json!({}), carrier).await;
    }
    // A broken state costs the state alone.
    let parent = format!("00-{TRACE}-{PARENT}-01");
    let stateless = json!({ "traceparent": parent, "tracestate": "no equals sign" });
    client.request_in("thread/loaded/list", json!({}), stateless).await;
    server.stop().await;
    let evidence = server.log.evidence();
    let warnings: Vec<&str> =
        evidence.lines().filter(|line| line.contains("trace context ignored")).collect();
    assert_eq!(warnings.len(), 5, "one for each, and none for the others\n{evidence}");
    for warning in warnings {
        assert!(warning.contains("WARN") && warning.contains("thread/loaded/list"), "{warning}");
        assert!(warning.contains("request_id="), "{warning}");
        assert!(
            !warning.contains("garbage") && !warning.contains("no equals"),
            "nothing is echoed: {warning}"
        );
    }
    let spans = world.collector.spans();
    let parents = spans.all().iter().filter(|span| span.name == "thread/loaded/list");
    let parents: Vec<_> = parents.map(|span| span.parent_span_id.as_deref()).collect();
    assert_eq!(parents.iter().filter(|parent| parent.is_none()).count(), 4, "{parents:?}");
    assert!(parents.contains(&Some(PARENT)), "{parents:?}");
}
