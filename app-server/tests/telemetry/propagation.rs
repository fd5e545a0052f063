//! `OTEL_PROPAGATORS` without `tracecontext`: nothing crosses the border, inside all is joined as ever.

use serde_json::json;

use test_kit::{model::script::ANSWER, turn};

use crate::{collector::TURN, transport::Transport, world::World};

const CALLER: &str = "0af7651916cd43dd8448eb211c80319c";

#[tokio::test]
async fn no_context_is_taken_in_or_handed_on() {
    let world = World::new().await;
    let parent = format!("00-{CALLER}-b7ad6b7169203331-01");
    let launch = world.launch().env("OTEL_PROPAGATORS", "none").env("TRACEPARENT", &parent);
    let (mut server, mut client) = world.connect_to(launch, Transport::Stdio).await;
    let thread = client.start_thread().await;
    client.request_in("turn/start", turn(&thread, ANSWER), json!({ "traceparent": parent })).await;
    client.turn_completed().await;
    let asked = world.model.request(&server.log).await;
    assert_eq!((asked.header("traceparent"), asked.header("tracestate")), (None, None));
    let spans = world.collector.wait("the turn", &server.log, |spans| spans.has(TURN)).await;
    let request = spans.one("turn/start");
    assert_eq!(request.parent_span_id, None);
    assert_ne!(request.trace_id, CALLER);
    assert_eq!(spans.one(TURN).trace_id, request.trace_id, "{}", spans.drawn());
    server.stop().await;
}
