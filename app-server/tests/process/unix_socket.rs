//! The unix socket: closed to others, gone at the end, never taken from a living server.

use std::{fs, os::unix::fs::PermissionsExt, os::unix::net::UnixListener};

use test_kit::{Client, model::script::ANSWER};

use crate::world::World;

#[tokio::test]
async fn it_is_private_serves_and_is_removed() {
    let world = World::new().await;
    let path = world.home.path().join("agent.sock");
    // Left by a server that was killed: nobody listens.
    drop(UnixListener::bind(&path).unwrap());
    let url = format!("unix://{}", path.display());
    let mut server = world.launch().args(&["--listen", &url]).spawn();
    server.log.line("listening on: unix://").await;
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let mut client = Client::connect(&url, server.log.clone()).await;
    client.initialize().await;
    let thread = client.start_thread().await;
    client.start_turn(&thread, ANSWER).await;
    assert_eq!(client.turn_completed().await["status"], "completed");

    // A second server does not take it over, and does not remove it either.
    let second = world.launch().args(&["--listen", &url]).run().await;
    assert_eq!(second.code, Some(1), "{second:?}");
    assert!(second.stderr.contains("another server listens there"), "{second:?}");
    Client::connect(&url, server.log.clone()).await.initialize().await;

    server.stop().await;
    assert!(!path.exists());
    let spans = world.collector.spans();
    let transport = spans.one("turn/start").attr_text("rpc.transport");
    assert_eq!(transport.as_deref(), Some("unix"));
}

#[tokio::test]
async fn a_file_in_its_place_is_left_alone() {
    let world = World::new().await;
    let path = world.home.path().join("notes.txt");
    fs::write(&path, "keep").unwrap();
    let exit = world.launch().args(&["--listen", &format!("unix://{}", path.display())]).run().await;
    assert_eq!(exit.code, Some(1), "{exit:?}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "keep");
}
