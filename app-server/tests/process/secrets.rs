//! Keys and prompts stay where they belong: canaries are planted, and looked for in all that comes out.

use std::{fs, path::Path};

use test_kit::model::script::{ANSWER, ECHO_KEY};

use crate::{transport::Transport, world::World};

const KEYS: [(&str, &str); 4] = [
    ("MOCK_KEY", "canary-api-key"),
    ("MOCK_HEADER", "canary-header-from-environment"),
    ("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20canary-collector-token"),
    ("MOCK_UNUSED", "canary-of-somebody-else"),
];
/// What every planted key has in its text.
const KEY: &str = "canary-";
const PROMPT: &str = "prompt-sentinel";

/// The text of every file below a folder.
fn read_all(folder: &Path, text: &mut String) {
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("the folder can be read").path();
        if path.is_dir() {
            read_all(&path, text);
        } else {
            text.push_str(&String::from_utf8_lossy(&fs::read(path).expect("the file can be read")));
        }
    }
}

async fn leaks(log_filter: Option<&str>) {
    let world = World::new().await;
    let mut launch = world
        .launch()
        .config("model_providers.mock.env_key=MOCK_KEY")
        .config(r#"model_providers.mock.env_http_headers={"x-env"="MOCK_HEADER"}"#)
        .config(r#"model_providers.mock.http_headers={"x-plain"="canary-plain-header"}"#)
        .config(r#"model_providers.mock.query_params={"key"="canary-query"}"#);
    for (name, value) in KEYS {
        launch = launch.env(name, value);
    }
    if let Some(filter) = log_filter {
        launch = launch.env("RUST_LOG", filter);
    }
    let (mut server, mut client) = world.connect_to(launch, Transport::Stdio).await;
    let thread = client.start_thread().await;
    for verb in [ANSWER, ECHO_KEY] {
        let turn = client.start_turn(&thread, &format!("{verb} {PROMPT}")).await;
        client.turn_completed_of(&turn).await;
    }
    let requests = world.model.wait(2, &server.log).await;
    client.end_input().await;
    let received = format!("{:?}", client.rest().await);
    server.exit().await;

    // The model got them, so they were there to leak.
    assert_eq!(requests[0].header("authorization"), Some("Bearer canary-api-key"));
    assert_eq!(requests[0].header("x-env"), Some("canary-header-from-environment"));
    assert_eq!(requests[0].header("x-plain"), Some("canary-plain-header"));

    let spans = format!("{:?}", world.collector.spans().all());
    let mut rollouts = String::new();
    read_all(&world.home.path().join("sessions"), &mut rollouts);
    assert!(spans.contains("turn user"));
    assert!(rollouts.contains(PROMPT), "the rollout is where the prompt belongs");
    for (place, text) in
        [("spans", &spans), ("stderr", &server.log.text()), ("rollouts", &rollouts), ("answers", &received)]
    {
        assert!(!text.contains(KEY), "a key in {place}: {:#?}", around(text, KEY));
    }
    for (place, text) in [("spans", &spans), ("stderr", &server.log.text())] {
        assert!(!text.contains(PROMPT), "the prompt in {place}: {:#?}", around(text, PROMPT));
    }
}

fn around<'a>(text: &'a str, part: &str) -> Vec<&'a str> {
    text.lines().filter(|line| line.contains(part)).collect()
}

#[tokio::test]
async fn no_secret_leaks_with_debug() {
    leaks(None).await;
}

#[tokio::test]
async fn no_secret_leaks_at_the_most_talkative() {
    leaks(Some("trace")).await;
}
