//! Rollouts of the reference server, as records of ours. Facts about its files: version 0.169.0.
//!
//! A line there is `{"timestamp", "ordinal", "type", "payload"}`. What the model saw stands in `response_item`, what
//! clients saw in `event_msg` with `item_completed`, so nothing is taken from both.

use codex_protocol::{
    ItemId, ItemsView, SandboxPolicy, ThreadItem, ThreadItemKind, TokenUsage, Turn, TurnError, TurnId,
    TurnStatus, UserInput,
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};

use super::{
    super::{Record, StoredSettings, ThreadMeta, ThreadState},
    line::ParsedLine,
};

#[derive(Deserialize)]
struct CodexLine {
    timestamp: String,
    #[serde(rename = "type")]
    kind: String,
    payload: Value,
}

/// Reads a line of the reference server; none if it is none.
pub(super) fn parse(text: &[u8]) -> Option<ParsedLine> {
    let line: CodexLine = serde_json::from_slice(text).ok()?;
    let payload = line.payload;
    let record = match line.kind.as_str() {
        "session_meta" => meta(&payload, &line.timestamp),
        "turn_context" => Some(settings(&payload)),
        "response_item" => get(&payload).map(|item| Record::Context { item }),
        "event_msg" => event(&payload),
        _ => None,
    };
    let at = line.timestamp.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_millisecond);
    Some(ParsedLine::Codex { at, record })
}

fn meta(payload: &Value, written: &str) -> Option<Record> {
    let text = |name: &str| payload[name].as_str().map(str::to_owned);
    let made = text("timestamp").unwrap_or_else(|| written.to_owned());
    Some(Record::Thread(ThreadMeta {
        id: payload["id"].as_str()?.parse().ok()?,
        created_at_ms: made.parse::<jiff::Timestamp>().ok()?.as_millisecond(),
        cwd: text("cwd").unwrap_or_default(),
        // It stands in the context of each turn.
        model: String::new(),
        model_provider: text("model_provider").unwrap_or_default(),
        effort: None,
        server_version: text("cli_version").unwrap_or_default(),
        originator: text("originator"),
        source: get(&payload["source"]).unwrap_or(codex_protocol::SessionSource::Unknown),
        thread_source: text("thread_source"),
        forked_from: text("forked_from_id").and_then(|id| id.parse().ok()),
        base_instructions: payload["base_instructions"]["text"].as_str().map(str::to_owned),
    }))
}

/// The settings of a turn. As a state it is incomplete: only its settings count.
fn settings(payload: &Value) -> Record {
    let text = |name: &str| payload[name].as_str().map(str::to_owned);
    Record::State(ThreadState {
        settings: StoredSettings {
            cwd: text("cwd"),
            model: text("model"),
            model_provider: None,
            effort: text("effort").or_else(|| {
                payload["collaboration_mode"]["settings"]["reasoning_effort"].as_str().map(str::to_owned)
            }),
            approval_policy: get(&payload["approval_policy"]),
            approvals_reviewer: get(&payload["approvals_reviewer"]),
            sandbox_policy: sandbox(&payload["sandbox_policy"]),
            permission_profile: get(&payload["active_permission_profile"]),
        },
        ..ThreadState::default()
    })
}

fn sandbox(policy: &Value) -> Option<SandboxPolicy> {
    let mut policy = camel(policy);
    let kind = camel_word(&policy["type"].as_str()?.replace('-', "_"));
    policy["type"] = kind.into();
    get(&policy)
}

fn event(payload: &Value) -> Option<Record> {
    match payload["type"].as_str()? {
        "task_started" | "turn_started" => {
            let turn = turn(payload, TurnStatus::InProgress, ItemsView::NotLoaded)?;
            Some(Record::TurnStarted { turn: Turn { completed_at: None, duration_ms: None, ..turn } })
        }
        "task_complete" | "turn_complete" => {
            let error = &payload["error"];
            let status = if error.is_null() { TurnStatus::Completed } else { TurnStatus::Failed };
            let mut turn = turn(payload, status, ItemsView::Full)?;
            turn.error = error["message"].as_str().map(|message| TurnError {
                message: message.to_owned(),
                codex_error_info: get(&camel_values(&error["codex_error_info"])),
                additional_details: None,
                misalignment: None,
            });
            Some(Record::CodexTurnEnded { turn })
        }
        "turn_aborted" => {
            Some(Record::CodexTurnEnded { turn: turn(payload, TurnStatus::Interrupted, ItemsView::Full)? })
        }
        "token_count" => Some(Record::CodexUsage {
            total: usage(&payload["info"]["total_token_usage"])?,
            last: usage(&payload["info"]["last_token_usage"])?,
        }),
        "item_completed" => {
            let kind = item(&payload["item"])?;
            Some(Record::Item {
                turn_id: payload["turn_id"].as_str()?.parse().ok()?,
                item: ThreadItem {
                    kind,
                    started_at_ms: payload["started_at_ms"].as_i64(),
                    completed_at_ms: payload["completed_at_ms"].as_i64(),
                },
                // What the model saw stands in a line of its own.
                unseen: true,
            })
        }
        _ => None,
    }
}

fn turn(payload: &Value, status: TurnStatus, items_view: ItemsView) -> Option<Turn> {
    let id: TurnId = payload["turn_id"].as_str()?.parse().ok()?;
    Some(Turn {
        id,
        root_turn_id: payload["root_turn_id"].as_str().and_then(|id| id.parse().ok()).or(Some(id)),
        items: Vec::new(),
        items_view,
        status,
        error: None,
        started_at: payload["started_at"].as_i64(),
        completed_at: payload["completed_at"].as_i64(),
        duration_ms: payload["duration_ms"].as_i64(),
    })
}

fn usage(value: &Value) -> Option<TokenUsage> {
    get(&camel(value))
}

/// An item. What has the same members under other names is read as it is; the rest is told apart.
fn item(value: &Value) -> Option<ThreadItemKind> {
    let id = || value["id"].as_str().map(ItemId::from);
    match value["type"].as_str()? {
        "UserMessage" => Some(ThreadItemKind::UserMessage {
            id: id()?,
            client_id: value["client_id"].as_str().map(str::to_owned),
            content: value["content"].as_array()?.iter().filter_map(get::<UserInput>).collect(),
        }),
        "AgentMessage" => {
            let parts = value["content"].as_array()?;
            let text: String = parts.iter().filter_map(|part| part["text"].as_str()).collect();
            let phase = value["phase"].as_str().map(str::to_owned);
            Some(ThreadItemKind::agent_message(id()?, text, phase))
        }
        "Reasoning" => Some(ThreadItemKind::Reasoning {
            id: id()?,
            summary: get(&value["summary_text"]).unwrap_or_default(),
            content: get(&value["raw_content"]).unwrap_or_default(),
        }),
        "CommandExecution" => {
            let mut shown = camel(value);
            let words: Vec<String> = get(&value["command"])?;
            shown["command"] =
                shlex::try_join(words.iter().map(String::as_str)).unwrap_or_else(|_| words.join(" ")).into();
            let cwd = value["cwd"].as_str().unwrap_or_default();
            shown["cwd"] = cwd.strip_prefix("file://").unwrap_or(cwd).into();
            let duration = &value["duration"];
            shown["durationMs"] = duration["secs"].as_i64().map_or(Value::Null, |secs| {
                (secs * 1000 + duration["nanos"].as_i64().unwrap_or(0) / 1_000_000).into()
            });
            shown["commandActions"] = value["parsed_cmd"]
                .as_array()
                .map_or_else(|| json!([]), |parts| parts.iter().map(action).collect());
            finish("commandExecution", shown)
        }
        kind => finish(&lower_first(kind), camel(value)),
    }
}

fn finish(kind: &str, mut shown: Value) -> Option<ThreadItemKind> {
    shown["type"] = kind.into();
    for name in ["status", "source"] {
        if let Some(word) = shown[name].as_str() {
            shown[name] = camel_word(word).into();
        }
    }
    get(&shown)
}

fn action(part: &Value) -> Value {
    let mut action = camel(part);
    action["type"] = camel_word(part["type"].as_str().unwrap_or("unknown")).into();
    if let Some(command) = part.get("cmd") {
        action["command"] = command.clone();
    }
    action
}

fn get<T: DeserializeOwned>(value: &Value) -> Option<T> {
    T::deserialize(value).ok()
}

/// The members under names in camel case.
fn camel(value: &Value) -> Value {
    match value {
        Value::Object(members) => Value::Object(
            members.iter().map(|(name, value)| (camel_word(name), value.clone())).collect::<Map<_, _>>(),
        ),
        other => other.clone(),
    }
}

/// A word, or an object's names, in camel case.
fn camel_values(value: &Value) -> Value {
    match value {
        Value::String(word) => camel_word(word).into(),
        other => camel(other),
    }
}

fn camel_word(word: &str) -> String {
    let mut parts = word.split('_');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |mut all, part| {
        let mut letters = part.chars();
        all.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
        all.push_str(letters.as_str());
        all
    })
}

fn lower_first(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|letter| letter.to_ascii_lowercase()).into_iter().chain(letters).collect()
}
