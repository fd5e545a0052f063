//! What was told of a thread last, and what another process reads of it.

use codex_core::Agent;
use codex_protocol::{EventMsg, ThreadId, ThreadItem, Turn, TurnId};

/// A turn as it was told: how it ended, and its items.
struct ToldTurn {
    turn: Turn,
    items: Vec<ThreadItem>,
}

/// Compares a thread, read anew, with what was told of it last.
pub(super) async fn check(agent: &Agent, id: ThreadId, events: &[EventMsg]) -> Result<(), String> {
    if matches!(events.iter().rev().find(|msg| !matches!(msg, EventMsg::Closed)), Some(EventMsg::Deleted)) {
        return match agent.read(id, false).await {
            Err(_) => Ok(()),
            Ok(_) => Err("it was deleted".to_owned()),
        };
    }
    // One that was unloaded before anything of it was kept is gone.
    let view = match agent.view(id, true).await {
        Ok(view) => view,
        Err(error) if !kept(events) => return Err(error.to_string()).or(Ok(())),
        Err(error) => return Err(error.to_string()),
    };
    let thread = view.thread;
    let name = last(events, |msg| match msg {
        EventMsg::NameChanged(name) => Some(name.clone()),
        _ => None,
    });
    if thread.name != name {
        return Err(format!("its name is {:?}, told was {name:?}", thread.name));
    }
    let settings = last(events, |msg| match msg {
        EventMsg::SettingsChanged(settings) => Some((settings.model.clone(), settings.effort.clone())),
        _ => None,
    });
    let found = (thread.model.clone().unwrap_or_default(), thread.reasoning_effort.clone());
    if settings.as_ref().is_some_and(|settings| *settings != found) {
        return Err(format!("its settings are {found:?}, told was {settings:?}"));
    }
    check_turns(&thread.turns, events)
}

/// Whether anything of the thread was written.
fn kept(events: &[EventMsg]) -> bool {
    events.iter().any(|msg| matches!(msg, EventMsg::TurnStarted(_) | EventMsg::NameChanged(_)))
}

fn last<T>(events: &[EventMsg], of: impl Fn(&EventMsg) -> Option<T>) -> Option<T> {
    events.iter().rev().find_map(of)
}

/// The turns that are there are those that were told, as they were told; none is missing that nobody could have taken back.
fn check_turns(turns: &[Turn], events: &[EventMsg]) -> Result<(), String> {
    let mut told: Vec<ToldTurn> = Vec::new();
    let (mut items, mut since_revert) = (Vec::new(), 0);
    for msg in events {
        match msg {
            EventMsg::TurnStarted(_) => items = Vec::new(),
            EventMsg::ItemCompleted { item, .. } => items.push(item.clone()),
            EventMsg::TurnCompleted(turn) => {
                told.push(ToldTurn { turn: turn.clone(), items: std::mem::take(&mut items) });
            }
            EventMsg::Reverted => since_revert = told.len(),
            _ => {}
        }
    }
    let mut rest = told.iter();
    for turn in turns {
        let Some(found) = rest.find(|told| told.turn.id == turn.id) else {
            return Err(format!("turn {} was not told, or not in this order", turn.id));
        };
        if (turn.status, &turn.error) != (found.turn.status, &found.turn.error) {
            return Err(format!("turn {} is {:?}, told was {:?}", turn.id, turn.status, found.turn.status));
        }
        if turn.items != found.items {
            return Err(format!("turn {} has items {:#?}, told was {:#?}", turn.id, turn.items, found.items));
        }
    }
    let there: Vec<TurnId> = turns.iter().map(|turn| turn.id).collect();
    match told[since_revert..].iter().find(|told| !there.contains(&told.turn.id)) {
        Some(missing) => Err(format!("turn {} is missing", missing.turn.id)),
        None => Ok(()),
    }
}
