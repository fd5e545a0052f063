//! Log events of a turn, against what the reference server sends: names, attributes and their types.

use codex_core::StartThread;
use codex_otel::{EventSettings, OtelConfig};
use serde_json::Value;

use crate::support::{Model, Reply, World, message, run_with_events, tool_call};

/// What every event has after its own attributes.
const COMMON: &[(&str, &str)] = &[
    ("event.timestamp", "s"),
    ("conversation.id", "s"),
    ("app.version", "s"),
    ("originator", "s"),
    ("terminal.type", "s"),
    ("model", "s"),
    ("slug", "s"),
];

/// Recorded from the reference: an event, and its attributes with `s`, `i` or `b` for text, whole number, truth value.
const REFERENCE: &[(&str, &str)] = &[
    ("codex.user_prompt", "prompt:s prompt_length:s"),
    ("codex.api_request", "attempt:i duration_ms:s endpoint:s http.response.status_code:i"),
    ("codex.sse_event", "duration_ms:s event.kind:s"),
    (
        "codex.sse_event",
        "cache_write_token_count:i cached_token_count:i event.kind:s input_token_count:s output_token_count:s \
         reasoning_token_count:i tool_token_count:s ttft_ms:i",
    ),
    ("codex.turn_ttft", "duration_ms:s"),
    (
        "codex.tool_result",
        "agent_name:s arguments:s call_id:s duration_ms:s mcp_server:s mcp_server_origin:s output:s \
         output_truncated:b success:s tool_name:s tool_namespace:s tool_result_seq:i",
    ),
];

fn attributes(record: &Value) -> Vec<(String, String)> {
    let list = record["attributes"].as_array().expect("a record has attributes");
    let kind = |value: &Value| {
        let members = value.as_object().expect("a value is an object");
        match members.keys().next().map(String::as_str) {
            Some("stringValue") => "s",
            Some("intValue") => "i",
            Some("boolValue") => "b",
            other => panic!("{other:?}"),
        }
    };
    list.iter()
        .map(|pair| (pair["key"].as_str().expect("a key").to_owned(), kind(&pair["value"]).to_owned()))
        .collect()
}

fn name(record: &Value) -> &str {
    let list = record["attributes"].as_array().expect("a record has attributes");
    let name = list.iter().find(|pair| pair["key"] == "event.name").expect("an event has a name");
    name["value"]["stringValue"].as_str().expect("a name is text")
}

#[test]
fn events_have_the_names_attributes_and_types_of_the_reference() {
    let mut records = Vec::new();
    run_with_events(EventSettings::from(&OtelConfig::default()), async |mut world: World| {
        let model = Model::start(vec![
            Reply::stream(tool_call(&["update_plan"])),
            Reply::stream(message("m", "done")),
        ])
        .await;
        world.restart_with(&[&model.setting()], StartThread::default()).await;
        world.turn("make a plan").await;
        records = world.recorder.log_events();
    });
    assert!(!records.is_empty(), "events were sent");
    for record in &records {
        let found = attributes(record);
        for (key, kind) in COMMON {
            assert!(found.contains(&((*key).to_owned(), (*kind).to_owned())), "{key} of {record}");
        }
        let mut own: Vec<String> = found
            .iter()
            .filter(|(key, _)| key != "event.name" && COMMON.iter().all(|(common, _)| common != key))
            .map(|(key, kind)| format!("{key}:{kind}"))
            .collect();
        own.sort();
        let own = own.join(" ");
        let known = REFERENCE.iter().any(|(event, attributes)| {
            *event == name(record) && (*attributes == own || attributes.replace(" ttft_ms:i", "") == own)
        });
        assert!(known, "{} has {own}", name(record));
    }
    for event in
        ["codex.user_prompt", "codex.api_request", "codex.sse_event", "codex.turn_ttft", "codex.tool_result"]
    {
        assert!(records.iter().any(|record| name(record) == event), "{event}");
    }
    let prompt = records.iter().find(|record| name(record) == "codex.user_prompt").unwrap();
    assert!(prompt.to_string().contains("[REDACTED]") && !prompt.to_string().contains("make a plan"));
}
