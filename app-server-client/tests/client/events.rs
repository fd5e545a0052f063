//! Notifications and server requests arrive in order, however many.

use codex_app_server_client::Incoming;
use codex_app_server_protocol::{RpcError, methods, thread::LoadedListParams};
use serde_json::{Value, json};

use crate::peer::{connect, shell};

fn number(event: &Incoming) -> Option<u64> {
    let Incoming::Notification { params, .. } = event else { return None };
    serde_json::from_str::<Value>(params.get()).ok()?["number"].as_u64()
}

#[tokio::test]
async fn more_notifications_than_any_queue_holds_arrive_in_order() {
    const MANY: u64 = 20_000;
    let (client, _served) = connect(|mut peer| async move {
        for number in 0..MANY {
            peer.send(json!({"method": "test/number", "params": {"number": number}})).await;
        }
        peer.closed().await;
    })
    .await;
    for expected in 0..MANY {
        assert_eq!(number(&client.next().await.expect("it comes")), Some(expected));
    }
}

#[tokio::test]
async fn a_server_request_can_be_answered_and_refused() {
    let (client, served) = connect(|mut peer| async move {
        peer.send(json!({"id": 7, "method": "test/ask", "params": {"what": 1}})).await;
        peer.send(json!({"id": "eight", "method": "test/ask"})).await;
        (peer.receive().await, peer.receive().await)
    })
    .await;
    let Some(Incoming::Request { id, method, params, .. }) = client.next().await else {
        panic!("no request")
    };
    assert_eq!((method.as_str(), params.get()), ("test/ask", r#"{"what":1}"#));
    client.respond(&id, Ok(&json!({"yes": true}))).await.expect("sent");
    let Some(Incoming::Request { id, .. }) = client.next().await else { panic!("no request") };
    client.respond(&id, Err::<&(), _>(RpcError::method_not_found("test/ask"))).await.expect("sent");
    let (answered, refused) = served.await.expect("the script ran");
    assert_eq!(answered, json!({"id": 7, "result": {"yes": true}}));
    assert_eq!((&refused["id"], &refused["error"]["code"]), (&json!("eight"), &json!(-32601)));
}

#[tokio::test]
async fn what_is_no_message_is_skipped() {
    let client = shell(
        r#"read line; echo 'a stray print'; echo '{"method":"test/number","params":{"number":1}}'
           echo '{"id":1,"result":{"data":[],"nextCursor":null}}'; cat >/dev/null"#,
    );
    client.request::<methods::ThreadLoadedList>(LoadedListParams::default()).await.expect("answered");
    assert_eq!(number(&client.next().await.expect("it comes")), Some(1));
}
