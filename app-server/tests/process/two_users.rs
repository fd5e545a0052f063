//! Two users on one machine: the second one gets nothing of what the first one does, where the folders let them look.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    process::{Command, Output},
};

use test_kit::{Client, model::script::ANSWER};

use crate::world::World;

/// Runs a command as a user that nothing here belongs to.
fn as_nobody(words: &[&str]) -> Output {
    let nobody = ["--reuid=65534", "--regid=65534", "--clear-groups", "--"];
    Command::new("setpriv").args(nobody).args(words).current_dir("/").output().expect("setpriv is there")
}

/// Only root can be another user. Elsewhere there is nothing to try.
fn can_be_nobody() -> bool {
    rustix::process::geteuid().is_root() && as_nobody(&["true"]).status.success()
}

#[tokio::test]
async fn the_second_user_can_neither_read_nor_connect_nor_steer() {
    if !can_be_nobody() {
        return;
    }
    let world = World::new().await;
    let home = world.home.path();
    fs::set_permissions(home, Permissions::from_mode(0o755)).unwrap();
    let socket = home.join("agent.sock");
    let unix = format!("unix://{}", socket.display());
    let mut server = world.launch().args(&["--listen", &unix, "--listen", "ws://127.0.0.1:0"]).spawn();
    let address = server.address().await;
    let mut client = server.connect().await;
    client.initialize().await;
    let thread = client.start_thread().await;
    client.start_turn(&thread, ANSWER).await;
    client.turn_completed().await;
    client.request("thread/list", serde_json::json!({})).await;

    // The token, the conversation, the index, and whatever else there is.
    assert!(home.join("app-server/token").exists() && home.join("app-server-threads.sqlite").exists());
    let home_text = home.display().to_string();
    let readable = as_nobody(&["find", &home_text, "-type", "f", "-readable"]);
    assert_eq!(String::from_utf8_lossy(&readable.stdout), "");
    let writable = as_nobody(&["find", &home_text, "-writable"]);
    assert_eq!(String::from_utf8_lossy(&writable.stdout), "", "the socket too");

    let port = address.rsplit(':').next().unwrap();
    let handshake = format!(
        "exec 3<>/dev/tcp/127.0.0.1/{port}; printf 'GET / HTTP/1.1\\r\\nhost: x\\r\\nconnection: Upgrade\\r\\n\
         upgrade: websocket\\r\\nsec-websocket-version: 13\\r\\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\\r\\n\\r\\n' >&3; \
         head -n 1 <&3"
    );
    let answer = as_nobody(&["bash", "-c", &handshake]);
    assert!(answer.stdout.starts_with(b"HTTP/1.1 401 "), "{answer:?}");

    let process = server.id().as_raw_nonzero().to_string();
    assert!(!as_nobody(&["bash", "-c", &format!("kill -0 {process}")]).status.success());
    assert!(!as_nobody(&["cat", &format!("/proc/{process}/environ")]).status.success());

    // The first one is served as before.
    Client::connect(&unix, server.log.clone()).await.initialize().await;
    server.stop().await;
}
