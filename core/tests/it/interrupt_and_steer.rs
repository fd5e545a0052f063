//! Steering and interrupting: what is accepted, what is refused, what shows.

use codex_core::{InterruptError, StartThread, SteerError, SubmitError};
use codex_protocol::{EventMsg, TurnId, UserInput};
use expect_test::expect;

use crate::support::{Model, Reply, World, message, render, run, text, texts};

#[test]
fn an_interrupted_turn() {
    run(&[], |mut world| async move {
        let turn = world.start("slow 5").await;
        world.first_word().await;
        world.thread.interrupt(&turn.id.to_string()).await.unwrap();
        expect![[r#"
            item completed agent "tick"
            status Idle
            turn completed Interrupted NotLoaded items=0
        "#]]
        .assert_eq(&render(&world.rest().await));
        let next = world.turn("say 1").await;
        assert_eq!(texts(&next), "word", "the thread goes on");
    });
}

#[test]
fn a_second_interruption_is_no_error() {
    run(&[], |mut world| async move {
        let turn = world.start("slow 5").await.id.to_string();
        world.first_word().await;
        let (first, second) = tokio::join!(world.thread.interrupt(&turn), world.thread.interrupt(&turn));
        assert_eq!((first, second), (Ok(()), Ok(())));
        world.rest().await;
    });
}

#[test]
fn a_turn_can_be_interrupted_before_it_shows() {
    run(&[], |mut world| async move {
        let turn = world.start("slow 5").await;
        world.thread.interrupt(&turn.id.to_string()).await.unwrap();
        let events = render(&world.rest().await);
        assert!(events.ends_with("status Idle\nturn completed Interrupted NotLoaded items=0\n"), "{events}");
    });
}

#[test]
fn a_steered_turn_cuts_the_answer_short() {
    run(&[], |mut world| async move {
        let turn = world.start("slow 5").await;
        world.first_word().await;
        let id =
            world.thread.steer(&turn.id.to_string(), vec![UserInput::text("say 2")], None).await.unwrap();
        assert_eq!(id, turn.id);
        expect![[r#"
            item completed agent "tick"
            item started user 1 parts
            item completed user 1 parts
            item started agent ""
            delta "word"
            delta " word"
            item completed agent "word word"
            usage total=2 last=2
            unread true
            status Idle
            turn completed Completed Summary items=1
        "#]]
        .assert_eq(&render(&world.rest().await));
    });
}

#[test]
fn starting_a_turn_while_one_runs_steers_it() {
    run(&[], |mut world| async move {
        let turn = world.start("slow 5").await;
        world.first_word().await;
        let second = world.start("say 2").await;
        assert_eq!(second.id, turn.id);
        let events = world.rest().await;
        assert_eq!(texts(&events), "word word");
        assert_eq!(events.iter().filter(|event| matches!(event, EventMsg::TurnCompleted(_))).count(), 1);
        assert!(!events.iter().any(|event| matches!(event, EventMsg::TurnStarted(_))));
    });
}

#[test]
fn text_of_a_cut_answer_is_not_history() {
    run(&[], |mut world| async move {
        let half = crate::support::event(&serde_json::json!({ "type": "response.output_text.delta",
            "item_id": "m0", "delta": "half" }));
        let model = Model::start(vec![Reply::silent(half), Reply::stream(message("m1", "ok"))]).await;
        world.restart_with(&[&model.setting()], StartThread::default()).await;
        let turn = world.start("first").await;
        world.first_word().await;
        world.thread.steer(&turn.id.to_string(), vec![UserInput::text("second")], None).await.unwrap();
        world.rest().await;
        expect![[r"
            user: <environment_context>
            user: first
            user: second
        "]]
        .assert_eq(&model.conversation(1));
    });
}

#[test]
fn the_model_is_told_of_an_interruption() {
    run(&[], |mut world| async move {
        let half = crate::support::event(&serde_json::json!({ "type": "response.output_text.delta",
            "item_id": "m0", "delta": "half" }));
        let model = Model::start(vec![Reply::silent(half), Reply::stream(message("m1", "ok"))]).await;
        world.restart_with(&[&model.setting()], StartThread::default()).await;
        let turn = world.start("first").await;
        world.first_word().await;
        world.thread.interrupt(&turn.id.to_string()).await.unwrap();
        world.rest().await;
        world.turn("second").await;
        expect![[r"
            user: <environment_context>
            user: first
            user: <turn_aborted>
            user: second
        "]]
        .assert_eq(&model.conversation(1));
    });
}

#[test]
fn refusals() {
    run(&[], |mut world| async move {
        let other = TurnId::generate().to_string();
        let words = || vec![UserInput::text("a")];
        let thread = world.thread.clone();
        assert_eq!(thread.steer("", words(), None).await, Err(SteerError::NoExpectedTurn));
        assert_eq!(thread.steer(&other, words(), None).await, Err(SteerError::NoActiveTurn));
        assert_eq!(thread.steer("x", words(), None).await, Err(SteerError::NoActiveTurn));
        assert_eq!(thread.interrupt(&other).await, Err(InterruptError::NoActiveTurn));
        assert_eq!(thread.interrupt("x").await, Err(InterruptError::NoActiveTurn));
        assert_eq!(thread.interrupt("").await, Ok(()));
        let turn = world.start("slow 5").await;
        world.first_word().await;
        for wrong in [other.as_str(), "x"] {
            let error = thread.steer(wrong, words(), None).await.unwrap_err();
            assert_eq!(
                error.to_string(),
                format!("expected active turn id `{wrong}` but found `{}`", turn.id)
            );
            let error = thread.interrupt(wrong).await.unwrap_err();
            assert_eq!(error.to_string(), format!("expected active turn id {wrong} but found {}", turn.id));
        }
        assert_eq!(thread.steer(&turn.id.to_string(), vec![], None).await, Err(SteerError::EmptyInput));
        assert_eq!(thread.interrupt("").await, Ok(()), "no expectation ends whatever runs");
        world.rest().await;
    });
}

#[test]
fn input_past_all_measure_is_refused() {
    run(&[], |world| async move {
        let long = "a".repeat((1 << 20) + 1);
        let error = world.thread.start_turn(text(&long)).await.unwrap_err();
        let too_large = SubmitError::InputTooLarge { max_chars: 1 << 20, actual_chars: (1 << 20) + 1 };
        assert_eq!(error, too_large.into());
    });
}

#[test]
fn a_closed_thread_takes_no_orders() {
    run(&[], |world: World| async move {
        world.agent.shutdown().await;
        assert_eq!(world.thread.start_turn(text("a")).await.unwrap_err(), SubmitError::Closed.into());
        let refused = world.agent.start_thread(StartThread::default()).await;
        assert!(refused.is_err_and(|error| error.to_string() == "the server is shutting down"));
    });
}

#[test]
fn a_turn_that_has_just_begun_does_not_keep_the_server_from_closing() {
    run(&[], |mut world: World| async move {
        world.start("slow 5").await;
        world.agent.shutdown().await;
        assert!(matches!(world.pending()[..], [.., EventMsg::TurnCompleted(_), EventMsg::Closed]));
    });
}
