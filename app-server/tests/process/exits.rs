//! How the process ends, and how it refuses to start.

use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::json;
use tokio::net::TcpListener;

use test_kit::model::script::ANSWER;

use crate::{
    collector::TURN,
    transport::{Transport, over_both},
    world::World,
};

/// The server's own deadline is 5 s, once for its clients and once for its spans; the rest is for a busy machine.
const ORDERLY: Duration = Duration::from_secs(9);

#[tokio::test]
async fn the_end_of_stdin_lets_everything_be_answered() {
    let world = World::new().await;
    let (mut server, mut client) = world.connect(Transport::Stdio).await;
    for id in 100..200 {
        let method = ["thread/loaded/list", "config/read", "thread/list", "model/list"][id % 4];
        client.send(&json!({ "id": id, "method": method, "params": {} })).await;
    }
    client.end_input().await;
    let seen = client.rest().await;
    let answered = |id: usize| seen.iter().filter(|message| message["id"] == id).count();
    for id in 100..200 {
        assert_eq!(answered(id), 1, "answers to {id} in {seen:#?}\n{}", server.log.evidence());
    }
    assert_eq!(server.exit().await.code(), Some(0), "{}", server.log.evidence());
    // Their spans too: the process flushes before it goes.
    let spans = world.collector.spans();
    assert_eq!(
        spans.all().iter().filter(|span| span.name != "initialize" && span.name != "initialized").count(),
        100
    );
}

over_both!(sigterm_ends_an_idle_server, sigterm_idle);
async fn sigterm_idle(transport: Transport) {
    let world = World::new().await;
    let (mut server, client) = world.connect(transport).await;
    server.stop().await;
    drop(client);
    assert!(world.collector.spans().has("initialize"), "what waited was flushed");
}

#[tokio::test]
async fn end_of_stdin_before_a_word_is_no_error() {
    let world = World::new().await;
    let exit = world.launch().run().await;
    assert_eq!((exit.code, exit.stdout.as_str()), (Some(0), ""), "{exit:?}");
}

#[tokio::test]
async fn stdin_beside_a_listener_does_not_end_the_server() {
    let world = World::new().await;
    let launch = world.launch().args(&["--listen", "stdio://", "--listen", "ws://127.0.0.1:0"]);
    let mut server = launch.spawn();
    let mut first = server.client();
    first.initialize().await;
    first.end_input().await;
    let mut second = server.connect().await;
    second.initialize().await;
    server.stop().await;
}

over_both!(a_dead_collector_costs_only_the_spans, dead);
async fn dead(transport: Transport) {
    // Bound and dropped: nobody listens there.
    let (listener, url) = silent().await;
    drop(listener);
    turn_and_exit(transport, &url).await;
}

over_both!(a_hung_collector_costs_only_the_spans, hung);
async fn hung(transport: Transport) {
    let (_listener, url) = silent().await;
    turn_and_exit(transport, &url).await;
}

/// A collector whose connections are accepted by the system and never answered.
async fn silent() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
    let url = format!("http://{}", listener.local_addr().expect("it is bound"));
    (listener, url)
}

async fn turn_and_exit(transport: Transport, collector: &str) {
    let world = World::new().await;
    let launch = world.launch().env("OTEL_EXPORTER_OTLP_ENDPOINT", collector);
    let (mut server, mut client) = world.connect_to(launch, transport).await;
    let thread = client.start_thread().await;
    for _ in 0..3 {
        let turn = client.start_turn(&thread, ANSWER).await;
        assert_eq!(client.turn_completed_of(&turn).await["status"], "completed");
    }
    let begun = Instant::now();
    server.stop().await;
    assert!(begun.elapsed() < ORDERLY, "{:?}\n{}", begun.elapsed(), server.log.evidence());
}

#[tokio::test]
async fn a_second_signal_ends_at_once() {
    let world = World::new().await;
    let (_listener, collector) = silent().await;
    let launch = world.launch().env("OTEL_EXPORTER_OTLP_ENDPOINT", &collector);
    let (mut server, mut client) = world.connect_to(launch, Transport::WebSocket).await;
    let thread = client.start_thread().await;
    client.start_turn(&thread, ANSWER).await;
    client.turn_completed().await;
    server.signal(Signal::TERM);
    server.log.line("interrupting the running turns").await;
    let begun = Instant::now();
    server.signal(Signal::TERM);
    let status = server.exit().await;
    assert_eq!(status.code(), Some(0), "{}", server.log.evidence());
    assert!(server.log.text().contains("ending at once"), "{}", server.log.evidence());
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn command_lines_that_do_not_serve() {
    let holder = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let taken = format!("ws://{}", holder.local_addr().unwrap());
    let home = tempfile::tempdir().unwrap();
    let cases: &[(&[&str], i32, &[&str])] = &[
        (&["--listen", "ws://0.0.0.0:0"], 2, &["refusing to listen on 0.0.0.0:0", "not a loopback address"]),
        (&["--listen", "ws://[::]:0"], 2, &["not a loopback address"]),
        (&["--listen", "http://127.0.0.1:0"], 2, &["unsupported --listen URL"]),
        (&["--listen", &taken], 1, &["cannot listen on", &taken]),
        (&["--no-such-flag"], 2, &["--no-such-flag"]),
        (&["-c", "=1"], 2, &["KEY=VALUE"]),
        (&["-c", "app_server.max_in_flight=\"many\""], 78, &["app_server"]),
        (&["-c", "app_server.no_such=1"], 78, &["no_such"]),
        (&["--check-config"], 0, &["is valid"]),
        (&["app-server", "--check-config"], 0, &["is valid"]),
    ];
    for (arguments, code, says) in cases {
        let exit = crate::world::bare(home.path()).args(arguments).run().await;
        assert_eq!(exit.code, Some(*code), "{arguments:?}: {exit:?}");
        assert_eq!(exit.stdout, "", "{arguments:?}");
        for part in *says {
            assert!(exit.stderr.contains(part), "`{part}` on stderr of {arguments:?}: {exit:?}");
        }
    }
}

#[tokio::test]
async fn the_version_is_printed() {
    let home = tempfile::tempdir().unwrap();
    for arguments in [&["--version"] as &[&str], &["app-server", "--version"]] {
        let exit = crate::world::bare(home.path()).args(arguments).run().await;
        let wanted = format!("codex-app-server {}\n", env!("CARGO_PKG_VERSION"));
        assert_eq!((exit.code, exit.stdout), (Some(0), wanted), "{arguments:?}");
    }
}

#[tokio::test]
async fn a_broken_configuration_names_file_and_line() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("config.toml");
    std::fs::write(&file, "model = \"a\"\n\nmodel_provider = = \"b\"\n").unwrap();
    for arguments in [&[] as &[&str], &["--check-config"]] {
        let exit = crate::world::bare(home.path()).args(arguments).run().await;
        assert_eq!(exit.code, Some(78), "{exit:?}");
        assert!(exit.stderr.contains(&file.display().to_string()), "{exit:?}");
        assert!(exit.stderr.contains("line 3"), "{exit:?}");
    }
}

#[tokio::test]
async fn a_wrong_tracing_setting_is_a_warning() {
    let world = World::new().await;
    for setting in ["otel.exporter=\"no-such\"", "otel.log_user_prompt=3"] {
        let (mut server, mut client) =
            world.connect_to(world.launch().config(setting), Transport::Stdio).await;
        client.request("thread/loaded/list", json!({})).await;
        server.log.line("otel").await;
        server.stop().await;
    }
    assert!(!world.collector.spans().has(TURN));
}

#[tokio::test]
async fn the_leading_word_is_accepted_and_overrides_are_seen() {
    let world = World::new().await;
    let launch = crate::world::bare(world.home.path()).args(&["app-server", "--listen", "stdio://"]);
    let launch = launch.config("model_provider=demo").config("model=chosen-here");
    let mut server = launch.spawn();
    let mut client = server.client();
    client.initialize().await;
    let answer = client.request("config/read", json!({ "includeLayers": false })).await;
    assert_eq!(answer["config"]["model"], "chosen-here");
    assert_eq!(answer["config"]["model_provider"], "demo");
    client.end_input().await;
    assert_eq!(server.exit().await.code(), Some(0), "{}", server.log.evidence());
}
