//! The lines of a rollout.

use codex_protocol::{ThreadItem, TokenUsage, Turn, TurnId};
use serde::{Deserialize, Serialize};

use super::ThreadMeta;
use crate::model::ModelItem;

/// The version that this server writes, and the newest it reads.
pub(super) const VERSION: u32 = 1;

/// One line of a rollout.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Line<R> {
    /// Version of the record.
    pub(super) v: u32,
    /// When it was written, in Unix milliseconds.
    pub(super) at: i64,
    pub(super) record: R,
}

/// What a line says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum Record {
    /// The thread itself: the first line.
    Thread(ThreadMeta),
    /// A turn began.
    TurnStarted {
        /// The turn as it stood.
        turn: Turn,
    },
    /// An item reached its final form, or another one than before.
    Item {
        /// Its turn.
        turn_id: TurnId,
        /// The item.
        item: ThreadItem,
    },
    /// Something that only the model sees: its context, tool calls and their results.
    Context {
        /// What it sees.
        item: ModelItem,
    },
    /// A turn ended.
    TurnEnded {
        /// The turn as it ended, without its items.
        turn: Turn,
        /// The tokens of the whole thread so far.
        usage: TokenUsage,
    },
}
