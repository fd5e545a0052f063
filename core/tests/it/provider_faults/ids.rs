//! A provider's ids are not ours: what clients see is unique in a thread.

use std::collections::HashSet;

use serde_json::{Value, json};
use test_kit::model::responses;

use super::harness::{WIRES, Wire, against, items};
use crate::support::Reply;

#[test]
fn a_call_that_has_the_same_id_in_every_step() {
    for wire in WIRES {
        let call = || wire.call("call_0", "shell_command", &json!({ "command": "true" }));
        let replies = vec![call(), call(), wire.message("a"), call(), wire.message("b")];
        against(wire, &[], replies, |mut world, model| async move {
            let mut ids: Vec<String> = Vec::new();
            for prompt in ["x", "y"] {
                ids.extend(items(&world.turn(prompt).await).into_iter().map(|(id, _)| id));
            }
            let different: HashSet<&String> = ids.iter().collect();
            assert_eq!(different.len(), ids.len(), "{wire:?}: {ids:?}");
            // The provider gets each call with its own output.
            let requests = model.requests();
            let said =
                requests.last().unwrap().body[if wire == Wire::Chat { "messages" } else { "input" }].clone();
            let ids_of = |key: &str| -> Vec<String> {
                said.as_array()
                    .unwrap()
                    .iter()
                    .filter_map(|item| item[key].as_str().map(str::to_owned))
                    .collect()
            };
            let outputs: Vec<String> = match wire {
                Wire::Chat => ids_of("tool_call_id"),
                Wire::Responses => ids_of("call_id"),
            };
            let different: HashSet<&String> = outputs.iter().collect();
            let each = if wire == Wire::Chat { 1 } else { 2 };
            assert_eq!(different.len() * each, outputs.len(), "{wire:?}: {outputs:?}");
            let read = world.restarted().read(world.thread.id(), true).await.unwrap();
            assert_eq!(read.turns[0].items.len(), 4, "nothing is overwritten");
        });
    }
}

#[test]
fn a_message_that_has_the_same_id_in_every_step() {
    let message = || Reply::stream(responses::message("msg_0", "Hello"));
    against(Wire::Responses, &[], vec![message(), message()], |mut world, _| async move {
        let mut ids = HashSet::new();
        for prompt in ["x", "y", "z"] {
            ids.extend(items(&world.turn(prompt).await).into_iter().map(|(id, _)| id));
        }
        assert_eq!(ids.len(), 6);
        assert!(ids.contains("msg_0"), "the first keeps its name");
    });
}

#[test]
fn ids_that_are_empty_or_missing() {
    for id in [json!(""), json!(null), json!("call_0")] {
        let call = json!({ "type": "function_call", "id": id, "call_id": id, "name": "shell_command",
            "arguments": "{\"command\":\"true\"}" });
        let done =
            |item: &Value| responses::event(&json!({ "type": "response.output_item.done", "item": item }));
        let calls = responses::created() + &done(&call) + &done(&call) + &responses::completed();
        let message = json!({ "type": "message", "id": id, "role": "assistant",
            "content": [{ "type": "output_text", "text": "Hello" }] });
        let messages = responses::created() + &done(&message) + &done(&message) + &responses::completed();
        let replies = vec![Reply::stream(calls), Reply::stream(messages)];
        against(Wire::Responses, &[], replies, |mut world, model| async move {
            let items = items(&world.turn("x").await);
            assert_eq!(items.len(), 5, "{id}: {items:?}");
            let body = &model.requests()[1].body;
            let outputs: HashSet<&str> = body["input"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|item| item["type"] == "function_call_output")
                .map(|item| item["call_id"].as_str().unwrap())
                .collect();
            assert_eq!(outputs.len(), 2, "{id}: {body}");
            assert!(!outputs.contains(""), "{id}");
        });
    }
}
