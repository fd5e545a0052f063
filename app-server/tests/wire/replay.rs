//! A session of threads as the reference server (0.169.0) answered it, said again to this one: the same messages in
//! the same order.
//!
//! Recorded over stdio with a scripted model. Compared through [`normal`], whose list of what it blanks is closed and
//! stands in `docs/compatibility.md`.

use std::fmt::Write as _;

use codex_app_server::ServerOptions;
use serde_json::{Value, json};

use crate::harness::{BOTH, Client, World, run};

const RECORDING: &str = include_str!("recordings/threads.jsonl");

/// Members whose value is blanked: it is there in both (or null in both), and another in each.
const BLANK: [&str; 33] = [
    "id",
    "sessionId",
    "threadId",
    "turnId",
    "rootTurnId",
    "itemId",
    "revision", // ids
    "createdAt",
    "updatedAt",
    "recencyAt",
    "startedAt",
    "completedAt",
    "startedAtMs",
    "completedAtMs",
    "emittedAtMs",
    "durationMs", // times
    "path",
    "cwd",
    "codexHome",
    "runtimeWorkspaceRoots", // places
    "cliVersion",
    "userAgent", // versions
    "model",
    "modelProvider", // the model that was recorded, and the demo's
    "nextCursor",
    "backwardsCursor",
    "turnsBackwardsCursor",
    "itemsBackwardsCursor", // opaque
    "summary",
    "text",
    "delta",        // words of a vendor or a model
    "tokenUsage",   // counted by the model
    "forkedFromId", // the reference server forgets it in lists, so null or not counts for nothing
];

/// Members that are in one of the two only, and left out.
const EXTRA: [&str; 1] = [
    "normalModelSlug", // of rate limits: bound to the vendor's cloud
];

/// A message with all that may differ blanked.
fn normal(message: &Value) -> Value {
    fn walk(value: &mut Value) {
        match value {
            Value::Array(list) => list.iter_mut().for_each(walk),
            Value::Object(members) => {
                members.retain(|name, _| !EXTRA.contains(&name.as_str()));
                for (name, value) in members.iter_mut() {
                    if BLANK.contains(&name.as_str()) && !value.is_null() || name == "forkedFromId" {
                        *value = json!("-");
                    } else {
                        walk(value);
                    }
                }
            }
            // A list of ids.
            Value::String(text) if text == "$thread" || text.parse::<codex_protocol::ThreadId>().is_ok() => {
                *value = json!("-");
            }
            _ => {}
        }
    }
    let mut message = message.clone();
    // Named by thread ids.
    if let Some(states) = message.pointer_mut("/result/readStates") {
        let mut in_order: Vec<Value> =
            states.as_object().map(|states| states.values().map(normal).collect()).unwrap_or_default();
        in_order.sort_by_key(Value::to_string);
        *states = json!(in_order);
    }
    if let Some(error) = message.get_mut("error").and_then(Value::as_object_mut) {
        error.remove("data");
    }
    walk(&mut message);
    message
}

fn line(message: &Value) -> String {
    let name = message["method"].as_str().unwrap_or("answer");
    format!("{name} {}", normal(message))
}

async fn server(beside: Option<World>) -> (World, Client) {
    let settings = [("approval_policy", "never"), ("sandbox_mode", "danger-full-access")];
    let world = match beside {
        None => World::with(ServerOptions::default(), &settings),
        Some(before) => before.restart_with(&settings).await,
    };
    let client = world.connect(BOTH[0]).await;
    (world, client)
}

#[test]
fn a_session_of_threads_is_the_reference_servers() {
    run(async {
        let (mut world, mut client) = server(None).await;
        let mut thread = None;
        let mut differences = String::new();
        for step in RECORDING.lines() {
            let step: Value = serde_json::from_str(step).unwrap();
            if step.get("restart").is_some() {
                thread = client.thread.clone().filter(|_| thread.is_none()).or(thread);
                drop(client);
                (world, client) = server(Some(world)).await;
                continue;
            }
            let method = step["send"]["method"].as_str().unwrap();
            let mut params = step["send"]["params"].to_string();
            if let Some(thread) = &thread {
                params = params.replace("$thread", thread);
            }
            let params = params.replace("/home/user/project", &world.home.path().to_string_lossy());
            client.send(&format!(r#"{{"id":1,"method":"{method}","params":{params}}}"#)).await;
            for recorded in step["got"].as_array().unwrap() {
                let said = client.next().await.unwrap();
                let (expected, found) = (line(recorded), line(&said));
                if expected != found {
                    writeln!(differences, "{method}\n  reference {expected}\n  here      {found}").unwrap();
                }
                // The first thread is the one that the recording is about.
                if method == "thread/start" && thread.is_none() {
                    thread.clone_from(&client.thread);
                }
            }
        }
        assert!(differences.is_empty(), "{differences}");
    });
}
