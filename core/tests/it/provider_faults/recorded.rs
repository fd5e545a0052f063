//! Answers in the shapes of real servers, written from their documentation and from reports (docs/providers.md).

use std::{collections::BTreeSet, fs, path::Path};

use codex_protocol::{EventMsg, TurnStatus};

use super::harness::{Wire, against, answers, ended};
use crate::support::Reply;

const HELLO: &str = r#"agent "Hello there""#;
const NEXT: &str = r#"agent "next""#;

/// The recorded answers: what becomes of each, as ended items and as the words of its error.
const SHAPES: [(&str, Wire, &[&str], &str); 19] = [
    ("azure-400.json", Wire::Chat, &[], "The response was filtered due to the prompt"),
    ("azure-404.json", Wire::Chat, &[], "The API deployment for this resource does not exist."),
    ("azure-message.sse", Wire::Chat, &[HELLO], ""),
    ("llama-cpp-error.sse", Wire::Chat, &[], "Context size has been exceeded."),
    ("llama-cpp-message.sse", Wire::Chat, &[HELLO], ""),
    ("lm-studio-error.sse", Wire::Chat, &[], "The model has crashed"),
    ("lm-studio-responses.sse", Wire::Responses, &[r#"reasoning [] ["Short."]"#, HELLO], ""),
    ("lm-studio-tool-call.sse", Wire::Chat, &[NEXT], ""),
    ("ollama-404.json", Wire::Chat, &[], "not found, try pulling it first"),
    ("ollama-404.json", Wire::Responses, &[], "not found, try pulling it first"),
    ("ollama-tool-calls.sse", Wire::Chat, &[r#"reasoning [] ["Two plans, then."]"#, NEXT], ""),
    ("openrouter-402.json", Wire::Chat, &[], "Insufficient credits."),
    ("openrouter-402.json", Wire::Responses, &[], "Insufficient credits."),
    ("openrouter-error.sse", Wire::Chat, &[], "Provider disconnected unexpectedly"),
    ("openrouter-message.sse", Wire::Chat, &[r#"reasoning [] ["Short."]"#, HELLO], ""),
    ("vllm-error.sse", Wire::Chat, &[], "EngineCore encountered an issue."),
    ("vllm-responses.sse", Wire::Responses, &[HELLO], ""),
    ("vllm-tool-call.sse", Wire::Chat, &[r#"reasoning [] ["The user wants a plan."]"#, NEXT], ""),
    ("azure-404.json", Wire::Responses, &[], "The API deployment for this resource does not exist."),
];

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/provider_faults/recorded")
}

fn reply(name: &str) -> Reply {
    let body = fs::read_to_string(folder().join(name)).unwrap();
    match name.strip_suffix(".json").and_then(|name| name.rsplit_once('-')) {
        Some((_, status)) => Reply::status(status.parse().unwrap(), "", body),
        None => Reply::stream(body),
    }
}

#[test]
fn what_they_answer_is_understood() {
    for (name, wire, items, error) in SHAPES {
        let settings =
            &["model_providers.demo.stream_max_retries=0", "model_providers.demo.request_max_retries=0"];
        against(wire, settings, vec![reply(name), wire.message("next")], |mut world, _| async move {
            let events = world.turn("x").await;
            let turn = ended(&events);
            assert_eq!(answers(&events), items, "{name}");
            let message = turn.error.map(|error| error.message).unwrap_or_default();
            assert!(message.contains(error), "{name}: {message}");
            let status = if error.is_empty() { TurnStatus::Completed } else { TurnStatus::Failed };
            assert_eq!(turn.status, status, "{name}: {message}");
            let plans = events.iter().filter(|event| matches!(event, EventMsg::PlanUpdated { .. })).count();
            assert_eq!(
                plans,
                match name {
                    "ollama-tool-calls.sse" => 2,
                    name if name.contains("tool-call") => 1,
                    _ => 0,
                },
                "{name}"
            );
        });
    }
}

#[test]
fn each_recorded_answer_is_replayed_and_stands_in_the_table() {
    let files: BTreeSet<String> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let replayed: BTreeSet<String> = SHAPES.iter().map(|(name, ..)| (*name).to_owned()).collect();
    assert_eq!(files, replayed);
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/providers.md");
    let page = fs::read_to_string(page).unwrap();
    for name in files {
        assert!(page.contains(&format!("`{name}`")), "docs/providers.md does not name {name}");
    }
}
