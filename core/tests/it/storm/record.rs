//! What the agent's bus told, and what must be true of it.

use std::{
    collections::{BTreeMap, HashSet},
    sync::Mutex,
};

use codex_core::EventSink;
use codex_protocol::{Event, EventMsg, ItemId, ThreadId, TurnId};

/// Everything that the bus told, by thread.
#[derive(Default)]
pub(super) struct Bus {
    told: Mutex<BTreeMap<ThreadId, Vec<EventMsg>>>,
}

impl EventSink for Bus {
    fn emit(&self, thread: ThreadId, event: &Event) {
        self.told.lock().unwrap().entry(thread).or_default().push(event.msg.clone());
    }
}

impl Bus {
    /// How much was told of a thread so far.
    pub(super) fn len(&self, thread: ThreadId) -> usize {
        self.told.lock().unwrap().get(&thread).map_or(0, Vec::len)
    }

    /// Everything.
    pub(super) fn take(&self) -> BTreeMap<ThreadId, Vec<EventMsg>> {
        std::mem::take(&mut *self.told.lock().unwrap())
    }

    /// What a follower heard is what was told from there on.
    pub(super) fn compare(&self, thread: ThreadId, from: usize, heard: &[Event]) {
        let told = self.told.lock().unwrap();
        let told = told.get(&thread).map_or(&[][..], |told| &told[from..]);
        let mut told = told.iter().filter(|msg| !is_of_the_agent(msg));
        for event in heard {
            assert_eq!(told.next(), Some(&event.msg), "of thread {thread}");
        }
    }
}

/// Whether it is told on the bus alone.
fn is_of_the_agent(msg: &EventMsg) -> bool {
    matches!(
        msg,
        EventMsg::Started(_)
            | EventMsg::Loaded
            | EventMsg::Unloaded
            | EventMsg::Archived
            | EventMsg::Unarchived
            | EventMsg::Deleted
    )
}

/// How much of what there was.
pub(super) fn summary(told: &BTreeMap<ThreadId, Vec<EventMsg>>) -> String {
    let count = |fits: fn(&EventMsg) -> bool| told.values().flatten().filter(|msg| fits(msg)).count();
    format!(
        "{} threads, {} events, {} turns, {} reverts, {} archived, {} loaded",
        told.len(),
        told.values().map(Vec::len).sum::<usize>(),
        count(|msg| matches!(msg, EventMsg::TurnCompleted(_))),
        count(|msg| matches!(msg, EventMsg::Reverted)),
        count(|msg| matches!(msg, EventMsg::Archived)),
        count(|msg| matches!(msg, EventMsg::Loaded)),
    )
}

/// What must be true of the events of a thread, whatever was done to it: each turn and each item begins once and ends once,
/// and nothing is told of a thread that is not loaded.
#[expect(clippy::collapsible_match, reason = "a condition that changes something is no guard")]
pub(super) fn check(events: &[EventMsg]) -> Result<(), String> {
    let mut turn: Option<TurnId> = None;
    let mut turns = HashSet::new();
    let mut items: HashSet<ItemId> = HashSet::new();
    let mut ended: HashSet<ItemId> = HashSet::new();
    for (at, msg) in events.iter().enumerate() {
        let wrong = |what: &str| Err(format!("event {at}: {what}: {msg:?}"));
        match msg {
            EventMsg::TurnStarted(started) => {
                if turn.replace(started.id).is_some() {
                    return wrong("a turn runs already");
                }
                if !turns.insert(started.id) {
                    return wrong("this turn was begun before");
                }
            }
            EventMsg::TurnCompleted(completed) => {
                if turn.take() != Some(completed.id) {
                    return wrong("this turn does not run");
                }
                if !items.is_empty() {
                    return wrong("an item has not ended");
                }
                let message =
                    completed.error.as_ref().map(|error| error.message.as_str()).unwrap_or_default();
                if message.contains("inside the server") {
                    return wrong("a turn panicked");
                }
            }
            EventMsg::ItemStarted { turn_id, item } => {
                if turn != Some(*turn_id) || !items.insert(item.id().clone()) || ended.contains(item.id()) {
                    return wrong("an item begins that cannot");
                }
            }
            EventMsg::ItemCompleted { turn_id, item } => {
                if turn != Some(*turn_id) || !items.remove(item.id()) || !ended.insert(item.id().clone()) {
                    return wrong("an item ends that cannot");
                }
            }
            EventMsg::AgentMessageDelta(delta) | EventMsg::CommandOutputDelta(delta) => {
                if !items.contains(&delta.item_id) {
                    return wrong("text for an item that is not open");
                }
            }
            // What was taken back is as if it had never been.
            EventMsg::Reverted => ended.clear(),
            EventMsg::Started(_) | EventMsg::Loaded | EventMsg::Unloaded | EventMsg::Closed => {
                if turn.is_some() {
                    return wrong("a turn runs");
                }
            }
            _ => {}
        }
    }
    match turn {
        Some(turn) => Err(format!("turn {turn} was never completed")),
        None => Ok(()),
    }
}
