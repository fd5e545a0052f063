//! Every request gets its own answer.

use codex_app_server_client::ClientError;
use codex_app_server_protocol::{ErrorCode, methods, thread::LoadedListParams};
use serde_json::json;

use crate::peer::connect;

#[tokio::test]
async fn answers_out_of_order_reach_who_asked() {
    let (client, served) = connect(|mut peer| async move {
        let (first, second) = (peer.receive().await, peer.receive().await);
        peer.send(json!({"id": second["id"], "result": {"data": [], "nextCursor": "second"}})).await;
        peer.send(json!({"id": first["id"], "result": {"data": [], "nextCursor": "first"}})).await;
    })
    .await;
    let ask = || client.request::<methods::ThreadLoadedList>(LoadedListParams::default());
    let (first, second) = tokio::join!(ask(), ask());
    assert_eq!(first.expect("answered").next_cursor.as_deref(), Some("first"));
    assert_eq!(second.expect("answered").next_cursor.as_deref(), Some("second"));
    served.await.expect("the script ran");
}

#[tokio::test]
async fn an_error_answer_is_an_error_that_names_the_method() {
    let (client, _served) = connect(|mut peer| async move {
        let request = peer.receive().await;
        peer.send(json!({"id": request["id"], "error": {"code": -32600, "message": "Not initialized"}}))
            .await;
        peer.closed().await;
    })
    .await;
    let error =
        client.request::<methods::ThreadLoadedList>(LoadedListParams::default()).await.expect_err("refused");
    assert_eq!(error.to_string(), "thread/loaded/list: Not initialized (-32600)");
    assert!(matches!(error, ClientError::Rpc { error, .. } if error.code == ErrorCode::INVALID_REQUEST));
}

#[tokio::test]
async fn a_result_of_the_wrong_shape_is_an_error_and_the_connection_goes_on() {
    let (client, _served) = connect(|mut peer| async move {
        peer.answer(json!("nothing like it")).await;
        peer.answer(json!({"data": [], "nextCursor": null})).await;
        peer.closed().await;
    })
    .await;
    let ask = || client.request::<methods::ThreadLoadedList>(LoadedListParams::default());
    assert!(matches!(ask().await, Err(ClientError::Decode { method: "thread/loaded/list", .. })));
    ask().await.expect("the next answer is read");
}

#[tokio::test]
async fn a_request_that_was_given_up_disturbs_no_other() {
    let (client, _served) = connect(|mut peer| async move {
        let given_up = peer.receive().await;
        let kept = peer.receive().await;
        peer.send(json!({"id": given_up["id"], "result": {"data": [], "nextCursor": "given up"}})).await;
        peer.send(json!({"id": kept["id"], "result": {"data": [], "nextCursor": "kept"}})).await;
        peer.closed().await;
    })
    .await;
    let ask = || client.request::<methods::ThreadLoadedList>(LoadedListParams::default());
    {
        let mut given_up = std::pin::pin!(ask());
        assert!(futures_util::poll!(&mut given_up).is_pending());
    }
    let kept = ask().await.expect("answered");
    assert_eq!(kept.next_cursor.as_deref(), Some("kept"));
}
