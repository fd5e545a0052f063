//! Every request is a span of the caller's trace, and carries it.

#![expect(clippy::needless_raw_string_hashes, reason = "`UPDATE_EXPECT` writes them")]

use codex_app_server_protocol::{methods, thread::LoadedListParams};
use codex_otel::{
    Kind, OwnedSpan, Parent, Status,
    recorder::{RecordedSpan, Recorder},
    span,
};
use expect_test::expect;
use serde_json::{Value, json};
use tracing::Instrument;

use crate::peer::connect;

const ATTRIBUTES: &[&str] = &["rpc.method", "error.type", "rpc.response.status_code"];

/// Sends one request under a caller's span, to a server that answers with `member`, and returns what it received.
async fn request(answer: Value) -> Value {
    let (client, served) = connect(|mut peer| async move {
        let request = peer.receive().await;
        let mut message = answer;
        message["id"] = request["id"].clone();
        peer.send(message).await;
        request
    })
    .await;
    let caller =
        OwnedSpan::start(span!("client.command", name = "caller", kind = Kind::Internal), Parent::Root);
    let asked = client.request::<methods::ThreadLoadedList>(LoadedListParams::default());
    // The outcome is on the span.
    let _ = asked.instrument(caller.span().clone()).await;
    caller.end(Status::Unset);
    served.await.expect("the script ran")
}

fn traceparent(span: &RecordedSpan) -> String {
    format!("00-{}-{}-03", span.trace_id, span.span_id)
}

#[tokio::test]
async fn a_request_is_a_client_span_under_the_callers_and_carries_its_own_context() {
    let recorder = Recorder::install();
    let request = request(json!({"result": {"data": [], "nextCursor": null}})).await;
    recorder.check(
        ATTRIBUTES,
        expect![[r#"
            trace #1
              caller INTERNAL
                thread/loaded/list CLIENT rpc.method=thread/loaded/list
        "#]],
    );
    let span = recorder.only("thread/loaded/list");
    assert_eq!(request["trace"]["traceparent"], json!(traceparent(&span)));
}

#[tokio::test]
async fn an_error_answer_is_an_error_span() {
    let recorder = Recorder::install();
    request(json!({"error": {"code": -32600, "message": "Not initialized"}})).await;
    recorder.check(
        ATTRIBUTES,
        expect![[r#"
            trace #1
              caller INTERNAL
                thread/loaded/list CLIENT ERROR "Not initialized" rpc.method=thread/loaded/list rpc.response.status_code=-32600 error.type=-32600
        "#]],
    );
}

#[tokio::test]
async fn with_tracing_off_a_request_carries_nothing_of_ours() {
    let _recorder = Recorder::install_off();
    let request = request(json!({"result": {"data": [], "nextCursor": null}})).await;
    assert_eq!(request.get("trace"), None);
}
