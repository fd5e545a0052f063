//! What we can do without costs nothing: null or another type where a number, text or list was.

use codex_protocol::{EventMsg, ThreadItemKind, TurnStatus};
use serde_json::{Value, json};
use test_kit::model::{chat, responses};

use super::harness::{WIRES, Wire, against, answers, ended};
use crate::support::{Reply, render};

#[track_caller]
fn completes(wire: Wire, events: String, shown: &'static [&'static str]) {
    let replies = vec![Reply::stream(events.clone()), wire.message("next")];
    against(wire, &[], replies, |mut world, model| async move {
        let turn = world.turn("x").await;
        assert_eq!(ended(&turn).status, TurnStatus::Completed, "{events}");
        assert_eq!(answers(&turn), shown, "{events}");
        assert_eq!(model.requests().len(), 1, "{events}");
        assert_eq!(ended(&world.turn("y").await).status, TurnStatus::Completed);
    });
}

fn done(item: &Value) -> String {
    responses::created()
        + &responses::event(&json!({ "type": "response.output_item.done", "item": item }))
        + &responses::completed()
}

#[test]
fn usage_of_any_kind() {
    for usage in [
        json!(null),
        json!("many"),
        json!([]),
        json!({}),
        json!({ "input_tokens": null, "output_tokens": "6", "total_tokens": 11.0 }),
        json!({ "prompt_tokens": 5000.0, "prompt_tokens_details": null, "completion_tokens_details": "none" }),
    ] {
        let end = responses::event(&json!({ "type": "response.completed", "response": { "usage": usage } }));
        completes(Wire::Responses, Wire::Responses.said("Hello") + &end, &[r#"agent "Hello""#]);
        let end = chat::chunk(&json!({}), Some("stop"))
            + &format!("data: {}\n\n", json!({ "choices": [], "usage": usage }))
            + chat::DONE;
        completes(Wire::Chat, Wire::Chat.said("Hello") + &end, &[r#"agent "Hello""#]);
    }
    let end = json!({ "type": "response.completed",
        "response": { "usage": { "input_tokens": 5000.0, "output_tokens": 6, "total_tokens": 5006.0 } } });
    let events = Wire::Responses.said("Hello") + &responses::event(&end);
    against(Wire::Responses, &[], vec![Reply::stream(events)], |mut world, _| async move {
        let events = world.turn("x").await;
        let usage = events.iter().find_map(|event| match event {
            EventMsg::TokenUsage { usage, .. } => Some(usage.total),
            _ => None,
        });
        assert_eq!(usage.map(|usage| (usage.input_tokens, usage.output_tokens)), Some((5000, 6)));
    });
}

#[test]
fn content_of_any_kind() {
    let message = |content: Value| {
        done(&json!({ "type": "message", "id": "m", "role": "assistant", "content": content }))
    };
    completes(Wire::Responses, message(json!(null)), &[r#"agent """#]);
    completes(Wire::Responses, message(json!("Hello")), &[r#"agent "Hello""#]);
    completes(
        Wire::Responses,
        message(json!([null, { "type": "output_text", "text": null }])),
        &[r#"agent """#],
    );
    completes(Wire::Responses, message(json!([{ "text": "Hello" }])), &[r#"agent "Hello""#]);
    completes(
        Wire::Responses,
        message(json!({ "type": "output_text", "text": "Hello" })),
        &[r#"agent "Hello""#],
    );
    let parts = json!([{ "type": "text", "text": "Hel" }, { "type": "text", "text": "lo" }]);
    let events = chat::chunk(&json!({ "content": parts }), None) + &Wire::Chat.over();
    completes(Wire::Chat, events, &[r#"agent "Hello""#]);
    let events = chat::chunk(&json!({ "content": null, "tool_calls": null }), None)
        + &Wire::Chat.said("Hello")
        + &chat::chunk(&json!(null), None)
        + &Wire::Chat.over();
    completes(Wire::Chat, events, &[r#"agent "Hello""#]);
}

#[test]
fn deltas_of_any_kind() {
    let delta = |delta: Value| {
        responses::event(&json!({ "type": "response.output_text.delta", "item_id": null, "output_index": "0",
            "content_index": null, "delta": delta }))
    };
    let events = responses::created()
        + &delta(json!(null))
        + &delta(json!("Hel"))
        + &delta(json!(1))
        + &delta(json!({}))
        + &responses::completed();
    completes(Wire::Responses, events, &[r#"agent "Hel1""#]);
}

#[test]
fn events_without_a_type_or_of_a_type_unknown() {
    for odd in [
        "data: {\"response\":{}}\n\n",
        "data: {}\n\n",
        "data: [1]\n\n",
        "data: null\n\n",
        "event: response.brand_new\ndata: {\"x\":1}\n\n",
        "event: ping\ndata: {\"type\":\"ping\"}\n\n",
        ": comment\n\n",
        "data: {spoilt\n\n",
        "event: response.output_item.done\ndata: {spoilt\n\n",
    ] {
        completes(
            Wire::Responses,
            odd.to_owned() + &Wire::Responses.said("Hello") + odd + &Wire::Responses.over(),
            &[r#"agent "Hello""#],
        );
    }
    for odd in
        ["data: {}\n\n", "data: {\"choices\":null}\n\n", "data: {spoilt\n\n", ": comment\n\n", "data: []\n\n"]
    {
        completes(
            Wire::Chat,
            odd.to_owned() + &Wire::Chat.said("Hello") + odd + &Wire::Chat.over(),
            &[r#"agent "Hello""#],
        );
    }
}

#[test]
fn names_that_stand_only_in_the_data() {
    let nameless = |events: String| {
        events.lines().filter(|line| !line.starts_with("event:")).collect::<Vec<_>>().join("\n") + "\n\n"
    };
    completes(
        Wire::Responses,
        nameless(Wire::Responses.said("Hello") + &Wire::Responses.over()),
        &[r#"agent "Hello""#],
    );
}

#[test]
fn arguments_that_are_an_object() {
    for wire in WIRES {
        let call = match wire {
            Wire::Responses => done(&json!({ "type": "function_call", "call_id": 7, "name": "update_plan",
                "arguments": { "plan": [] } })),
            Wire::Chat => {
                let call =
                    json!({ "id": 7, "function": { "name": "update_plan", "arguments": { "plan": [] } } });
                chat::chunk(&json!({ "tool_calls": [call] }), Some("tool_calls")) + &chat::usage()
            }
        };
        against(wire, &[], vec![Reply::stream(call), wire.message("done")], |mut world, model| async move {
            let shown = render(&world.turn("x").await);
            assert!(shown.contains("plan []\n"), "{wire:?}: {shown}");
            assert_eq!(model.requests().len(), 2);
        });
    }
}

#[test]
fn an_answer_that_is_no_stream_though_one_was_asked_for() {
    let message = json!({ "type": "message", "id": "m", "role": "assistant",
        "content": [{ "type": "output_text", "text": "Hello" }] });
    let whole =
        json!({ "id": "r", "object": "response", "status": "completed", "output": [message], "usage": null });
    let choice = json!({ "index": 0, "message": { "role": "assistant", "content": "Hello" }, "finish_reason": "stop" });
    let chat = json!({ "id": "c", "object": "chat.completion", "choices": [choice] });
    for (wire, body) in [(Wire::Responses, whole), (Wire::Chat, chat)] {
        let reply = Reply::status(200, "content-type: application/json\r\n", body.to_string());
        against(wire, &[], vec![reply], |mut world, _| async move {
            assert_eq!(answers(&world.turn("x").await), [r#"agent "Hello""#], "{wire:?}");
        });
    }
}

#[test]
fn the_phase_of_a_message_reaches_the_client_and_the_model() {
    let message = |id: &str, text: &str, phase: &str| {
        let item = json!({ "type": "message", "id": id, "role": "assistant", "phase": phase,
            "content": [{ "type": "output_text", "text": text }] });
        responses::event(&json!({ "type": "response.output_item.done", "item": item }))
    };
    let events = responses::created()
        + &message("a", "looking", "commentary")
        + &message("b", "found", "final_answer")
        + &responses::completed();
    let replies =
        vec![Reply::stream(events), Wire::Responses.message("next"), Wire::Responses.message("last")];
    against(Wire::Responses, &[], replies, |mut world, model| async move {
        world.turn("x").await;
        let read = world.restarted().read(world.thread.id(), true).await.unwrap();
        let phases: Vec<_> = read.turns[0]
            .items
            .iter()
            .filter_map(|item| match &item.kind {
                ThreadItemKind::AgentMessage { phase, .. } => phase.clone(),
                _ => None,
            })
            .collect();
        assert_eq!(phases, ["commentary", "final_answer"]);
        world.turn("y").await;
        let id = world.thread.id();
        world.resume(&[&model.setting()], id).await;
        world.turn("z").await;
        for request in &model.requests()[1..] {
            let phases: Vec<&Value> = request.body["input"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|item| item["role"] == "assistant")
                .map(|item| &item["phase"])
                .collect();
            assert_eq!(phases[..2], [&json!("commentary"), &json!("final_answer")]);
        }
    });
}

#[test]
fn a_refusal_is_shown_and_goes_back_as_one() {
    let item = json!({ "type": "message", "id": "m", "role": "assistant",
        "content": [{ "type": "output_text", "text": "Sorry. " }, { "type": "refusal", "refusal": "I will not." }] });
    let events = responses::created()
        + &responses::event(&json!({ "type": "response.refusal.delta", "item_id": "m", "delta": "I will" }))
        + &responses::event(&json!({ "type": "response.output_item.done", "item": item }))
        + &responses::completed();
    let replies =
        vec![Reply::stream(events), Wire::Responses.message("next"), Wire::Responses.message("last")];
    against(Wire::Responses, &[], replies, |mut world, model| async move {
        assert_eq!(answers(&world.turn("x").await), [r#"agent "Sorry. I will not.""#]);
        world.turn("y").await;
        let id = world.thread.id();
        world.resume(&[&model.setting()], id).await;
        world.turn("z").await;
        for request in &model.requests()[1..] {
            let said =
                request.body["input"].as_array().unwrap().iter().find(|item| item["role"] == "assistant");
            assert_eq!(said.unwrap()["content"], item["content"]);
        }
    });
}

#[test]
fn the_model_is_asked_for_its_reasoning_whatever_the_effort() {
    for (settings, reasoning) in [
        (&[][..], json!({ "summary": "auto" })),
        (
            &["model_reasoning_summary=concise", "model_reasoning_effort=low"][..],
            json!({ "summary": "concise", "effort": "low" }),
        ),
        (&["model_reasoning_summary=none"][..], json!(null)),
    ] {
        against(
            Wire::Responses,
            settings,
            vec![Wire::Responses.message("a")],
            |mut world, model| async move {
                world.turn("x").await;
                let body = &model.requests()[0].body;
                assert_eq!(body["reasoning"], reasoning);
                assert_eq!(body["include"], json!(["reasoning.encrypted_content"]));
            },
        );
    }
}
