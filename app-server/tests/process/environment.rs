//! `TRACEPARENT` of the process: a parent on stdio, a link on listeners, or nothing if so configured.

use codex_otel::SpanRecord;
use serde_json::json;

use crate::{
    transport::Transport::{self, Stdio, WebSocket},
    world::World,
};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00f067aa0ba902b7";

/// What the environment's span is to a request without a carrier.
#[derive(Debug, PartialEq, Eq)]
enum Role {
    Parent,
    Link,
    Nothing,
}

fn role(span: &SpanRecord) -> Role {
    let linked = span.links.iter().any(|link| link.trace_id == TRACE && link.span_id == PARENT);
    match span.parent_span_id.as_deref() {
        Some(PARENT) if span.trace_id == TRACE && !linked => Role::Parent,
        None if linked && span.trace_id != TRACE => Role::Link,
        None if !linked => Role::Nothing,
        _ => panic!("neither parent nor link: {span:?}"),
    }
}

#[tokio::test]
async fn what_the_environment_is_good_for() {
    for (transport, setting, wanted) in [
        (Stdio, None, Role::Parent),
        (WebSocket, None, Role::Link),
        (Stdio, Some("ignore"), Role::Nothing),
        (WebSocket, Some("ignore"), Role::Nothing),
        (WebSocket, Some("parent"), Role::Parent),
        (Stdio, Some("link"), Role::Link),
    ] {
        check(transport, setting, &wanted).await;
    }
}

async fn check(transport: Transport, setting: Option<&str>, wanted: &Role) {
    let world = World::new().await;
    let launch = world.launch().env("TRACEPARENT", &format!("00-{TRACE}-{PARENT}-01"));
    let launch = match setting {
        Some(setting) => launch.config(&format!("otel.env_parent={setting}")),
        None => launch,
    };
    let (mut server, mut client) = world.connect_to(launch, transport).await;
    let own = "0af7651916cd43dd8448eb211c80319c";
    let trace = json!({ "traceparent": format!("00-{own}-b7ad6b7169203331-01") });
    client.request_in("thread/loaded/list", json!({}), trace).await;
    server.stop().await;
    let spans = world.collector.spans();
    assert_eq!(role(spans.one("initialize")), *wanted, "{transport:?} {setting:?}\n{}", spans.drawn());
    // A carrier of its own always wins.
    let carried = spans.one("thread/loaded/list");
    assert_eq!((carried.trace_id.as_str(), carried.links.len()), (own, 0), "{transport:?} {setting:?}");
}

#[tokio::test]
async fn a_broken_variable_is_ignored() {
    let world = World::new().await;
    let (mut server, _client) =
        world.connect_to(world.launch().env("TRACEPARENT", "00-zz-1-01"), Stdio).await;
    server.stop().await;
    assert_eq!(role(world.collector.spans().one("initialize")), Role::Nothing);
}
