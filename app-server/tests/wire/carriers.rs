//! The tests that the mission names: carriers, the request span, `Submission.trace`, and the turn's span.

use codex_otel::Recorder;
use expect_test::expect;
use serde_json::{Value, json};

use crate::harness::{BOTH, Client, Transport, World, run};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const PARENT: &str = "b7ad6b7169203331";

async fn ready(world: &World, transport: Transport) -> Client {
    let mut client = world.connect(transport).await;
    client.initialize().await;
    client.start_thread(world.home.path()).await;
    client
}

fn turn_start(client: &Client, text: &str, trace: &Value) -> String {
    let input = json!([{"type": "text", "text": text}]);
    json!({"id": "turn", "method": "turn/start", "trace": trace,
        "params": {"threadId": client.thread, "input": input}})
    .to_string()
}

fn valid() -> Value {
    json!({"traceparent": format!("00-{TRACE}-{PARENT}-01"), "tracestate": "vendor=value"})
}

#[test]
fn a_valid_w3c_carrier_is_accepted() {
    for transport in BOTH {
        run(async {
            let recorder = Recorder::install();
            let world = World::new();
            let mut client = ready(&world, transport).await;
            let request = json!({"id": 1, "method": "thread/loaded/list", "trace": valid()}).to_string();
            client.call(&request).await;
            let span = recorder.only("thread/loaded/list");
            assert_eq!((span.trace_id.as_str(), span.parent_span_id.as_deref()), (TRACE, Some(PARENT)));
        });
    }
}

#[test]
fn an_invalid_carrier_is_ignored_and_the_request_served() {
    let bad = [
        json!({"traceparent": "garbage"}),
        json!({"traceparent": format!("00-{}-{PARENT}-01", "0".repeat(32))}),
        json!({"traceparent": format!("00-{TRACE}-{PARENT}-01 extra")}),
        json!({"traceparent": format!("00-{}-{PARENT}-01", TRACE.to_uppercase())}),
        json!({"traceparent": 5}),
        json!("00-x"),
        json!([1, 2]),
        json!(7),
        json!(true),
        json!({}),
        Value::Null,
    ];
    for transport in BOTH {
        run(async {
            let recorder = Recorder::install();
            let world = World::new();
            let mut client = ready(&world, transport).await;
            for trace in &bad {
                recorder.clear();
                let request = json!({"id": 1, "method": "thread/loaded/list", "trace": trace}).to_string();
                let answer = client.call(&request).await;
                assert!(answer.get("result").is_some(), "{trace}: {answer}");
                let span = recorder.only("thread/loaded/list");
                assert_eq!(span.parent_span_id, None, "{trace}");
            }
        });
    }
}

#[test]
fn meta_of_the_params_is_the_second_choice() {
    run(async {
        let recorder = Recorder::install();
        let world = World::new();
        let mut client = ready(&world, Transport::Lines).await;
        let meta = json!({"traceparent": format!("00-{TRACE}-{PARENT}-01")});
        let request = json!({"id": 1, "method": "thread/loaded/list", "params": {"_meta": meta}}).to_string();
        client.call(&request).await;
        assert_eq!(recorder.only("thread/loaded/list").trace_id, TRACE);
        recorder.clear();
        let other = json!({"traceparent": format!("00-{}-{PARENT}-01", "a".repeat(32))});
        let request =
            json!({"id": 1, "method": "thread/loaded/list", "trace": other, "params": {"_meta": meta}})
                .to_string();
        client.call(&request).await;
        assert_eq!(recorder.only("thread/loaded/list").trace_id, "a".repeat(32));
    });
}

#[test]
fn a_unary_method_gets_its_request_span_with_nothing_in_its_handler() {
    run(async {
        let recorder = Recorder::install();
        let world = World::new();
        let mut client = world.connect(Transport::Lines).await;
        client.initialize().await;
        recorder.clear();
        client.call(r#"{"id":41,"method":"model/list","params":{}}"#).await;
        recorder.check(
            &[
                "rpc.system",
                "rpc.system.name",
                "rpc.service",
                "rpc.method",
                "rpc.transport",
                "rpc.request_id",
                "jsonrpc.request.id",
                "app_server.connection_id",
                "app_server.api_version",
                "app_server.client_name",
                "app_server.client_version",
            ],
            expect![[r#"
                trace #1
                  model/list SERVER rpc.system=jsonrpc rpc.system.name=jsonrpc rpc.service=codex-app-server rpc.method=model/list rpc.transport=stdio rpc.request_id=41 jsonrpc.request.id=41 app_server.connection_id=1 app_server.api_version=v2 app_server.client_name=test app_server.client_version=1.0
            "#]],
        );
    });
}

#[test]
fn the_ancestry_of_the_request_reaches_core_and_the_turn() {
    for transport in BOTH {
        run(async {
            let recorder = Recorder::install();
            let world = World::new();
            let mut client = ready(&world, transport).await;
            recorder.clear();
            client.send(&turn_start(&client, "say 2", &valid())).await;
            client.notification("turn/completed").await;
            let request = recorder.only("turn/start");
            let dispatch = recorder.only("dispatch user_turn");
            let turn = recorder.only("turn user");
            assert_eq!(request.parent_span_id.as_deref(), Some(PARENT));
            assert_eq!(dispatch.parent_span_id, Some(request.span_id.clone()), "through Submission.trace");
            assert_eq!(turn.parent_span_id, Some(dispatch.span_id.clone()));
            assert!(recorder.spans().iter().all(|span| span.trace_id == TRACE), "{}", recorder.tree());
        });
    }
}

#[test]
fn with_tracing_off_the_callers_context_still_reaches_the_core() {
    run(async {
        let _off = Recorder::install_off();
        let world = World::new();
        let mut client = world.connect(Transport::Lines).await;
        let request = json!({"id": 0, "method": "initialize", "params": {
            "clientInfo": {"name": "traced", "version": "1"}, "capabilities": {"traceContext": true},
        }});
        client.call(&request.to_string()).await;
        client.start_thread(world.home.path()).await;
        client.send(&turn_start(&client, "say 1", &valid())).await;
        let done = client.notification("turn/completed").await;
        assert_eq!(done["trace"], valid(), "unchanged, parent id and state included");
    });
}
