//! The course of a turn as clients see it.

use codex_core::StartThread;
use codex_protocol::{EventMsg, SettingsChange, UserTurn};
use expect_test::expect;

use crate::support::{Model, Reply, event, message, render, run, texts, tool_call};

#[test]
fn a_plain_turn() {
    run(&[], |mut world| async move {
        let events = world.turn("say 3").await;
        expect![[r#"
            status active
            turn started InProgress NotLoaded items=0
            item started user 1 parts
            item completed user 1 parts
            item started agent ""
            delta "word"
            delta " word"
            delta " word"
            item completed agent "word word word"
            usage total=3 last=3
            unread true
            status Idle
            turn completed Completed Summary items=1
        "#]]
        .assert_eq(&render(&events));
    });
}

#[test]
fn a_turn_with_a_tool() {
    run(&[], |mut world| async move {
        let events = world.turn("plan").await;
        expect![[r#"
            status active
            turn started InProgress NotLoaded items=0
            item started user 1 parts
            item completed user 1 parts
            usage total=1 last=1
            plan [Completed, InProgress, Pending]
            item started agent ""
            delta "The"
            delta " tool"
            delta " has"
            delta " answered,"
            delta " so"
            delta " this"
            delta " turn"
            delta " is"
            delta " done."
            item completed agent "The tool has answered, so this turn is done."
            usage total=10 last=9
            unread true
            status Idle
            turn completed Completed Summary items=1
        "#]]
        .assert_eq(&render(&events));
    });
}

#[test]
fn a_failed_turn() {
    run(&[], |mut world| async move {
        let events = world.turn("fail").await;
        expect![[r#"
            status active
            turn started InProgress NotLoaded items=0
            item started user 1 parts
            item completed user 1 parts
            status SystemError
            error retry=false Some(InternalServerError) "The model provider answered with status 500: the script says so"
            unread true
            turn completed Failed NotLoaded items=0 "The model provider answered with status 500: the script says so"
        "#]]
        .assert_eq(&render(&events));
        let next = world.turn("say 1").await;
        assert_eq!(texts(&next), "word", "the thread goes on");
    });
}

#[test]
fn a_cut_turn() {
    run(&[], |mut world| async move {
        let events = world.turn("cut").await;
        let EventMsg::TurnCompleted(turn) = events.last().unwrap() else { unreachable!() };
        let error = turn.error.as_ref().unwrap();
        assert!(
            error.message.starts_with("The model's stream ended before its response was complete"),
            "{error:?}"
        );
    });
}

#[test]
fn a_turn_that_was_just_started_shows_nothing_but_its_id() {
    run(&[], |mut world| async move {
        let turn = world.start("say 1").await;
        assert_eq!((turn.started_at, turn.items.len()), (None, 0));
        world.rest().await;
    });
}

#[test]
fn turns_keep_the_history() {
    run(&[], |mut world| async move {
        let model = Model::start(vec![
            Reply::stream(message("m1", "one")),
            Reply::stream(tool_call(&["update_plan"])),
            Reply::stream(message("m2", "two")),
        ])
        .await;
        use_model(&mut world, &model, &[]).await;
        world.turn("first").await;
        world.turn("second").await;
        expect![[r"
            user: <environment_context>
            user: first
            assistant: one
            user: second
            function_call
            output: Plan updated
        "]]
        .assert_eq(&model.conversation(2));
    });
}

#[test]
fn an_unknown_tool_is_told_to_the_model() {
    run(&[], |mut world| async move {
        let model =
            Model::start(vec![Reply::stream(tool_call(&["nope"])), Reply::stream(message("m", "ok"))]).await;
        use_model(&mut world, &model, &[]).await;
        let events = world.turn("x").await;
        assert_eq!(texts(&events), "ok");
        assert!(model.conversation(1).ends_with("output: there is no tool `nope`\n"));
    });
}

#[test]
fn every_call_has_an_output_after_a_panic() {
    run(&[], |mut world| async move {
        let model = Model::start(vec![
            Reply::stream(tool_call(&["demo_panic", "update_plan"])),
            Reply::stream(message("m", "ok")),
        ])
        .await;
        use_model(&mut world, &model, &[]).await;
        world.turn("x").await;
        world.turn("y").await;
        expect![[r"
            user: <environment_context>
            user: x
            function_call
            function_call
            output: the tool failed inside the server
            output: not run: the turn ended before it
            user: y
        "]]
        .assert_eq(&model.conversation(1));
    });
}

#[test]
fn no_input_asks_with_the_history_as_it_is() {
    run(&[], |mut world| async move {
        world.thread.start_turn(UserTurn::default()).await.unwrap();
        let events = render(&world.rest().await);
        assert!(!events.contains("user"), "{events}");
        assert!(events.contains("Completed"), "{events}");
    });
}

#[test]
fn settings_of_a_turn_hold_for_those_after_it() {
    run(&[], |mut world| async move {
        let model = Model::start(vec![Reply::stream(message("m", "ok"))]).await;
        use_model(&mut world, &model, &[]).await;
        let turn = UserTurn {
            settings: SettingsChange {
                model: Some("other".to_owned()),
                effort: Some("high".to_owned()),
                ..SettingsChange::default()
            },
            ..crate::support::text("a")
        };
        world.thread.start_turn(turn).await.unwrap();
        world.rest().await;
        world.turn("b").await;
        for body in model.requests().into_iter().map(|request| request.body) {
            assert_eq!(
                (body["model"].as_str(), body["reasoning"]["effort"].as_str()),
                (Some("other"), Some("high"))
            );
        }
        assert_eq!(world.thread.info().model.as_deref(), Some("other"));
    });
}

#[test]
fn the_chat_api_gives_the_same_events() {
    run(&[], |mut world| async move {
        let chunk = |delta: &str, rest: &str| {
            format!("data: {{\"id\":\"c1\",\"model\":\"x\",\"choices\":[{{\"delta\":{delta}{rest}}}]}}\n\n")
        };
        let call = chunk(
            r#"{"tool_calls":[{"index":0,"id":"k","function":{"name":"update_plan","arguments":"{\"pl"}}]}"#,
            "",
        ) + &chunk(
            r#"{"tool_calls":[{"index":0,"function":{"arguments":"an\":[]}"}}]}"#,
            ",\"finish_reason\":\"tool_calls\"",
        ) + "data: [DONE]\n\n";
        let answer = chunk(r#"{"content":"He"}"#, "")
            + &chunk(r#"{"content":"llo"}"#, ",\"finish_reason\":\"stop\"")
            + "data: {\"id\":\"c1\",\"choices\":[],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":2,\"total_tokens\":7}}\n\ndata: [DONE]\n\n";
        let model = Model::start(vec![Reply::stream(call), Reply::stream(answer)]).await;
        use_model(&mut world, &model, &["model_providers.demo.wire_api=chat"]).await;
        let events = world.turn("x").await;
        expect![[r#"
            status active
            turn started InProgress NotLoaded items=0
            item started user 1 parts
            item completed user 1 parts
            plan []
            item started agent ""
            delta "He"
            delta "llo"
            item completed agent "Hello"
            usage total=2 last=2
            unread true
            status Idle
            turn completed Completed Summary items=1
        "#]]
        .assert_eq(&render(&events));
        let request = model.requests().pop().unwrap();
        assert_eq!(request.path, "/v1/chat/completions");
        let body = request.body;
        let roles: Vec<_> =
            body["messages"].as_array().unwrap().iter().map(|message| message["role"].clone()).collect();
        assert_eq!(roles, ["system", "user", "user", "assistant", "tool"]);
    });
}

/// Gives the world a thread that asks that model.
async fn use_model(world: &mut crate::support::World, model: &Model, settings: &[&str]) {
    let setting = model.setting();
    let settings: Vec<&str> = settings.iter().copied().chain([setting.as_str()]).collect();
    world.restart_with(&settings, StartThread::default()).await;
}

#[test]
fn items_without_names_are_one_item() {
    run(&[], |mut world| async move {
        let delta =
            |text: &str| event(&serde_json::json!({ "type": "response.output_text.delta", "delta": text }));
        let answer = delta("a") + &delta("b") + &message("", "ab");
        let model = Model::start(vec![Reply::stream(answer)]).await;
        use_model(&mut world, &model, &[]).await;
        let events = render(&world.turn("x").await);
        assert_eq!(events.matches("item started agent").count(), 1, "{events}");
        assert_eq!(events.matches("item completed agent").count(), 1, "{events}");
    });
}

#[test]
fn reasoning_is_shown_and_given_back() {
    run(&[], |mut world| async move {
        let item = serde_json::json!({ "type": "reasoning", "id": "r1", "encrypted_content": "sealed",
            "summary": [{ "type": "summary_text", "text": "Thinking" }] });
        let reasoning = event(&serde_json::json!({ "type": "response.output_item.added",
                "item": { "type": "reasoning", "id": "r1" } }))
            + &event(&serde_json::json!({ "type": "response.reasoning_summary_part.added",
                "item_id": "r1", "summary_index": 0 }))
            + &event(&serde_json::json!({ "type": "response.reasoning_summary_text.delta",
                "item_id": "r1", "summary_index": 0, "delta": "Thinking" }))
            + &event(&serde_json::json!({ "type": "response.output_item.done", "item": item }));
        let model = Model::start(vec![Reply::stream(reasoning + &message("m", "ok"))]).await;
        use_model(&mut world, &model, &[]).await;
        let events = render(&world.turn("x").await);
        let shown = "item started reasoning [] []\nsummary part 0\nsummary 0 \"Thinking\"\nitem completed reasoning [\"Thinking\"] []\n";
        assert!(events.contains(shown), "{events}");
        world.turn("y").await;
        let body = model.requests().pop().unwrap().body;
        assert!(body["input"].as_array().unwrap().contains(&item), "{body}");
    });
}
