//! What is unread: answers and failures, until the user has read them or takes them back.

use codex_core::StartThread;
use codex_protocol::{EventMsg, TurnId};

use crate::support::{World, run};

/// What events tell of the read state.
#[derive(Debug, PartialEq, Eq)]
enum Told {
    Nothing,
    AllRead,
    UnreadFrom(TurnId),
}

fn told(events: &[EventMsg]) -> Told {
    let first = events.iter().find_map(|event| match event {
        EventMsg::ReadStateChanged { first_unread: Some(turn), .. } => Some(Told::UnreadFrom(*turn)),
        EventMsg::ReadStateChanged { first_unread: None, .. } => Some(Told::AllRead),
        _ => None,
    });
    first.unwrap_or(Told::Nothing)
}

fn ended(events: &[EventMsg]) -> TurnId {
    let Some(EventMsg::TurnCompleted(turn)) = events.last() else { panic!("the turn's end comes last") };
    turn.id
}

async fn first_unread(world: &World) -> Option<TurnId> {
    world.agent.view(world.thread.id(), false).await.unwrap().read.unwrap().first_unread
}

#[test]
fn an_answer_and_a_failure_are_news() {
    run(&[], |mut world| async move {
        let first = world.turn("say 1").await;
        assert_eq!(told(&first), Told::UnreadFrom(ended(&first)));
        let failed = world.turn("fail").await;
        assert_eq!(told(&failed), Told::UnreadFrom(ended(&first)), "the first one stays the first");
        let at = |fits: fn(&EventMsg) -> bool| failed.iter().position(fits).unwrap();
        assert!(
            at(|event| matches!(event, EventMsg::Error { .. }))
                < at(|event| matches!(event, EventMsg::ReadStateChanged { .. }))
        );
    });
}

#[test]
fn an_interrupted_turn_is_no_news() {
    run(&[], |mut world| async move {
        let turn = world.start("slow 5").await;
        world.first_word().await;
        world.thread.interrupt(&turn.id.to_string()).await.unwrap();
        assert_eq!(told(&world.rest().await), Told::Nothing);
        assert_eq!(first_unread(&world).await, None);
    });
}

#[test]
fn an_ephemeral_thread_has_no_news() {
    run(&[], |mut world| async move {
        world.restart_with(&[], StartThread { ephemeral: true, ..StartThread::default() }).await;
        assert_eq!(told(&world.turn("say 1").await), Told::Nothing);
    });
}

#[test]
fn what_is_taken_back_is_unread_no_more() {
    run(&[], |mut world| async move {
        let first = ended(&world.turn("say 1").await);
        let second = ended(&world.turn("say 1").await);
        let id = world.thread.id();
        world.agent.revert(id, second.to_string()).await.unwrap();
        assert_eq!(told(&world.pending()), Told::Nothing);
        assert_eq!(first_unread(&world).await, Some(first));
        world.agent.revert(id, first.to_string()).await.unwrap();
        assert_eq!(told(&world.pending()), Told::AllRead);
        assert_eq!(first_unread(&world).await, None);
    });
}
