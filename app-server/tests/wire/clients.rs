//! Several clients of one server, and what a client can say about itself.

use serde_json::{Value, json};

use crate::harness::{BOTH, INITIALIZE, Transport, World, run};

fn methods(seen: &[Value]) -> Vec<&str> {
    seen.iter().filter_map(|message| message["method"].as_str()).collect()
}

#[test]
fn status_goes_to_everybody_and_the_turn_to_those_who_follow_the_thread() {
    run(async {
        let world = World::new();
        let mut owner = world.connect(Transport::WebSocket).await;
        let mut other = world.connect(Transport::WebSocket).await;
        let mut stranger = world.connect(Transport::WebSocket).await;
        owner.initialize().await;
        other.initialize().await;
        owner.start_thread(world.home.path()).await;
        owner.turn("say 2").await;
        for _ in 0..3 {
            other.next().await.unwrap();
        }
        let heard = methods(&other.seen[1..]);
        assert_eq!(heard, ["thread/started", "thread/status/changed", "thread/status/changed"]);
        // Whoever has not introduced themselves hears nothing.
        stranger.initialize().await;
        assert_eq!(stranger.seen.len(), 1, "{:?}", stranger.seen);
    });
}

#[test]
fn a_thread_outlives_its_connection_and_serves_the_next() {
    run(async {
        let world = World::new();
        let mut first = world.connect(Transport::WebSocket).await;
        first.initialize().await;
        first.start_thread(world.home.path()).await;
        first.turn("say 1").await;
        let thread = first.thread.clone().unwrap();
        first.hang_up().await;
        drop(first);
        let mut second = world.connect(Transport::WebSocket).await;
        second.initialize().await;
        let loaded = second.call(r#"{"id":1,"method":"thread/loaded/list"}"#).await;
        assert_eq!(loaded["result"]["data"], json!([thread]));
        let request = json!({"id": 2, "method": "turn/start", "params": {"threadId": thread, "input": [{"type": "text", "text": "say 1"}]}});
        let answer = second.call(&request.to_string()).await;
        assert_eq!(answer["result"]["turn"]["status"], "inProgress", "{answer}");
    });
}

#[test]
fn a_client_hears_nothing_of_what_it_opted_out_of() {
    for transport in BOTH {
        run(async {
            let world = World::new();
            let mut client = world.connect(transport).await;
            let request = json!({"id": 0, "method": "initialize", "params": {
                "clientInfo": {"name": "quiet", "version": "1"},
                "capabilities": {"optOutNotificationMethods": ["item/agentMessage/delta", "thread/started", "no/such"]},
            }});
            client.call(&request.to_string()).await;
            client.start_thread(world.home.path()).await;
            client.turn("say 3").await;
            let heard = methods(&client.seen);
            assert!(
                !heard.contains(&"item/agentMessage/delta") && !heard.contains(&"thread/started"),
                "{heard:?}"
            );
            assert!(heard.contains(&"item/completed"));
        });
    }
}

#[test]
fn trace_is_on_every_message_for_a_client_that_asks_and_on_none_else() {
    for transport in BOTH {
        run(async {
            let _recorder = codex_otel::Recorder::install();
            let world = World::new();
            let mut plain = world.connect(transport).await;
            plain.call(INITIALIZE).await;
            plain.start_thread(world.home.path()).await;
            plain.turn("say 1").await;
            assert!(plain.seen.iter().all(|message| message.get("trace").is_none()));

            let world = World::new();
            let mut traced = world.connect(transport).await;
            let request = json!({"id": 0, "method": "initialize", "params": {
                "clientInfo": {"name": "traced", "version": "1"}, "capabilities": {"traceContext": true},
            }});
            traced.call(&request.to_string()).await;
            traced.start_thread(world.home.path()).await;
            traced.turn("say 1").await;
            traced.call(r#"{"id":"e","method":"no/such"}"#).await;
            for message in &traced.seen {
                let traceparent = message["trace"]["traceparent"].as_str();
                assert!(traceparent.is_some_and(|text| text.len() == 55), "{message}");
            }
            let error = traced.seen.last().unwrap();
            let trace_id = error["error"]["data"]["traceId"].as_str().unwrap();
            assert!(error["trace"]["traceparent"].as_str().unwrap().contains(trace_id));
        });
    }
}
