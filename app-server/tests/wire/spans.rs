//! Exact span trees, as the server exports them.

use codex_otel::Recorder;
use expect_test::{Expect, expect};
use serde_json::json;

use crate::harness::{Client, Transport, World, run};

/// Runs a conversation on a ready thread and compares the tree of what it left.
#[track_caller]
fn check_tree(conversation: impl AsyncFnOnce(&mut Client), expect: Expect) {
    run(async {
        let recorder = Recorder::install();
        let world = World::new();
        let mut client = world.connect(Transport::Lines).await;
        client.initialize().await;
        client.start_thread(world.home.path()).await;
        recorder.clear();
        conversation(&mut client).await;
        recorder.check(&["error.type", "rpc.response.status_code", "codex.turn.status"], expect);
    });
}

#[test]
fn a_plain_turn_is_four_spans() {
    check_tree(
        async |client| drop(client.turn("say 2").await),
        expect![[r#"
        trace #1
          turn/start SERVER
            dispatch user_turn INTERNAL
              turn user INTERNAL codex.turn.status=completed
                chat demo-model CLIENT
    "#]],
    );
}

#[test]
fn a_tool_call_adds_a_tool_span_and_a_chat() {
    check_tree(
        async |client| drop(client.turn("plan").await),
        expect![[r#"
        trace #1
          turn/start SERVER
            dispatch user_turn INTERNAL
              turn user INTERNAL codex.turn.status=completed
                chat demo-model CLIENT
                execute_tool update_plan INTERNAL
                chat demo-model CLIENT
    "#]],
    );
}

#[test]
fn a_failed_turn_says_so() {
    check_tree(
        async |client| drop(client.turn("cut").await),
        expect![[r#"
            trace #1
              turn/start SERVER
                dispatch user_turn INTERNAL
                  turn user INTERNAL ERROR "The model's stream ended before its response was complete: unexpected EOF during chunk size line" codex.turn.status=failed error.type=stream_cut
                    chat demo-model CLIENT ERROR "the model's stream ended before its response was complete: unexpected EOF during chunk size line" error.type=stream_cut
        "#]],
    );
}

#[test]
fn an_interrupted_turn_is_no_error() {
    check_tree(
        async |client| {
            let thread = client.thread.clone();
            let start = json!({"id": 1, "method": "turn/start", "params": {"threadId": thread, "input": [{"type": "text", "text": "hold"}]}});
            client.send(&start.to_string()).await;
            client.notification("item/completed").await;
            client
                .send(
                    r#"{"id":2,"method":"turn/interrupt","params":{"threadId":"$thread","turnId":"$turn"}}"#,
                )
                .await;
            client.notification("turn/completed").await;
        },
        expect![[r#"
            trace #1
              turn/start SERVER
                dispatch user_turn INTERNAL
                  turn user INTERNAL links #2 codex.turn.status=interrupted event:codex.turn.interrupted
                    chat demo-model CLIENT
            trace #3
              turn/interrupt SERVER
                dispatch interrupt INTERNAL
        "#]],
    );
}

#[test]
fn refused_malformed_and_unknown_messages_have_a_span() {
    check_tree(
        async |client| {
            client.call(r#"{"id":1,"method":"thread/read","params":{}}"#).await;
            client.call(r#"{"id":2,"method":"no/such/method"}"#).await;
            client.send("{").await;
            client.response(&serde_json::Value::Null).await;
            client.send(r#"{"method":"initialized"}"#).await;
            client
                .call(r#"{"id":3,"method":"initialize","params":{"clientInfo":{"name":"a","version":"1"}}}"#)
                .await;
        },
        expect![[r#"
            trace #1
              thread/read SERVER ERROR "invalid params: missing field `threadId`" error.type=-32602 rpc.response.status_code=-32602
            trace #2
              jsonrpc SERVER ERROR "no method `no/such/method`" error.type=-32601 rpc.response.status_code=-32601
            trace #3
              jsonrpc SERVER ERROR "the message is not JSON" error.type=-32700 rpc.response.status_code=-32700
            trace #4
              initialized SERVER
            trace #5
              initialize SERVER ERROR "Already initialized" error.type=-32600 rpc.response.status_code=-32600
        "#]],
    );
}
