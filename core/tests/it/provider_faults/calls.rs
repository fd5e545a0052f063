//! The Chat wire as others speak it: what goes back, and how calls are put together.

use serde_json::{Value, json};
use test_kit::model::chat;

use super::harness::{Wire, against, answers, ended};
use crate::support::{Reply, render};

fn calls(parts: &[Value]) -> Reply {
    let parts: String =
        parts.iter().map(|part| chat::chunk(&json!({ "tool_calls": [part] }), None)).collect();
    let said = chat::chunk(&json!({ "role": "assistant", "content": "Let me look." }), None);
    Reply::stream(said + &parts + &chat::chunk(&json!({}), Some("tool_calls")) + chat::DONE)
}

fn call(index: &Value, id: &Value) -> Value {
    json!({ "index": index, "id": id, "type": "function",
        "function": { "name": "update_plan", "arguments": "{\"plan\":[]}" } })
}

#[test]
fn two_calls_go_back_as_one_message_with_its_text_and_then_their_outputs() {
    for (index, ids) in [
        ([json!(0), json!(1)], [json!("a"), json!("b")]),
        ([json!(0), json!(0)], [json!("a"), json!("b")]),
        ([json!(0), json!(0)], [json!(""), json!(null)]),
        ([json!(null), json!(null)], [json!("a"), json!("b")]),
        ([json!(1), json!(2)], [json!("a"), json!("b")]),
    ] {
        let [first, second] = index.clone();
        let [a, b] = ids.clone();
        let replies = vec![calls(&[call(&first, &a), call(&second, &b)]), Wire::Chat.message("done")];
        against(Wire::Chat, &[], replies, |mut world, model| async move {
            world.turn("x").await;
            let body = &model.requests()[1].body;
            let said: Vec<&Value> = body["messages"].as_array().unwrap().iter().skip(2).collect();
            let [user, assistant, one, two] = said[..] else { panic!("{index:?} {ids:?}: {body}") };
            assert_eq!(user["role"], "user");
            assert_eq!(
                (&assistant["role"], &assistant["content"]),
                (&json!("assistant"), &json!("Let me look."))
            );
            let calls = assistant["tool_calls"].as_array().unwrap();
            assert_eq!(calls.len(), 2, "{index:?} {ids:?}");
            for (call, output) in calls.iter().zip([one, two]) {
                assert_eq!(call["id"], output["tool_call_id"]);
                assert_eq!(call["function"]["arguments"], "{\"plan\":[]}");
                assert_eq!((&output["role"], &output["content"]), (&json!("tool"), &json!("Plan updated")));
            }
        });
    }
}

#[test]
fn tokens_that_were_cached_and_thought() {
    against(Wire::Chat, &[], vec![Wire::Chat.message("a")], |mut world, _| async move {
        let events = world.turn("x").await;
        let usage = events.iter().find_map(|event| match event {
            codex_protocol::EventMsg::TokenUsage { usage, .. } => Some(usage.last),
            _ => None,
        });
        let usage = usage.unwrap();
        assert_eq!((usage.cached_input_tokens, usage.reasoning_output_tokens), (20, 5));
    });
}

#[test]
fn reasoning_is_shown_under_either_name_and_not_sent_back() {
    for key in ["reasoning_content", "reasoning"] {
        let thought = |text: &str| chat::chunk(&json!({ key: text, "content": null }), None);
        let events = thought("let ") + &thought("me see") + &Wire::Chat.said("so") + &Wire::Chat.over();
        let replies = vec![Reply::stream(events), Wire::Chat.message("next")];
        against(Wire::Chat, &[], replies, |mut world, model| async move {
            let events = world.turn("x").await;
            assert_eq!(answers(&events), [r#"reasoning [] ["let me see"]"#, r#"agent "so""#], "{key}");
            assert!(render(&events).contains("reasoning 0 \"let \"\nreasoning 0 \"me see\"\n"));
            world.turn("y").await;
            assert_eq!(
                Wire::Chat.conversation(&model.requests()[1]),
                "user: x\nassistant: so\nuser: y\n",
                "{key}"
            );
        });
    }
}

#[test]
fn a_refusal_is_said_and_remembered() {
    let events = chat::chunk(&json!({ "role": "assistant", "content": null, "refusal": "I will " }), None)
        + &chat::chunk(&json!({ "refusal": "not." }), None)
        + &Wire::Chat.over();
    let replies = vec![Reply::stream(events), Wire::Chat.message("next")];
    against(Wire::Chat, &[], replies, |mut world, model| async move {
        let events = world.turn("x").await;
        assert_eq!(answers(&events), [r#"agent "I will not.""#]);
        assert_eq!(ended(&events).items.len(), 1);
        world.turn("y").await;
        let said = "user: x\nassistant: I will not.\nuser: y\n";
        assert_eq!(Wire::Chat.conversation(&model.requests()[1]), said);
    });
}
