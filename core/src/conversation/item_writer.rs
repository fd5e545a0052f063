//! The one life of an item: begun, grown, completed. Whatever happens to its writer, what was begun is ended.

use codex_protocol::{EventMsg, ItemId, ThreadItem, ThreadItemKind, TurnId, now_ms};

use super::ConversationItem;

/// Where items go: to be kept, and to be seen.
pub(crate) trait ItemSink {
    /// Why an item could not be kept.
    type Error: std::error::Error;

    /// The turn that the items are of.
    fn turn_id(&self) -> TurnId;

    /// Keeps an item in its final form, and beside it what the model sees of it.
    fn write(&self, item: &ThreadItem, view: ModelView<'_>) -> Result<(), Self::Error>;

    /// Tells those who follow the thread.
    fn emit(&self, msg: EventMsg);
}

/// What the model sees of an item that clients see.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum ModelView<'a> {
    /// What the item says.
    Same,
    /// These, in its place.
    Replaced(&'a [ConversationItem]),
    /// Nothing.
    Hidden,
}

/// What an item is while it grows.
pub(crate) trait ItemBody {
    /// The item as it stands.
    fn kind(&self, id: &ItemId) -> ThreadItemKind;

    /// What the model sees of it.
    fn model_view(&self) -> ModelView<'_> {
        ModelView::Same
    }

    /// Nobody will complete it: what it is, it is for good.
    fn abandon(&mut self) {}
}

/// One item, from its beginning to its end. It is written before its end is told. Dropped, it ends as it stands.
pub(crate) struct ItemWriter<S: ItemSink, B: ItemBody> {
    sink: S,
    id: ItemId,
    body: B,
    started_at_ms: i64,
    open: bool,
}

impl<S: ItemSink, B: ItemBody> ItemWriter<S, B> {
    /// Tells that the item has begun.
    pub(crate) fn begin(sink: S, id: ItemId, body: B) -> Self {
        let writer = Self { sink, id, body, started_at_ms: now_ms(), open: true };
        let item = writer.item();
        writer.sink.emit(EventMsg::ItemStarted { turn_id: writer.sink.turn_id(), item });
        writer
    }

    /// The item's id.
    pub(crate) fn id(&self) -> &ItemId {
        &self.id
    }

    /// When it began, in Unix milliseconds.
    pub(crate) fn started_at_ms(&self) -> i64 {
        self.started_at_ms
    }

    /// What it is so far.
    pub(crate) fn body(&self) -> &B {
        &self.body
    }

    /// The item as it stands.
    pub(crate) fn item(&self) -> ThreadItem {
        self.item_at(None)
    }

    /// What it is so far, to be grown. Whoever grows it tells so through [`emit`](Self::emit).
    pub(crate) fn body_mut(&mut self) -> &mut B {
        &mut self.body
    }

    /// Tells what the item has grown by.
    pub(crate) fn emit(&self, msg: EventMsg) {
        self.sink.emit(msg);
    }

    /// Writes the item as it stands, then tells that it is complete.
    pub(crate) fn complete(mut self) -> Result<ThreadItem, S::Error> {
        self.end()
    }

    fn end(&mut self) -> Result<ThreadItem, S::Error> {
        self.open = false;
        let item = self.item_at(Some(now_ms()));
        self.sink.write(&item, self.body.model_view())?;
        self.sink.emit(EventMsg::ItemCompleted { turn_id: self.sink.turn_id(), item: item.clone() });
        Ok(item)
    }

    fn item_at(&self, completed_at_ms: Option<i64>) -> ThreadItem {
        ThreadItem {
            kind: self.body.kind(&self.id),
            started_at_ms: Some(self.started_at_ms),
            completed_at_ms,
        }
    }
}

impl<S: ItemSink, B: ItemBody> Drop for ItemWriter<S, B> {
    fn drop(&mut self) {
        if !self.open {
            return;
        }
        self.body.abandon();
        if let Err(error) = self.end() {
            tracing::error!(%error, item_id = %self.id, "cannot write the end of an item");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("full")]
    struct Full;

    /// Notes what is done to it, in order.
    struct Notes {
        lines: RefCell<Vec<String>>,
        full: bool,
    }

    impl ItemSink for &Notes {
        type Error = Full;

        fn turn_id(&self) -> TurnId {
            TurnId::generate()
        }

        fn write(&self, item: &ThreadItem, _: ModelView<'_>) -> Result<(), Full> {
            self.lines.borrow_mut().push(format!("write {}", text(item)));
            if self.full { Err(Full) } else { Ok(()) }
        }

        fn emit(&self, msg: EventMsg) {
            self.lines.borrow_mut().push(match msg {
                EventMsg::ItemStarted { item, .. } => format!("started {}", text(&item)),
                EventMsg::ItemCompleted { item, .. } => format!("completed {}", text(&item)),
                other => format!("{other:?}"),
            });
        }
    }

    struct Words(String);

    impl ItemBody for Words {
        fn kind(&self, id: &ItemId) -> ThreadItemKind {
            ThreadItemKind::agent_message(id.clone(), self.0.clone(), None)
        }

        fn abandon(&mut self) {
            self.0.push('!');
        }
    }

    fn text(item: &ThreadItem) -> String {
        match &item.kind {
            ThreadItemKind::AgentMessage { text, .. } => format!("{text:?}"),
            other => format!("{other:?}"),
        }
    }

    fn run(full: bool, complete: bool) -> Vec<String> {
        let notes = Notes { lines: RefCell::default(), full };
        let mut writer = ItemWriter::begin(&notes, ItemId::generate(), Words(String::new()));
        writer.body_mut().0.push_str("hi");
        if complete {
            let _: Result<ThreadItem, Full> = writer.complete();
        } else {
            drop(writer);
        }
        notes.lines.into_inner()
    }

    #[test]
    fn an_item_is_written_before_its_end_is_told() {
        assert_eq!(run(false, true), [r#"started """#, r#"write "hi""#, r#"completed "hi""#]);
    }

    #[test]
    fn a_dropped_item_ends_as_it_stands() {
        assert_eq!(run(false, false), [r#"started """#, r#"write "hi!""#, r#"completed "hi!""#]);
    }

    #[test]
    fn what_is_not_written_is_not_told() {
        assert_eq!(run(true, true), [r#"started """#, r#"write "hi""#]);
    }
}
