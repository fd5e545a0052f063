//! Canaries in every signal: keys never leave, content only when it was asked for.

use serde_json::Value;

use super::signals::lines;
use test_kit::model::script::ANSWER;

use crate::{transport::Transport, world::World};

/// Values that are secret or nobody's business, by the variable they stand in.
const PLANTED: [(&str, &str); 3] = [
    ("MOCK_KEY", "canary-api-key"),
    ("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20canary-collector-token"),
    ("UNRELATED", "canary-of-somebody-else"),
];
const PROMPT: &str = "prompt-sentinel";
const FILE: &str = "file-sentinel";

/// What every signal says of a turn, at the most talkative.
async fn said(content: bool) -> [(&'static str, String); 4] {
    let world = World::new().await;
    std::fs::write(world.home.path().join("AGENTS.md"), format!("Rules: {FILE}")).expect("it is our folder");
    let mut launch = world
        .launch()
        .env("RUST_LOG", "trace")
        .env("OTEL_METRICS_EXPORTER", "file")
        .env("OTEL_LOGS_EXPORTER", "file")
        .config("model_providers.mock.env_key=MOCK_KEY")
        .config(&format!("otel.log_user_prompt={content}"));
    for (name, value) in PLANTED {
        launch = launch.env(name, value);
    }
    let (mut server, mut client) = world.connect_to(launch, Transport::Stdio).await;
    let thread = client.start_thread().await;
    let turn = client.start_turn(&thread, &format!("{ANSWER} {PROMPT}")).await;
    client.turn_completed_of(&turn).await;
    let request = world.model.request(&server.log).await;
    assert_eq!(request.header("authorization"), Some("Bearer canary-api-key"), "it was there to leak");
    assert!(request.body.to_string().contains(FILE), "it was there to leak");
    client.end_input().await;
    client.rest().await;
    server.exit().await;
    let text = |signal| lines(world.home.path(), signal).iter().map(Value::to_string).collect::<String>();
    [
        ("spans", format!("{:?}", world.collector.spans().all())),
        ("metrics", text("metrics")),
        ("log records", text("logs")),
        ("stderr", server.log.text()),
    ]
}

#[tokio::test]
async fn nothing_planted_leaves() {
    for (place, text) in said(false).await {
        assert!(!text.is_empty(), "{place}");
        for canary in ["canary-", PROMPT, FILE] {
            let lines: Vec<_> = text.lines().filter(|line| line.contains(canary)).collect();
            assert!(lines.is_empty(), "{canary} in {place}: {lines:#?}");
        }
    }
}

#[tokio::test]
async fn content_that_was_asked_for_stands_on_spans_and_log_events_alone() {
    for (place, text) in said(true).await {
        // The reference's `codex.user_prompt` holds it too.
        let asked = ["spans", "log records"].contains(&place);
        assert_eq!(text.contains(PROMPT), asked, "the prompt in {place}");
        if place == "spans" {
            assert!(text.contains("gen_ai.input.messages") && text.contains("gen_ai.output.messages"));
            assert!(text.contains("gen_ai.system_instructions"));
        }
        assert!(!text.contains("canary-"), "a key in {place}");
    }
}
