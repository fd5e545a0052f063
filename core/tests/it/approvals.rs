//! Asking whether a command may run: what is asked, what each answer does, what shows.

use codex_protocol::{
    Answer, CommandApproval, CommandDecision, EventMsg, Question, QuestionId, QuestionRequest, SandboxChoice,
    SandboxPolicy, SettingsChange, ThreadActiveFlag, ThreadStatus,
};
use expect_test::{Expect, expect};

use crate::support::{World, render, run};

const UNTRUSTED: &[&str] = &["approval_policy=untrusted", "sandbox_mode=read-only"];

/// Starts a turn and waits for its question. What came before it comes too.
async fn question(world: &mut World, prompt: &str) -> (Question, Vec<EventMsg>) {
    world.start(prompt).await;
    asked(world).await
}

async fn asked(world: &mut World) -> (Question, Vec<EventMsg>) {
    let seen = world.until(|event| matches!(event, EventMsg::QuestionAsked(_))).await;
    match seen.last() {
        Some(EventMsg::QuestionAsked(question)) => ((**question).clone(), seen.clone()),
        _ => unreachable!("it is the last"),
    }
}

/// What a question asks about a command.
fn command(question: &Question) -> &CommandApproval {
    match &question.request {
        QuestionRequest::Command(approval) => approval,
        other => panic!("{other:?}"),
    }
}

/// Answers a question: false where that comes too late.
async fn answer(world: &World, question: &Question, decision: Option<CommandDecision>) -> bool {
    world.thread.answer(question.id, decision.map(Answer::Command)).await.unwrap()
}

/// Runs a turn that asks, answers, and compares what comes after the answer.
fn check(settings: &[&str], prompt: &'static str, decision: Option<CommandDecision>, expect: Expect) {
    run(settings, |mut world| async move {
        let (question, _) = question(&mut world, prompt).await;
        assert!(answer(&world, &question, decision).await);
        assert!(!answer(&world, &question, Some(CommandDecision::Accept)).await, "the first answer counts");
        let mut events = world.rest().await;
        events.retain(|event| !matches!(event, EventMsg::AgentMessageDelta(_) | EventMsg::TokenUsage { .. }));
        expect.assert_eq(&render(&events).replace("The tool has answered, so this turn is done.", "…"));
    });
}

#[test]
fn a_question_says_what_would_run_and_the_thread_says_that_it_waits() {
    run(UNTRUSTED, |mut world| async move {
        let (asked, seen) = question(&mut world, "run touch made").await;
        assert_eq!(asked.id, QuestionId(0));
        assert_eq!(command(&asked).command, "/bin/bash -c 'touch made'");
        assert_eq!(command(&asked).cwd, world.home.path().display().to_string());
        assert_eq!(command(&asked).reason, None);
        let tail = &seen[seen.len() - 3..];
        let flags = vec![ThreadActiveFlag::WaitingOnApproval];
        assert_eq!(tail[0], EventMsg::StatusChanged(ThreadStatus::Active { active_flags: flags.clone() }));
        assert!(matches!(tail[1], EventMsg::ItemStarted { .. }));
        assert_eq!(world.thread.info().status, ThreadStatus::Active { active_flags: flags });
    });
}

#[test]
fn accepted() {
    check(
        UNTRUSTED,
        "run touch made && echo done",
        Some(CommandDecision::Accept),
        expect![[r#"
        question 0 resolved
        status active
        output "done\n"
        item completed command /bin/bash -c 'touch made && echo done' Completed Some(0) Some("done\n")
        item started agent ""
        item completed agent "…"
        unread true
        status Idle
        turn completed Completed Summary items=1
    "#]],
    );
}

#[test]
fn declined() {
    check(
        UNTRUSTED,
        "run touch made",
        Some(CommandDecision::Decline),
        expect![[r#"
        question 0 resolved
        item completed command /bin/bash -c 'touch made' Declined None None
        status active
        item started agent ""
        item completed agent "…"
        unread true
        status Idle
        turn completed Completed Summary items=1
    "#]],
    );
}

#[test]
fn cancelled() {
    check(
        UNTRUSTED,
        "run touch made",
        Some(CommandDecision::Cancel),
        expect![[r#"
            question 0 resolved
            item completed command /bin/bash -c 'touch made' Declined None None
            status active
            status Idle
            turn completed Interrupted NotLoaded items=0
        "#]],
    );
}

#[test]
fn nobody_can_answer() {
    check(
        UNTRUSTED,
        "run touch made",
        None,
        expect![[r#"
        question 0 resolved
        item completed command /bin/bash -c 'touch made' Failed None None
        status active
        item started agent ""
        item completed agent "…"
        unread true
        status Idle
        turn completed Completed Summary items=1
    "#]],
    );
}

#[test]
fn leaving_the_sandbox_is_asked_with_its_reason() {
    run(&["approval_policy=on-request", "sandbox_mode=read-only"], |mut world| async move {
        let (asked, _) = question(&mut world, "ask touch made").await;
        assert_eq!(command(&asked).reason.as_deref(), Some("You asked the demo for it."));
        assert!(!world.home.path().join("made").exists());
        answer(&world, &asked, Some(CommandDecision::Accept)).await;
        world.rest().await;
        assert!(world.home.path().join("made").exists(), "what the user allowed is not held");
    });
}

#[test]
fn nobody_is_asked_where_the_policy_forbids_it() {
    run(&["approval_policy=never", "sandbox_mode=read-only"], |mut world| async move {
        let events = render(&world.turn("ask touch made").await);
        assert!(!events.contains("may it run") && !events.contains("command"), "{events}");
        assert!(!world.home.path().join("made").exists());
    });
}

#[test]
fn deleting_by_force_is_asked_and_the_rest_is_not() {
    run(&["approval_policy=on-request", "sandbox_mode=danger-full-access"], |mut world| async move {
        let events = render(&world.turn("run touch a").await);
        assert!(!events.contains("may it run"), "{events}");
        let (asked, _) = question(&mut world, "run rm -f a").await;
        answer(&world, &asked, Some(CommandDecision::Decline)).await;
        world.rest().await;
        assert!(world.home.path().join("a").exists());
    });
}

#[test]
fn what_is_allowed_for_the_session_is_asked_once_and_stays_in_the_sandbox() {
    run(&["approval_policy=untrusted", "sandbox_mode=workspace-write"], |mut world| async move {
        let script = "run touch a; touch /var/tmp/codex-session-grant";
        let (asked, _) = question(&mut world, script).await;
        answer(&world, &asked, Some(CommandDecision::AcceptForSession)).await;
        for events in [world.rest().await, world.turn(script).await] {
            let shown = render(&events);
            assert!(!shown.contains("may it run") && shown.contains("Failed Some(1)"), "{shown}");
        }
        assert!(world.home.path().join("a").exists());
        assert!(!std::path::Path::new("/var/tmp/codex-session-grant").exists());
    });
}

#[test]
fn leaving_the_sandbox_is_allowed_for_the_session_apart() {
    run(&["approval_policy=on-request", "sandbox_mode=read-only"], |mut world| async move {
        let (asked, _) = question(&mut world, "ask touch made").await;
        answer(&world, &asked, Some(CommandDecision::AcceptForSession)).await;
        let first = render(&world.rest().await);
        let again = render(&world.turn("ask touch made").await);
        assert!(first.contains("Completed Some(0)") && again.contains("Completed Some(0)"), "{first}{again}");
        assert!(!again.contains("may it run"), "{again}");
        let inside = render(&world.turn("run touch other").await);
        assert!(inside.contains("Failed Some(1)"), "{inside}");
    });
}

#[test]
fn what_was_allowed_is_void_under_another_sandbox() {
    run(&["approval_policy=untrusted", "sandbox_mode=workspace-write"], |mut world| async move {
        let (asked, _) = question(&mut world, "run touch a").await;
        answer(&world, &asked, Some(CommandDecision::AcceptForSession)).await;
        world.rest().await;
        let tighter = SandboxPolicy::ReadOnly { network_access: false };
        let change = SettingsChange { sandbox: Some(SandboxChoice::Policy(tighter)), ..Default::default() };
        world.thread.change_settings(change).await.unwrap();
        let (asked, _) = question(&mut world, "run touch a").await;
        assert_eq!(asked.id, QuestionId(1));
    });
}

#[test]
fn what_is_allowed_for_the_session_is_asked_once() {
    run(&["approval_policy=untrusted", "sandbox_mode=workspace-write"], |mut world| async move {
        let (asked, _) = question(&mut world, "run touch a").await;
        answer(&world, &asked, Some(CommandDecision::AcceptForSession)).await;
        world.rest().await;
        let again = render(&world.turn("run touch a").await);
        assert!(!again.contains("may it run") && again.contains("Completed"), "{again}");
        let (other, _) = question(&mut world, "run touch b").await;
        assert_eq!(other.id, QuestionId(1));
    });
}

#[test]
fn an_interruption_takes_the_question_back() {
    run(UNTRUSTED, |mut world| async move {
        let (asked, _) = question(&mut world, "run touch made").await;
        world.thread.interrupt(&asked.turn_id.to_string()).await.unwrap();
        expect![[r#"
            question 0 resolved
            item completed command /bin/bash -c 'touch made' Declined None None
            status Idle
            turn completed Interrupted NotLoaded items=0
        "#]]
        .assert_eq(&render(&world.rest().await));
        assert!(!answer(&world, &asked, Some(CommandDecision::Accept)).await, "too late");
        assert!(!world.home.path().join("made").exists());
        assert!(world.recorder.only("execute_tool shell_command").ended);
    });
}

#[test]
fn a_refused_command_is_in_the_history_after_a_restart() {
    run(UNTRUSTED, |mut world| async move {
        let (asked, _) = question(&mut world, "run touch made").await;
        answer(&world, &asked, Some(CommandDecision::Decline)).await;
        world.rest().await;
        assert!(world.rollout().contains(r#""status":"declined""#));
    });
}
