//! What is unread: answers and failures, until the user has read them or takes them back.

use codex_core::StartThread;
use codex_protocol::{EventMsg, TurnId};

use crate::support::{World, run};

/// The first unread turn as the events of a turn told it, if they did.
fn told(events: &[EventMsg]) -> Option<Option<TurnId>> {
    events.iter().find_map(|event| match event {
        EventMsg::ReadStateChanged { first_unread, .. } => Some(*first_unread),
        _ => None,
    })
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
        assert_eq!(told(&first), Some(Some(ended(&first))));
        let failed = world.turn("fail").await;
        assert_eq!(told(&failed), Some(Some(ended(&first))), "the first one stays the first");
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
        assert_eq!(told(&world.rest().await), None);
        assert_eq!(first_unread(&world).await, None);
    });
}

#[test]
fn an_ephemeral_thread_has_no_news() {
    run(&[], |mut world| async move {
        world.restart_with(&[], StartThread { ephemeral: true, ..StartThread::default() }).await;
        assert_eq!(told(&world.turn("say 1").await), None);
    });
}

#[test]
fn what_is_taken_back_is_unread_no_more() {
    run(&[], |mut world| async move {
        let first = ended(&world.turn("say 1").await);
        let second = ended(&world.turn("say 1").await);
        let id = world.thread.id();
        world.agent.revert(id, second.to_string()).await.unwrap();
        assert_eq!(told(&world.pending()), None);
        assert_eq!(first_unread(&world).await, Some(first));
        world.agent.revert(id, first.to_string()).await.unwrap();
        assert_eq!(told(&world.pending()), Some(None));
        assert_eq!(first_unread(&world).await, None);
    });
}
