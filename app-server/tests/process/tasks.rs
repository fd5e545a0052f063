//! Turns and connections leave no task behind. Counted in this process: from outside, tasks cannot be seen.

use codex_app_server::{Server, ServerOptions};
use codex_core::Agent;
use futures_util::{SinkExt, StreamExt};
use tempfile::TempDir;
use test_kit::{Client, Log, within};
use tokio::{runtime::Handle, task::yield_now};
use tokio_tungstenite::{client_async, tungstenite::Message};

/// A server in this process, with the demo model.
fn server() -> (Server, TempDir) {
    let home = tempfile::tempdir().expect("a scratch folder can be made");
    let demo = ("model_provider".to_owned(), "demo".to_owned());
    let config = codex_app_server::load_config(home.path(), &[demo]).expect("the configuration is valid");
    (Server::new(Agent::new(config), ServerOptions::default()), home)
}

fn tasks() -> usize {
    Handle::current().metrics().num_alive_tasks()
}

/// Waits until as many tasks are left as there were.
async fn back_to(before: usize) {
    let settled = async {
        while tasks() != before {
            yield_now().await;
        }
    };
    within(&format!("back to {before} tasks"), settled, || format!("there are {}", tasks())).await;
}

fn lines(server: &Server) -> Client {
    let (near, far) = tokio::io::duplex(1 << 16);
    let server = server.clone();
    codex_otel::spawn_detached(async move {
        let (reader, writer) = tokio::io::split(far);
        let (ended, end) = tokio::sync::oneshot::channel::<()>();
        let serve = server.serve_lines(reader, writer, move || drop(ended));
        // A process would end here; this one goes on, so the connection is let go.
        tokio::select! {
            () = serve => {}
            _ = end => {}
        }
    });
    let (reader, writer) = tokio::io::split(near);
    Client::lines(reader, writer, Log::new())
}

#[tokio::test]
async fn turns_leave_no_task() {
    let (server, _home) = server();
    let mut client = lines(&server);
    client.initialize().await;
    let thread = client.start_thread().await;
    let mut before = 0;
    for round in 0..30 {
        for prompt in ["say 20", "plan", "fail", "cut", "tool demo_panic"] {
            let turn = client.start_turn(&thread, prompt).await;
            client.turn_completed_of(&turn).await;
        }
        match round {
            // The model's server, its connection and the like are there from now on.
            0 => before = tasks(),
            _ => back_to(before).await,
        }
    }
}

#[tokio::test]
async fn connections_over_lines_leave_no_task() {
    let (server, _home) = server();
    let before = tasks();
    for _ in 0..100 {
        let mut client = lines(&server);
        client.initialize().await;
        drop(client);
        back_to(before).await;
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn websockets_leave_no_task() {
    let (server, _home) = server();
    let before = tasks();
    for politely in [true, false].into_iter().cycle().take(100) {
        let (near, far) = tokio::io::duplex(1 << 16);
        let serving = server.clone();
        codex_otel::spawn_detached(async move { serving.serve_http(far, false).await });
        let (mut socket, _) = client_async("ws://localhost/", near).await.expect("the handshake succeeds");
        let initialize =
            r#"{"id":1,"method":"initialize","params":{"clientInfo":{"name":"t","version":"1"}}}"#;
        socket.send(Message::text(initialize)).await.expect("the server reads");
        assert!(matches!(socket.next().await, Some(Ok(Message::Text(_)))));
        if politely {
            socket.close(None).await.expect("the server listens");
            while socket.next().await.is_some_and(|message| message.is_ok()) {}
        }
        drop(socket);
        back_to(before).await;
    }
    assert_eq!(server.connections(), 0);
}
