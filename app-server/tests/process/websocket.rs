//! The websocket listener: probes, handshakes, connections that break, and threads that outlive them.

use serde_json::json;

use test_kit::{
    Client, Server,
    model::script::{ANSWER, HOLD},
};

use crate::{
    collector::TURN,
    http::{ask, upgrade},
    transport::Transport,
    world::World,
};

/// A listening server, its address, and the header with its token.
async fn serve(world: &World, settings: &[&str]) -> (Server, String, String) {
    let launch = settings.iter().fold(world.launch(), |launch, setting| launch.config(setting));
    let server = launch.args(&["--listen", "ws://127.0.0.1:0"]).spawn();
    let address = server.address().await;
    let token = format!("authorization: Bearer {}", server.token().expect("it has made one"));
    (server, address, token)
}

#[tokio::test]
async fn probes() {
    let world = World::new().await;
    let (mut server, address, token) = serve(&world, &[]).await;
    for (request, status) in [
        ("GET /readyz", "200"),
        ("GET /healthz", "200"),
        ("HEAD /readyz", "200"),
        ("HEAD /healthz", "200"),
        ("POST /readyz", "405"),
        ("GET /", "400"),
        ("POST /", "405"),
    ] {
        let answer = ask(&address, request, &["connection: close", &token]).await;
        assert_eq!(answer.status(), status, "{request}");
        if request.starts_with("HEAD") {
            assert_eq!(answer.body().await, "");
        }
    }
    server.stop().await;
    assert!(world.collector.spans().all().is_empty(), "a probe is no request of the protocol");
}

#[tokio::test]
async fn origins() {
    let world = World::new().await;
    let (mut server, address, token) = serve(&world, &[r#"app_server.allowed_origins=["http://x"]"#]).await;
    for (origin, status) in [
        ("origin: http://x", "101"),
        ("origin: http://x.example", "403"),
        ("origin: null", "403"),
        ("x-no-origin: 1", "101"),
    ] {
        assert_eq!(upgrade(&address, &[origin, &token]).await.status(), status, "{origin}");
    }
    assert_eq!(ask(&address, "GET /readyz", &["origin: http://y"]).await.status(), "403");
    server.stop().await;
}

#[tokio::test]
async fn handshake_request_ids() {
    let world = World::new().await;
    let (mut server, address, token) = serve(&world, &[]).await;
    let given = upgrade(&address, &["X-Request-ID: caller-7", &token]).await;
    assert_eq!(given.header("x-request-id"), Some("caller-7"), "{:?}", given.head);
    assert_eq!(given.header("sec-websocket-accept"), Some("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
    let made = upgrade(&address, &[&token]).await;
    let id = made.header("x-request-id").unwrap_or_default();
    // The fifteenth character of a UUID is its version.
    assert!(id.len() == 36 && id.as_bytes()[14] == b'7', "{id}");
    server.stop().await;
}

#[tokio::test]
async fn wrong_handshakes() {
    let world = World::new().await;
    let (mut server, address, token) = serve(&world, &[]).await;
    let old = [
        "connection: Upgrade",
        "upgrade: websocket",
        "sec-websocket-version: 8",
        "sec-websocket-key: x",
        &token,
    ];
    let answer = ask(&address, "GET /", &old).await;
    assert_eq!((answer.status(), answer.header("sec-websocket-version")), ("426", Some("13")));
    assert_eq!(ask(&address, "GET /", &[old[0], old[1], &token]).await.status(), "426");
    let no_key = ["connection: Upgrade", "upgrade: websocket", "sec-websocket-version: 13", &token];
    assert_eq!(ask(&address, "GET /", &no_key).await.status(), "400");
    server.connect().await.initialize().await;
    server.stop().await;
}

#[tokio::test]
async fn several_listeners_share_their_threads() {
    let world = World::new().await;
    let path = world.home.path().join("agent.sock");
    let unix = format!("unix://{}", path.display());
    let launch =
        world.launch().args(&["--listen", "ws://127.0.0.1:0", "--listen", &unix, "--listen", "ws://[::1]:0"]);
    let mut server = launch.spawn();
    server.log.line("listening on: ws://[::1]:").await;
    let mut first = server.connect().await;
    first.initialize().await;
    let thread = first.start_thread().await;
    let mut second = Client::connect(&unix, server.log.clone()).await;
    second.initialize().await;
    let loaded = second.request("thread/loaded/list", json!({})).await;
    assert_eq!(loaded["data"], json!([thread]));
    server.stop().await;
}

#[tokio::test]
async fn threads_outlive_their_connection() {
    let world = World::new().await;
    let (mut server, mut first) = world.connect(Transport::WebSocket).await;
    let thread = first.start_thread().await;
    first.start_turn(&thread, ANSWER).await;
    first.turn_completed().await;
    drop(first);
    server.log.line("connection closed").await;
    let mut second = server.connect().await;
    second.initialize().await;
    let read = second.request("thread/read", json!({ "threadId": thread, "includeTurns": true })).await;
    assert_eq!(read["thread"]["id"], thread.as_str());
    assert_eq!(read["thread"]["turns"][0]["status"], "completed");
    let turn = second.start_turn(&thread, ANSWER).await;
    assert!(!turn.is_empty());
    world.collector.wait("both turns", &server.log, |spans| spans.named(TURN).len() == 2).await;
    server.stop().await;
}

/// What a client sends, and the code that its connection is closed with.
const BREAKS: [(&str, u16); 2] = [("invalid UTF-8", 1007), ("too long", 1009)];

#[tokio::test]
async fn a_connection_that_breaks_the_rules_costs_nobody_else() {
    let world = World::new().await;
    let launch = world.launch().config("app_server.max_message_bytes=4096");
    let (mut server, mut bystander) = world.connect_to(launch, Transport::WebSocket).await;
    for (what, code) in BREAKS {
        let mut client = server.connect().await;
        client.initialize().await;
        let thread = client.start_thread().await;
        client.start_turn(&thread, HOLD).await;
        client.notification("turn/started").await;
        let message = match code {
            1007 => b"{\"id\":1,\"method\":\"\xff\xfe\"}".to_vec(),
            // More than the socket's buffers hold: the server must not read it all to say that it is too long.
            _ => vec![b' '; 4 << 20],
        };
        client.send_bytes(message).await;
        assert_eq!(client.close_code().await, Some(code), "{what}\n{}", server.log.evidence());
        let read = bystander.request("thread/read", json!({ "threadId": thread })).await;
        assert_eq!(read["thread"]["status"]["type"], "active", "after {what}");
    }
    world.model.release();
    let done =
        |span: &&codex_otel::SpanRecord| span.attr_text("codex.turn.status").as_deref() == Some("completed");
    let both = |spans: &crate::collector::Spans| spans.named(TURN).into_iter().filter(done).count() == 2;
    world.collector.wait("the turns of the broken connections", &server.log, both).await;
    server.stop().await;
}

#[tokio::test]
async fn a_client_that_vanishes_is_forgotten() {
    let world = World::new().await;
    let (mut server, address, token) = serve(&world, &[]).await;
    for _ in 0..50 {
        // No closing handshake: the socket just goes.
        drop(upgrade(&address, &[&token]).await);
    }
    server.connect().await.initialize().await;
    server.stop().await;
}
