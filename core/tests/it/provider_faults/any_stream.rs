//! Any well-formed stream, cut at any byte, reordered where the wire allows, with any optional field null.

use codex_protocol::{EventMsg, TurnStatus};
use proptest::{prelude::*, test_runner::TestRunner};
use serde_json::{Value, json};

use super::harness::{Wire, against, ended, items};
use crate::support::{Reply, texts};

/// What a model says in one response.
#[derive(Clone, Debug)]
enum Said {
    Message { text: Vec<String>, done: bool },
    Reasoning { summary: Vec<String> },
    Call { arguments: &'static str },
}

/// A response, and what happens to it on its way.
#[derive(Clone, Debug)]
struct Case {
    wire: Wire,
    said: Vec<Said>,
    /// How the events of different items are mixed: which item goes on next.
    mix: Vec<prop::sample::Index>,
    /// Which event loses which of its optional fields.
    null: Option<(prop::sample::Index, prop::sample::Index)>,
    named: bool,
    cut: Option<prop::sample::Index>,
    carriage_returns: bool,
}

fn said() -> impl Strategy<Value = Said> {
    let words = || prop::collection::vec("[a-zé\"\\\\ ]{0,6}", 0..4);
    prop_oneof![
        (words(), any::<bool>()).prop_map(|(text, done)| Said::Message { text, done }),
        words().prop_map(|summary| Said::Reasoning { summary }),
        prop::sample::select(vec!["{\"plan\":[]}", "{", ""]).prop_map(|arguments| Said::Call { arguments }),
    ]
}

fn case() -> impl Strategy<Value = Case> {
    (
        prop::sample::select(vec![Wire::Responses, Wire::Chat]),
        prop::collection::vec(said(), 0..4),
        prop::collection::vec(any::<prop::sample::Index>(), 24),
        prop::option::of(any::<(prop::sample::Index, prop::sample::Index)>()),
        any::<bool>(),
        prop::option::of(any::<prop::sample::Index>()),
        any::<bool>(),
    )
        .prop_map(|(wire, said, mix, null, named, cut, carriage_returns)| Case {
            wire,
            said,
            mix,
            null,
            named,
            cut,
            carriage_returns,
        })
}

/// Members that may be null in what providers send.
const OPTIONAL: [&str; 20] = [
    "id",
    "item_id",
    "output_index",
    "content_index",
    "summary_index",
    "phase",
    "content",
    "summary",
    "usage",
    "model",
    "input_tokens",
    "input_tokens_details",
    "cached_tokens",
    "role",
    "index",
    "annotations",
    "delta",
    "arguments",
    "text",
    "prompt_tokens_details",
];

/// The events of a Responses stream but its first and last: those of an item in their order, items mixed.
fn responses_events(case: &Case) -> Vec<Value> {
    let mut queues: Vec<Vec<Value>> =
        case.said.iter().enumerate().map(|(at, said)| item_events(at, said)).collect();
    let mut events = Vec::new();
    for pick in &case.mix {
        queues.retain(|queue| !queue.is_empty());
        if queues.is_empty() {
            break;
        }
        let at = pick.index(queues.len());
        events.push(queues[at].remove(0));
    }
    events.extend(queues.into_iter().flatten());
    events
}

fn item_events(at: usize, said: &Said) -> Vec<Value> {
    let id = format!("item_{at}");
    let added =
        |item: Value| json!({ "type": "response.output_item.added", "output_index": at, "item": item });
    let done = |item: Value| json!({ "type": "response.output_item.done", "output_index": at, "item": item });
    match said {
        Said::Message { text, done: ends } => {
            let item = |content: Value| json!({ "type": "message", "id": id, "role": "assistant", "phase": "commentary", "content": content });
            let mut events = vec![added(item(json!([])))];
            events.extend(text.iter().map(|delta| {
                json!({ "type": "response.output_text.delta", "item_id": id, "output_index": at, "content_index": 0,
                    "delta": delta })
            }));
            if *ends {
                let part = json!({ "type": "output_text", "text": text.concat(), "annotations": [] });
                events.push(done(item(json!([part]))));
            }
            events
        }
        Said::Reasoning { summary } => {
            let mut events = vec![added(json!({ "type": "reasoning", "id": id, "summary": [] }))];
            for (index, text) in summary.iter().enumerate() {
                events.push(json!({ "type": "response.reasoning_summary_part.added", "item_id": id,
                    "output_index": at, "summary_index": index }));
                events.push(json!({ "type": "response.reasoning_summary_text.delta", "item_id": id,
                    "output_index": at, "summary_index": index, "delta": text }));
            }
            let parts: Vec<Value> =
                summary.iter().map(|text| json!({ "type": "summary_text", "text": text })).collect();
            events.push(done(
                json!({ "type": "reasoning", "id": id, "summary": parts, "encrypted_content": "x" }),
            ));
            events
        }
        Said::Call { arguments } => {
            let item = json!({ "type": "function_call", "id": id, "call_id": id, "name": "update_plan",
                "arguments": arguments });
            vec![added(item.clone()), done(item)]
        }
    }
}

/// The chunks of a Chat stream but its last: text and pieces of calls, in the order of what is said.
fn chat_events(case: &Case) -> Vec<Value> {
    let mut deltas = vec![json!({ "role": "assistant", "content": "" })];
    let mut calls = 0;
    for said in &case.said {
        match said {
            Said::Message { text, .. } => deltas.extend(text.iter().map(|text| json!({ "content": text }))),
            Said::Reasoning { summary } => {
                deltas.extend(summary.iter().map(|text| json!({ "reasoning_content": text })));
            }
            Said::Call { arguments } => {
                let part = |function: Value| json!({ "index": calls, "id": format!("call_{calls}"), "function": function });
                deltas
                    .push(json!({ "tool_calls": [part(json!({ "name": "update_plan", "arguments": "" }))] }));
                deltas.push(
                    json!({ "tool_calls": [{ "index": calls, "function": { "arguments": arguments } }] }),
                );
                calls += 1;
            }
        }
    }
    let chunk = |delta: Value| {
        json!({ "id": "c", "model": "m", "usage": null,
        "choices": [{ "index": 0, "delta": delta, "finish_reason": null }] })
    };
    deltas.into_iter().map(chunk).collect()
}

fn stream(case: &Case) -> Vec<u8> {
    let usage = json!({ "input_tokens": 1, "input_tokens_details": { "cached_tokens": 0 }, "output_tokens": 2,
        "prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3 });
    let mut events = match case.wire {
        Wire::Responses => responses_events(case),
        Wire::Chat => chat_events(case),
    };
    match case.wire {
        Wire::Responses => {
            events.insert(0, json!({ "type": "response.created", "response": { "id": "r", "model": "m" } }));
            events.push(json!({ "type": "response.completed", "response": { "id": "r", "usage": usage } }));
        }
        Wire::Chat => {
            events.push(
                json!({ "id": "c", "choices": [{ "index": 0, "delta": {}, "finish_reason": "stop" }] }),
            );
            events.push(json!({ "id": "c", "choices": [], "usage": usage }));
        }
    }
    if let Some((event, field)) = &case.null {
        let at = event.index(events.len());
        let mut fields = Vec::new();
        optional_fields(&events[at], &mut String::new(), &mut fields);
        if !fields.is_empty() {
            *events[at].pointer_mut(&fields[field.index(fields.len())]).unwrap() = Value::Null;
        }
    }
    let end = if case.carriage_returns { "\r\n" } else { "\n" };
    let mut text = String::new();
    for event in events {
        if case.named && case.wire == Wire::Responses {
            text.extend(["event: ", event["type"].as_str().unwrap(), end]);
        }
        text.extend(["data: ", &event.to_string(), end, end]);
    }
    text.into_bytes()
}

fn optional_fields(value: &Value, path: &mut String, found: &mut Vec<String>) {
    let members: Vec<(String, &Value)> = match value {
        Value::Object(members) => members.iter().map(|(key, value)| (key.clone(), value)).collect(),
        Value::Array(parts) => parts.iter().enumerate().map(|(at, value)| (at.to_string(), value)).collect(),
        _ => return,
    };
    for (key, value) in members {
        let length = path.len();
        path.extend(["/", &key]);
        if OPTIONAL.contains(&key.as_str()) {
            found.push(path.clone());
        }
        optional_fields(value, path, found);
        path.truncate(length);
    }
}

fn check(case: &Case) {
    let events = stream(case);
    let whole = case.cut.is_none();
    let at = case.cut.map_or(events.len(), |cut| cut.index(events.len()));
    let wire = case.wire;
    // After the first answer the model says what it says to anything.
    let replies = vec![Reply::cut_at(&events, at), wire.message("so it is")];
    against(wire, &[], replies, |mut world, model| async move {
        let events = world.turn("x").await;
        let turn = ended(&events);
        let items = items(&events);
        assert_eq!(turn.status, TurnStatus::Completed, "{:?}", turn.error);
        let retried = events.iter().any(|event| matches!(event, EventMsg::Error { .. }));
        assert!(!(whole && retried), "a whole answer is not asked for again");
        let read = world.restarted().read(world.thread.id(), true).await.unwrap();
        assert_eq!(read.turns[0].items.len(), items.len(), "what was shown is kept");
        let next = world.turn("y").await;
        assert_eq!(ended(&next).status, TurnStatus::Completed);
        assert_eq!(texts(&next), "so it is");
        for request in model.requests() {
            let said = request.body["input"].as_array().or(request.body["messages"].as_array()).unwrap();
            assert!(said.iter().all(|item| !item.is_null()), "{said:?}");
        }
    });
}

#[test]
fn the_turn_ends_once_each_item_ends_once_and_the_next_turn_works() {
    let mut runner = TestRunner::new(ProptestConfig {
        cases: 100,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let result = runner.run(&case(), |case| {
        check(&case);
        Ok(())
    });
    if let Err(failure) = result {
        panic!("{failure}");
    }
}
