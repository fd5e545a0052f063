//! From records to turns.

use codex_protocol::{ItemsView, ThreadItem, ThreadItemKind, Turn, TurnId, TurnStatus, UserInput};

use super::{
    Record,
    turn_source::{Position, StoredTurn},
};

/// Puts turns together from records in their order.
#[derive(Debug, Default)]
pub(super) struct Assembly {
    pub(super) turns: Vec<StoredTurn>,
}

impl Assembly {
    /// Takes the next record.
    pub(super) fn add(&mut self, at: Position, record: Record) {
        match record {
            Record::TurnStarted { turn } => {
                // A second start of the same turn can only be a copied line.
                if self.find(turn.id).is_none() {
                    self.turns.push(StoredTurn { at, turn });
                }
            }
            Record::Item { turn_id, item, unseen: _ } => {
                let turn = self.turn(at, turn_id);
                // An item that changed is among the last ones.
                match turn.items.iter().rposition(|other| other.id() == item.id()) {
                    Some(place) => turn.items[place] = item,
                    None => turn.items.push(item),
                }
            }
            Record::TurnEnded { turn: ended, .. } | Record::CodexTurnEnded { turn: ended } => {
                let turn = self.turn(at, ended.id);
                let (items, started_at) = (std::mem::take(&mut turn.items), turn.started_at);
                *turn = Turn { items, items_view: ItemsView::Full, ..ended };
                turn.started_at = turn.started_at.or(started_at);
            }
            Record::Thread(_) | Record::State(_) | Record::Context { .. } | Record::CodexUsage { .. } => {}
        }
    }

    /// The turns. Those that never ended were cut off with the process that ran them.
    pub(super) fn finish(mut self) -> Vec<StoredTurn> {
        for StoredTurn { turn, .. } in &mut self.turns {
            if turn.status == TurnStatus::InProgress {
                turn.status = TurnStatus::Interrupted;
            }
            turn.items_view = ItemsView::Full;
        }
        self.turns
    }

    fn find(&mut self, id: TurnId) -> Option<&mut Turn> {
        self.turns.iter_mut().rev().map(|stored| &mut stored.turn).find(|turn| turn.id == id)
    }

    /// The turn of that id. One whose first line is lost begins here.
    fn turn(&mut self, at: Position, id: TurnId) -> &mut Turn {
        if self.find(id).is_none() {
            let turn = Turn { items_view: ItemsView::Full, ..Turn::in_progress(id, None) };
            self.turns.push(StoredTurn { at, turn });
        }
        self.find(id).expect("it was added if it was not there")
    }
}

/// What a list shows of a thread whose first user message this is.
pub(crate) fn preview_of(item: &ThreadItem) -> Option<String> {
    match &item.kind {
        ThreadItemKind::UserMessage { content, .. } => preview_of_input(content),
        _ => None,
    }
}

/// What a list shows of a thread in which the user said this first.
pub(crate) fn preview_of_input(input: &[UserInput]) -> Option<String> {
    input.iter().find_map(|input| match input {
        UserInput::Text { text, .. } => Some(text.chars().take(200).collect()),
        _ => None,
    })
}
