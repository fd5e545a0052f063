//! One bad thing in the history never bricks the thread: what goes out is always well-formed.

use codex_protocol::{TurnStatus, UserInput, UserTurn};
use serde_json::{Value, json};
use test_kit::model::{chat, responses};

use super::harness::{WIRES, Wire, against, ended};
use crate::support::Reply;

#[test]
fn broken_arguments_go_back_as_an_object() {
    for arguments in [r#"{"command": "echo"#, "", "[]", "null", "\"x\"", "{\"a\":1} {"] {
        for wire in WIRES {
            let call = match wire {
                Wire::Responses => {
                    let item = json!({ "type": "function_call", "call_id": "c", "name": "shell_command",
                        "arguments": arguments });
                    responses::event(&json!({ "type": "response.output_item.done", "item": item }))
                        + &responses::completed()
                }
                Wire::Chat => {
                    let call = json!({ "index": 0, "id": "c", "function": { "name": "shell_command",
                        "arguments": arguments } });
                    chat::chunk(&json!({ "tool_calls": [call] }), None)
                        + &chat::chunk(&json!({}), Some("tool_calls"))
                        + chat::DONE
                }
            };
            let replies = vec![Reply::stream(call), wire.message("done"), wire.message("next")];
            against(wire, &[], replies, |mut world, model| async move {
                assert_eq!(ended(&world.turn("x").await).status, TurnStatus::Completed);
                world.turn("y").await;
                for request in &model.requests()[1..] {
                    let sent = match wire {
                        Wire::Responses => request.body["input"]
                            .as_array()
                            .unwrap()
                            .iter()
                            .find(|item| item["type"] == "function_call")
                            .map(|item| item["arguments"].clone()),
                        Wire::Chat => request.body["messages"]
                            .as_array()
                            .unwrap()
                            .iter()
                            .find_map(|item| item.get("tool_calls"))
                            .map(|calls| calls[0]["function"]["arguments"].clone()),
                    };
                    let sent: Value = serde_json::from_str(sent.unwrap().as_str().unwrap()).unwrap();
                    assert!(sent.is_object(), "{wire:?} {arguments}: {sent}");
                }
            });
        }
    }
}

fn image(path: &std::path::Path) -> UserTurn {
    let input = vec![
        UserInput::text("look"),
        UserInput::LocalImage { path: path.display().to_string(), detail: None },
    ];
    UserTurn { input, ..UserTurn::default() }
}

/// What the model gets in the place of an image.
fn shown(wire: Wire, body: &Value) -> Value {
    let said = if wire == Wire::Chat { &body["messages"] } else { &body["input"] };
    let is_look = |item: &&Value| {
        item["content"][0]["text"] == "look"
            || item["content"].as_str().is_some_and(|text| text.starts_with("look"))
    };
    said.as_array().unwrap().iter().find(is_look).unwrap()["content"].clone()
}

#[test]
fn what_is_no_image_is_words_for_the_model() {
    for (name, bytes, words) in [
        ("fake.png", b"<html></html>".to_vec(), "not a PNG, JPEG, GIF or WebP image"),
        ("empty.png", Vec::new(), "empty"),
        ("large.png", vec![0x89; 21 * 1024 * 1024], "larger than 20 MiB"),
    ] {
        for wire in WIRES {
            let bytes = bytes.clone();
            against(wire, &[], vec![wire.message("a")], |mut world, model| async move {
                let path = world.home.path().join(name);
                std::fs::write(&path, bytes).unwrap();
                world.thread.start_turn(image(&path)).await.unwrap();
                assert_eq!(ended(&world.rest().await).status, TurnStatus::Completed);
                let content = shown(wire, &model.requests()[0].body).to_string();
                assert!(content.contains(words), "{wire:?} {name}: {content}");
                assert!(!content.contains("image_url"), "{wire:?} {name}");
            });
        }
    }
}

#[test]
fn an_image_is_what_it_was_when_it_was_said() {
    for wire in WIRES {
        let replies = vec![wire.message("a"), wire.message("b"), wire.message("c")];
        against(wire, &[], replies, |mut world, model| async move {
            let path = world.home.path().join("a.png");
            std::fs::write(&path, b"\x89PNG\r\n\x1a\nfirst").unwrap();
            world.thread.start_turn(image(&path)).await.unwrap();
            world.rest().await;
            std::fs::write(&path, b"\x89PNG\r\n\x1a\nsecond").unwrap();
            world.turn("y").await;
            std::fs::remove_file(&path).unwrap();
            let id = world.thread.id();
            world.resume(&[&model.setting(), wire.setting()], id).await;
            world.turn("z").await;
            let requests = model.requests();
            let first = shown(wire, &requests[0].body);
            assert!(first.to_string().contains("data:image/png;base64,"), "{first}");
            for request in &requests[1..] {
                assert_eq!(shown(wire, &request.body), first, "{wire:?}");
            }
            let items = &world.agent.read(id, true).await.unwrap().turns[0].items;
            assert_eq!(items.len(), 2, "clients see the message once: {items:?}");
        });
    }
}

#[test]
fn what_a_client_injects_is_shown_once() {
    let replies = vec![Wire::Responses.message("a"), Wire::Responses.message("b")];
    against(Wire::Responses, &["developer_instructions=be kind"], replies, |mut world, model| async move {
        let item = json!({ "type": "message", "role": "user", "content": [{ "type": "input_text", "text": "injected" }] });
        world.inject(vec![item]).await;
        world.turn("x").await;
        let id = world.thread.id();
        world.resume(&[&model.setting()], id).await;
        world.turn("y").await;
        for request in model.requests() {
            let body = request.body.to_string();
            assert_eq!(body.matches("injected").count(), 1, "{body}");
            assert_eq!(body.matches("be kind").count(), 1, "{body}");
        }
    });
}
