//! Many connections, silent ones, and no descriptors left: none costs a running turn.

use std::fs;

use rustix::process::{Resource, Rlimit, getrlimit, prlimit};
use serde_json::json;
use test_kit::{
    Client, Server,
    model::script::{ANSWER, HOLD},
    within,
};
use tokio::{io::AsyncReadExt, net::TcpStream};

use crate::{http::upgrade, transport::Transport, world::World};

fn header(server: &Server) -> String {
    format!("authorization: Bearer {}", server.token().expect("it has made one"))
}

async fn completes(client: &mut Client) {
    assert_eq!(client.turn_completed().await["status"], "completed");
}

#[tokio::test]
async fn who_says_nothing_is_closed_and_who_has_said_who_it_is_stays() {
    let world = World::new().await;
    let launch = world.launch().config("app_server.initialize_seconds=1");
    let (mut server, mut client) = world.connect_to(launch, Transport::WebSocket).await;
    let mut silent = server.connect().await;
    assert_eq!(silent.close_code().await, Some(1008));
    client.request("thread/loaded/list", json!({})).await;
    server.stop().await;
}

#[tokio::test]
async fn one_too_many_is_told_so_and_may_come_again() {
    let world = World::new().await;
    let launch = world.launch().config("app_server.max_connections=2");
    let (mut server, mut client) = world.connect_to(launch, Transport::WebSocket).await;
    let (address, token) = (server.address().await, header(&server));
    let second = upgrade(&address, &[&token]).await;
    assert_eq!(second.status(), "101");
    assert_eq!(upgrade(&address, &[&token]).await.status(), "503");
    drop(second);
    let again = async { while upgrade(&address, &[&token]).await.status() != "101" {} };
    within("a free place", again, || server.log.evidence()).await;
    client.request("thread/loaded/list", json!({})).await;
    server.stop().await;
}

#[tokio::test]
async fn a_crowd_of_silent_strangers_keeps_nobody_from_working() {
    let world = World::new().await;
    let (mut server, mut client) = world.connect(Transport::WebSocket).await;
    let address = server.address().await;
    let thread = client.start_thread().await;
    let mut strangers = Vec::new();
    for _ in 0..300 {
        strangers.push(TcpStream::connect(&address).await.unwrap());
    }
    client.start_turn(&thread, ANSWER).await;
    completes(&mut client).await;
    // Those over the limit were told at once.
    let refused = async {
        let mut text = String::new();
        strangers.last_mut().unwrap().read_to_string(&mut text).await.unwrap();
        text
    };
    let text = within("the refusal", refused, || server.log.evidence()).await;
    assert!(text.starts_with("HTTP/1.1 503 "), "{text}");
    server.stop().await;
}

#[tokio::test]
async fn without_descriptors_new_connections_are_closed_and_turns_go_on() {
    let world = World::new().await;
    let (mut server, mut client) = world.connect(Transport::WebSocket).await;
    let address = server.address().await;
    let thread = client.start_thread().await;
    client.start_turn(&thread, HOLD).await;
    // The turn has what it needs: the model is answering.
    client.notification("item/agentMessage/delta").await;

    // The next descriptor would be the first one too many.
    let open = |number: u64| {
        fs::symlink_metadata(format!("/proc/{}/fd/{number}", server.id().as_raw_nonzero())).is_ok()
    };
    let first_free = (0..1 << 16).find(|number| !open(*number)).unwrap();
    let before = getrlimit(Resource::Nofile);
    let none_left = Rlimit { current: Some(first_free), maximum: before.maximum };
    prlimit(Some(server.id()), Resource::Nofile, none_left).unwrap();
    let shed = async {
        let mut stream = TcpStream::connect(&address).await.unwrap();
        // Closed: the end, or a reset.
        stream.read(&mut [0]).await.unwrap_or(0)
    };
    assert_eq!(within("the refusal", shed, || server.log.evidence()).await, 0);
    server.log.line("new connections are closed until descriptors are free").await;
    world.model.release();
    completes(&mut client).await;

    prlimit(Some(server.id()), Resource::Nofile, before).unwrap();
    server.connect().await.initialize().await;
    server.stop().await;
}
