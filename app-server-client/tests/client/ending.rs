//! A connection that ends fails what is in flight, and says why.

use codex_app_server_client::{Client, ClientError, Connection};
use codex_app_server_protocol::{methods, thread::LoadedListParams};
use tokio::process::Command;

use crate::peer::{connect, shell};

async fn ask(client: &Client) -> String {
    client
        .request::<methods::ThreadLoadedList>(LoadedListParams::default())
        .await
        .expect_err("the connection ends")
        .to_string()
}

#[tokio::test]
async fn requests_in_flight_and_later_ones_fail_with_the_close_code() {
    let (client, _served) = connect(|mut peer| async move {
        peer.receive().await;
        peer.close(1009, "too long").await;
    })
    .await;
    let reason = "the connection to the server ended with code 1009: too long";
    assert_eq!(ask(&client).await, reason);
    assert_eq!(ask(&client).await, reason);
    assert!(client.next().await.is_none());
}

#[tokio::test]
async fn a_child_that_exits_fails_the_request() {
    let client = shell("read line; exit 3");
    assert_eq!(ask(&client).await, "the connection to the server ended: the server closed its output");
    assert_eq!(client.close().await.and_then(|status| status.code()), Some(3));
}

#[tokio::test]
async fn closing_gives_a_child_the_end_of_its_input_and_waits_for_it() {
    // `cat` ends when its input does, and not before.
    let client = shell("cat >/dev/null; exit 7");
    assert_eq!(client.close().await.and_then(|status| status.code()), Some(7));
}

#[tokio::test]
async fn dropping_the_client_closes_the_websocket() {
    let (client, served) = connect(super::peer::Peer::closed).await;
    drop(client);
    served.await.expect("the script saw the end");
}

#[tokio::test]
async fn a_program_that_is_not_there_is_named() {
    let error = Client::spawn(Command::new("no-such-app-server")).expect_err("there is none");
    assert!(
        matches!(&error, ClientError::Spawn { program, .. } if program == "no-such-app-server"),
        "{error}"
    );
}

#[tokio::test]
async fn an_address_of_another_kind_is_refused() {
    let error = Connection::connect("http://127.0.0.1:1").await.expect_err("it is no server address");
    assert_eq!(
        error.to_string(),
        "`http://127.0.0.1:1` is no server address: give ws://HOST:PORT or unix://PATH"
    );
}
