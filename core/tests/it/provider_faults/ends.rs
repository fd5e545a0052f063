//! A response is over when it says so; everything that began ends, and what was said is kept.

use codex_protocol::{EventMsg, ThreadItemKind, TurnStatus};
use serde_json::json;
use test_kit::model::{chat, responses};

use super::harness::{WIRES, Wire, against, answers, ended, items};
use crate::support::{Reply, texts};

/// A whole answer whose body ends in a way of its own: the answer is taken once.
fn taken(reply: fn(String) -> Reply, settings: &'static [&'static str]) {
    for wire in WIRES {
        let replies = vec![reply(wire.said("Hello there") + &wire.over()), wire.message("not asked for")];
        against(wire, settings, replies, |mut world, model| async move {
            let events = world.turn("x").await;
            assert_eq!(answers(&events), [r#"agent "Hello there""#], "{wire:?}");
            assert_eq!(texts(&events), "Hello there", "{wire:?}");
            assert_eq!(ended(&events).status, TurnStatus::Completed, "{wire:?}");
            assert_eq!(model.requests().len(), 1, "{wire:?}");
        });
    }
}

#[test]
fn a_body_that_stays_open() {
    taken(Reply::silent, &[]);
}

#[test]
fn a_body_that_breaks() {
    taken(Reply::cut, &[]);
}

#[test]
fn a_body_without_its_last_empty_line() {
    taken(|events| Reply::stream(events.trim_end()), &[]);
    taken(|events| Reply::cut(events.trim_end()), &[]);
}

#[test]
fn a_chat_answer_that_gives_its_reason_and_nothing_more() {
    let whole = || Wire::Chat.said("Hello") + &chat::chunk(&json!({}), Some("stop"));
    for reply in [Reply::stream(whole()), Reply::cut(whole()), Reply::silent(whole())] {
        let silence = &["model_providers.demo.stream_idle_timeout_ms=50"];
        against(Wire::Chat, silence, vec![reply], |mut world, model| async move {
            let events = world.turn("x").await;
            assert_eq!(answers(&events), [r#"agent "Hello""#]);
            assert_eq!(ended(&events).status, TurnStatus::Completed);
            assert_eq!(model.requests().len(), 1);
        });
    }
}

#[test]
fn nothing_after_the_end_is_read() {
    for wire in WIRES {
        let events = wire.said("Hello") + &wire.over() + chat::DONE + &wire.said("again");
        against(wire, &[], vec![Reply::stream(events)], |mut world, _| async move {
            assert_eq!(answers(&world.turn("x").await), [r#"agent "Hello""#], "{wire:?}");
        });
    }
}

#[test]
fn a_repeated_attempt_has_items_of_its_own() {
    for wire in WIRES {
        let replies =
            vec![Reply::cut(wire.begun("Hello")), wire.message("Hello there"), wire.message("next")];
        against(wire, &[], replies, |mut world, model| async move {
            let events = world.turn("x").await;
            let items = items(&events);
            let [_, (cut, cut_text), (whole, whole_text)] = &items[..] else { panic!("{wire:?}: {items:?}") };
            assert_ne!(cut, whole, "{wire:?}");
            assert_eq!(
                (cut_text.as_str(), whole_text.as_str()),
                (r#"agent "Hello""#, r#"agent "Hello there""#)
            );
            // What broke off was for people: neither the repetition nor a later turn shows it to the model.
            assert_eq!(wire.conversation(&model.requests()[1]), "user: x\n", "{wire:?}");
            world.turn("y").await;
            let said = "user: x\nassistant: Hello there\nuser: y\n";
            assert_eq!(wire.conversation(&model.requests()[2]), said, "{wire:?}");
        });
    }
}

#[test]
fn a_message_without_its_end_ends_with_what_was_said() {
    for wire in WIRES {
        let replies = vec![Reply::stream(wire.begun("Hello there") + &wire.over()), wire.message("next")];
        against(wire, &[], replies, |mut world, model| async move {
            let events = world.turn("x").await;
            assert_eq!(answers(&events), [r#"agent "Hello there""#], "{wire:?}");
            let turn = ended(&events);
            assert!(
                matches!(&turn.items[..], [item] if matches!(&item.kind, ThreadItemKind::AgentMessage { text, .. } if text == "Hello there"))
            );
            world.turn("y").await;
            let said = "user: x\nassistant: Hello there\nuser: y\n";
            assert_eq!(wire.conversation(&model.requests()[1]), said, "{wire:?}");
        });
    }
}

#[test]
fn items_that_stand_only_in_the_whole_response() {
    let message = json!({ "type": "message", "id": "m", "role": "assistant",
        "content": [{ "type": "output_text", "text": "only here" }] });
    let call = json!({ "type": "function_call", "id": "fc", "call_id": "c", "name": "update_plan",
        "arguments": "{\"plan\":[]}" });
    let whole = |output| {
        let response = json!({ "id": "resp", "output": output });
        responses::created()
            + &responses::event(&json!({ "type": "response.completed", "response": response }))
    };
    let replies = vec![Reply::stream(whole(json!([message, call]))), Reply::stream(whole(json!([message])))];
    against(Wire::Responses, &[], replies, |mut world, model| async move {
        let events = world.turn("x").await;
        assert_eq!(answers(&events), [r#"agent "only here""#, r#"agent "only here""#]);
        assert!(
            events.iter().any(|event| matches!(event, EventMsg::PlanUpdated { .. })),
            "the call was made"
        );
        assert_eq!(model.requests().len(), 2);
    });
}

#[test]
fn items_of_the_whole_response_that_came_before_are_not_told_twice() {
    let item = json!({ "type": "message", "id": "m", "role": "assistant",
        "content": [{ "type": "output_text", "text": "Hello" }] });
    for (id, place) in [
        (json!("m"), json!(0)),
        (json!(null), json!(0)),
        (json!("m"), json!(null)),
        (json!(null), json!(null)),
    ] {
        let mut done = item.clone();
        done["id"] = id.clone();
        let events = responses::created()
            + &responses::event(
                &json!({ "type": "response.output_item.done", "output_index": place, "item": done }),
            )
            + &responses::event(&json!({ "type": "response.completed", "response": { "output": [item] } }));
        against(Wire::Responses, &[], vec![Reply::stream(events)], |mut world, _| async move {
            assert_eq!(answers(&world.turn("x").await), [r#"agent "Hello""#], "{id} {place}");
        });
    }
}

#[test]
fn an_interrupted_message_is_kept_for_people_alone() {
    for wire in WIRES {
        let replies = vec![Reply::silent(wire.begun("half a")), wire.message("next"), wire.message("last")];
        against(wire, &[], replies, |mut world, model| async move {
            let turn = world.start("x").await;
            let mut events = world.first_word().await;
            world.thread.interrupt(&turn.id.to_string()).await.unwrap();
            events.extend(world.rest().await);
            assert_eq!(answers(&events), [r#"agent "half a""#], "{wire:?}");
            assert_eq!(ended(&events).status, TurnStatus::Interrupted, "{wire:?}");
            world.turn("y").await;
            assert_eq!(wire.conversation(&model.requests()[1]), "user: x\nuser: y\n", "{wire:?}");
            // A later process shows the same to both.
            let read = world.restarted().read(world.thread.id(), true).await.unwrap();
            assert_eq!(read.turns[0].items.len(), 2, "{wire:?}: {:?}", read.turns[0].items);
            let id = world.thread.id();
            world.resume(&[&model.setting(), wire.setting()], id).await;
            world.turn("z").await;
            let said = "user: x\nuser: y\nassistant: next\nuser: z\n";
            assert_eq!(wire.conversation(&model.requests()[2]), said, "{wire:?}");
        });
    }
}

#[test]
fn reasoning_that_breaks_off_ends() {
    let begun = [
        (Wire::Chat, chat::chunk(&json!({ "reasoning_content": "hm" }), None)),
        (
            Wire::Responses,
            responses::created()
                + &responses::event(&json!({ "type": "response.output_item.added", "output_index": 0,
                    "item": { "type": "reasoning", "id": "r" } }))
                + &responses::event(&json!({ "type": "response.reasoning_text.delta", "output_index": 0,
                    "item_id": "r", "content_index": 0, "delta": "hm" })),
        ),
    ];
    for (wire, events) in begun {
        against(wire, &[], vec![Reply::cut(events), wire.message("so")], |mut world, _| async move {
            let events = world.turn("x").await;
            assert_eq!(answers(&events), [r#"reasoning [] ["hm"]"#, r#"agent "so""#], "{wire:?}");
        });
    }
}
