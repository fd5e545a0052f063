//! A scripted server; the only code of these tests that knows how a client is made.

use codex_app_server_client::Client;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::{net::TcpListener, net::TcpStream, process::Command, task::JoinHandle};
use tokio_tungstenite::{
    WebSocketStream, accept_async,
    tungstenite::{Message, protocol::CloseFrame},
};

/// The server's end of one websocket.
pub(crate) struct Peer(WebSocketStream<TcpStream>);

impl Peer {
    /// The next message of the client.
    pub(crate) async fn receive(&mut self) -> Value {
        loop {
            match self.0.next().await.expect("the client hung up").expect("the websocket broke") {
                Message::Text(text) => return serde_json::from_str(&text).expect("a message is JSON"),
                Message::Close(_) => panic!("the client closed"),
                _ => {}
            }
        }
    }

    /// Sends a message.
    pub(crate) async fn send(&mut self, message: Value) {
        self.0.send(Message::text(message.to_string())).await.expect("the client takes it");
    }

    /// Receives a request and answers it with a result.
    pub(crate) async fn answer(&mut self, result: Value) -> Value {
        let request = self.receive().await;
        self.send(json!({"id": request["id"], "result": result})).await;
        request
    }

    /// Closes the websocket with a reason.
    pub(crate) async fn close(&mut self, code: u16, reason: &'static str) {
        let frame = CloseFrame { code: code.into(), reason: reason.into() };
        self.0.close(Some(frame)).await.expect("the client takes it");
    }

    /// Waits until the client has closed.
    pub(crate) async fn closed(mut self) {
        while let Some(Ok(_)) = self.0.next().await {}
    }
}

/// Connects a client to a server that follows `script`, whose outcome the handle gives.
pub(crate) async fn connect<F, R>(script: impl FnOnce(Peer) -> F + Send + 'static) -> (Client, JoinHandle<R>)
where
    F: Future<Output = R> + Send + 'static,
    R: Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
    let url = format!("ws://{}", listener.local_addr().expect("it is bound"));
    let served = codex_otel::spawn_detached(async move {
        let (stream, _) = listener.accept().await.expect("the client connects");
        script(Peer(accept_async(stream).await.expect("the client speaks websocket"))).await
    });
    (Client::connect(&url).await.expect("the server accepts"), served)
}

/// Starts a shell script as a server.
pub(crate) fn shell(script: &str) -> Client {
    let mut command = Command::new("sh");
    command.args(["-c", script]);
    Client::spawn(command).expect("there is a shell")
}
