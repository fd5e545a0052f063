//! The running turn as its subscribers know it, for one who joins.

use codex_protocol::{Delta, Event, EventMsg, ItemId, ItemsView, QuestionId, Turn};

/// The running turn, as far as it was told. Kept under the lock that events are emitted under, so that one who joins
/// gets what was told before, and hears everything after it.
#[derive(Debug, Default)]
pub(crate) struct LiveTurn {
    turn: Option<Turn>,
    /// What was told of items that are not complete: their beginnings and their text so far, and what is asked about them.
    growing: Vec<Event>,
}

impl LiveTurn {
    /// The turn, with the items that are complete.
    pub(super) fn turn(&self) -> Option<Turn> {
        self.turn.clone()
    }

    /// What one who joins has missed of items that still grow.
    pub(super) fn growing(&self) -> Vec<Event> {
        self.growing.clone()
    }

    /// Notes what is about to be told.
    pub(super) fn note(&mut self, event: &Event) {
        match &event.msg {
            EventMsg::TurnStarted(turn) => {
                self.turn = Some(Turn { items_view: ItemsView::Full, ..turn.clone() });
                self.growing.clear();
            }
            EventMsg::TurnCompleted(_) => *self = Self::default(),
            EventMsg::ItemStarted { .. }
            | EventMsg::ReasoningSummaryPartAdded { .. }
            | EventMsg::QuestionAsked(_) => {
                self.growing.push(event.clone());
            }
            EventMsg::ItemCompleted { item, .. } => {
                self.growing.retain(|event| item_of(&event.msg) != Some(item.id()));
                if let Some(turn) = &mut self.turn {
                    match turn.items.iter().rposition(|other| other.id() == item.id()) {
                        Some(place) => turn.items[place] = item.clone(),
                        None => turn.items.push(item.clone()),
                    }
                }
            }
            EventMsg::QuestionResolved(id) => {
                self.growing.retain(|event| question_of(&event.msg) != Some(*id));
            }
            EventMsg::AgentMessageDelta(_)
            | EventMsg::CommandOutputDelta(_)
            | EventMsg::ReasoningSummaryDelta(_)
            | EventMsg::ReasoningDelta(_) => {
                let merged = self.growing.last_mut().is_some_and(|last| merge(&mut last.msg, &event.msg));
                if !merged {
                    self.growing.push(event.clone());
                }
            }
            EventMsg::StatusChanged(_)
            | EventMsg::PlanUpdated { .. }
            | EventMsg::DiffUpdated { .. }
            | EventMsg::TokenUsage { .. }
            | EventMsg::Error { .. }
            | EventMsg::Warning(_)
            | EventMsg::ReadStateChanged { .. }
            | EventMsg::SettingsChanged(_)
            | EventMsg::Started(_)
            | EventMsg::Loaded
            | EventMsg::Unloaded
            | EventMsg::NameChanged(_)
            | EventMsg::Reverted
            | EventMsg::Archived
            | EventMsg::Unarchived
            | EventMsg::Deleted
            | EventMsg::Closed => {}
        }
    }
}

/// The item that an event of a growing item is about.
fn item_of(msg: &EventMsg) -> Option<&ItemId> {
    match msg {
        EventMsg::ItemStarted { item, .. } => Some(item.id()),
        EventMsg::ReasoningSummaryPartAdded { item_id, .. } => Some(item_id),
        EventMsg::AgentMessageDelta(delta)
        | EventMsg::CommandOutputDelta(delta)
        | EventMsg::ReasoningSummaryDelta(delta)
        | EventMsg::ReasoningDelta(delta) => Some(&delta.item_id),
        _ => None,
    }
}

/// The question that an event puts.
fn question_of(msg: &EventMsg) -> Option<QuestionId> {
    match msg {
        EventMsg::QuestionAsked(question) => Some(question.id),
        _ => None,
    }
}

fn merge(last: &mut EventMsg, next: &EventMsg) -> bool {
    match (last, next) {
        (EventMsg::AgentMessageDelta(last), EventMsg::AgentMessageDelta(next))
        | (EventMsg::CommandOutputDelta(last), EventMsg::CommandOutputDelta(next))
        | (EventMsg::ReasoningSummaryDelta(last), EventMsg::ReasoningSummaryDelta(next))
        | (EventMsg::ReasoningDelta(last), EventMsg::ReasoningDelta(next)) => continues(last, next),
        _ => false,
    }
}

fn continues(last: &mut Delta, next: &Delta) -> bool {
    let same = last.item_id == next.item_id && last.index == next.index;
    if same {
        last.text.push_str(&next.text);
    }
    same
}
