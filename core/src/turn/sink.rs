//! Where a turn's items go: its thread's rollout, and those who follow the thread.

use std::sync::Arc;

use codex_protocol::{Event, EventMsg, SubmissionId, ThreadItem, TurnId, W3cTraceContext};

use super::clock::{TimePart, TurnClock};
use crate::{
    conversation::{ItemSink, ModelView},
    journal::Journal,
    store::{Record, StoreError},
};

/// Where a turn's items go. Cheap to clone.
#[derive(Clone)]
pub(super) struct TurnSink {
    pub(super) journal: Arc<Journal>,
    pub(super) turn_id: TurnId,
    pub(super) submission: SubmissionId,
    pub(super) trace: Option<Arc<W3cTraceContext>>,
    pub(super) clock: TurnClock,
}

impl TurnSink {
    /// Writes records of the turn.
    pub(super) fn append(&self, records: &[Record]) -> Result<(), StoreError> {
        let _writing = self.clock.enter(TimePart::Store);
        self.journal.append(records)
    }
}

impl ItemSink for TurnSink {
    type Error = StoreError;

    fn turn_id(&self) -> TurnId {
        self.turn_id
    }

    fn write(&self, item: &ThreadItem, view: ModelView<'_>) -> Result<(), StoreError> {
        let (unseen, context) = match view {
            ModelView::Same => (false, [].as_slice()),
            ModelView::Replaced(context) => (true, context),
            ModelView::Hidden => (true, [].as_slice()),
        };
        let mut records = vec![Record::Item { turn_id: self.turn_id, item: item.clone(), unseen }];
        records.extend(context.iter().map(|item| Record::Context { item: item.clone() }));
        self.append(&records)
    }

    fn emit(&self, msg: EventMsg) {
        self.journal.emit(&Event { id: self.submission, msg, trace: self.trace.clone() });
    }
}
