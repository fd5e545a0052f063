//! What a reader gets of what was pushed, whenever it reads: all of it, in order, merged only where merging is allowed.

use codex_protocol::{Delta, ItemId, ThreadId, TurnId};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::wire::delta::{DeltaKind, QueuedDelta};

/// Whose text a delta is: kind, item and index. Thread and turn stand beside them in the same comparison.
type Key = (u8, u8, u32);

/// One thing that a client is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(Key, String),
    /// Anything else, as base64 that looks like the next part of the same file.
    Whole(String),
}

#[derive(Clone, Debug)]
enum Step {
    Push(Piece),
    /// The writer takes what there is, and gives back all but the first few.
    Take {
        written: usize,
    },
}

const KINDS: [DeltaKind; 4] =
    [DeltaKind::AgentMessage, DeltaKind::CommandOutput, DeltaKind::ReasoningSummary, DeltaKind::Reasoning];

impl Piece {
    fn outbound(&self) -> Outbound {
        match self {
            Self::Whole(text) => Outbound::Message(text.as_bytes().to_vec()),
            Self::Text((kind, item, index), text) => {
                let delta = Delta {
                    // Two items of one name in two turns are two items.
                    turn_id: TurnId::from(Uuid::from_u128((item / 2).into())),
                    item_id: ItemId::from(format!("item {}", item % 2).as_str()),
                    index: *index,
                    text: text.clone(),
                };
                let thread = ThreadId::from(Uuid::from_u128((item / 4).into()));
                let kind = KINDS[usize::from(*kind)];
                Outbound::Delta(Box::new(QueuedDelta::new(kind, thread, &delta, 0, None)))
            }
        }
    }
}

/// What an outbound says: its text, and whether it can take more.
fn said(outbound: &Outbound) -> (bool, String) {
    match outbound {
        Outbound::Message(message) => (false, String::from_utf8_lossy(message).into_owned()),
        Outbound::Delta(delta) => (true, delta.text.clone()),
    }
}

fn step() -> impl Strategy<Value = Step> {
    let key = (0u8..4, 0u8..8, 0u32..2);
    let text = prop_oneof![4 => (key, "[a-z]{1,3}").prop_map(|(key, text)| Piece::Text(key, text)),
        // Neighbours of one key must be frequent.
        8 => "[a-z]{1,3}".prop_map(|text| Piece::Text((0, 0, 0), text)),
        2 => "[A-Z]{4}".prop_map(Piece::Whole)];
    prop_oneof![9 => text.prop_map(Step::Push), 1 => (0usize..6).prop_map(|written| Step::Take { written })]
}

proptest! {
    #[test]
    fn nothing_is_lost_and_only_neighbours_of_one_item_merge(
        steps in proptest::collection::vec(step(), 0..80),
        lag_bytes in prop_oneof![Just(0usize), Just(500), Just(1 << 20)],
    ) {
        let outgoing = Outgoing::new(Limits { lag_bytes, max_bytes: 1 << 30 });
        let (mut pushed, mut got) = (Vec::new(), Vec::new());
        let mut bytes = 0;
        let mut lagged = false;
        for step in steps {
            match step {
                Step::Push(piece) => {
                    lagged |= bytes >= lag_bytes;
                    outgoing.push(piece.outbound());
                    pushed.push(piece);
                }
                Step::Take { written } => {
                    let mut entries = VecDeque::new();
                    outgoing.take(&mut entries);
                    got.extend(entries.drain(..written.min(entries.len())));
                    outgoing.put_back(&mut entries);
                }
            }
            bytes = outgoing.depth().0;
        }
        let mut rest = VecDeque::new();
        outgoing.take(&mut rest);
        got.extend(rest);
        prop_assert_eq!(outgoing.depth().0, 0, "every byte that was counted in was counted out");

        if !lagged {
            let alone: Vec<_> = pushed.iter().map(|piece| said(&piece.outbound())).collect();
            prop_assert_eq!(got.iter().map(said).collect::<Vec<_>>(), alone, "a reader that keeps up gets each alone");
        }
        // Walk both: each outbound is one piece, or several neighbours of one key.
        let mut pieces = pushed.iter().peekable();
        for outbound in &got {
            let (can_grow, text) = said(outbound);
            let first = pieces.next().expect("nothing comes twice");
            let (mut whole, key) = match first {
                Piece::Whole(whole) => (whole.clone(), None),
                Piece::Text(key, text) => (text.clone(), Some(*key)),
            };
            prop_assert_eq!(can_grow, key.is_some());
            while whole.len() < text.len() {
                match pieces.next() {
                    Some(Piece::Text(next, more)) if Some(*next) == key => whole.push_str(more),
                    other => prop_assert!(false, "{:?} was merged into {:?}", other, first),
                }
            }
            prop_assert_eq!(whole, text);
        }
        prop_assert!(pieces.next().is_none(), "nothing is lost");
    }
}
