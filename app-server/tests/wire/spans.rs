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
    check_tree(async |client| drop(client.turn("say 2").await), expect![[""]]);
}

#[test]
fn a_tool_call_adds_a_tool_span_and_a_chat() {
    check_tree(async |client| drop(client.turn("plan").await), expect![[""]]);
}

#[test]
fn a_failed_turn_says_so() {
    check_tree(async |client| drop(client.turn("cut").await), expect![[""]]);
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
        expect![[""]],
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
        expect![[""]],
    );
}
