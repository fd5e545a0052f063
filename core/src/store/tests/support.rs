//! Records to write, and stores to write them to.

use std::sync::Arc;

use codex_protocol::{
    ItemId, ItemsView, MediaSource, SessionSource, ThreadId, ThreadItem, ThreadItemKind, TokenUsage, Turn,
    TurnId, TurnStatus, UserInput, now_ms,
};

use crate::store::{FileStore, MemoryStore, Record, ThreadMeta, ThreadState, ThreadStore, ThreadWriter};

/// A store, and what it needs to stay there.
pub(super) struct Store {
    pub(super) store: Arc<dyn ThreadStore>,
    pub(super) home: Option<tempfile::TempDir>,
}

impl Store {
    pub(super) fn files() -> Self {
        let home = tempfile::tempdir().unwrap();
        Self { store: Arc::new(FileStore::new(home.path())), home: Some(home) }
    }

    pub(super) fn memory() -> Self {
        Self { store: Arc::new(MemoryStore::default()), home: None }
    }

    /// The same threads as another process sees them.
    pub(super) fn reopened(&self) -> Arc<dyn ThreadStore> {
        match &self.home {
            Some(home) => Arc::new(FileStore::new(home.path())),
            None => Arc::clone(&self.store),
        }
    }
}

/// Runs a case over both stores.
#[track_caller]
pub(super) fn on_both(case: impl Fn(&Store)) {
    case(&Store::files());
    case(&Store::memory());
}

pub(super) fn meta(id: ThreadId) -> ThreadMeta {
    ThreadMeta {
        id,
        created_at_ms: now_ms(),
        cwd: "/p".to_owned(),
        model: "m".to_owned(),
        model_provider: "demo".to_owned(),
        effort: None,
        server_version: "0".to_owned(),
        originator: Some("tests".to_owned()),
        source: SessionSource::VsCode,
        thread_source: None,
        forked_from: None,
        base_instructions: None,
    }
}

pub(super) fn state(preview: &str) -> ThreadState {
    ThreadState { preview: preview.to_owned(), ..ThreadState::default() }
}

/// An image says nothing that a preview could be made of.
pub(super) fn user_item(id: &str, text: Option<&str>) -> ThreadItem {
    let content = match text {
        Some(text) => UserInput::Text { text: text.to_owned(), text_elements: Vec::new() },
        None => UserInput::Image { source: MediaSource::Url { url: "http://x".to_owned() }, detail: None },
    };
    let kind = ThreadItemKind::UserMessage { id: ItemId::from(id), client_id: None, content: vec![content] };
    ThreadItem { kind, started_at_ms: Some(1), completed_at_ms: Some(1) }
}

pub(super) fn agent_item(id: &str, text: &str) -> ThreadItem {
    let kind = ThreadItemKind::agent_message(ItemId::from(id), text, None);
    ThreadItem { kind, started_at_ms: Some(1), completed_at_ms: Some(1) }
}

pub(super) fn ended(id: TurnId, status: TurnStatus) -> Record {
    Record::TurnEnded {
        turn: Turn { status, ..Turn::in_progress(id, Some(1)) },
        usage: TokenUsage::default(),
        last: None,
    }
}

/// Writes a whole turn: what the user says, and that many messages of the agent. Tells it as it reads back.
pub(super) fn write_turn(writer: &dyn ThreadWriter, text: &str, answers: usize) -> Turn {
    let id = TurnId::generate();
    let mut items = vec![user_item("user", Some(text))];
    items.extend(
        (0..answers).map(|number| agent_item(&format!("agent{number}"), &format!("{text} {number}"))),
    );
    let mut records = vec![Record::TurnStarted { turn: Turn::in_progress(id, Some(1)) }];
    records.extend(items.iter().cloned().map(|item| Record::Item { turn_id: id, item, unseen: false }));
    records.extend([ended(id, TurnStatus::Completed), Record::State(state(text))]);
    writer.append(&records).unwrap();
    Turn {
        items,
        items_view: ItemsView::Full,
        status: TurnStatus::Completed,
        ..Turn::in_progress(id, Some(1))
    }
}
