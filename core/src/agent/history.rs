//! Reading threads, loaded or not: as a whole, and their turns and items page by page.

use std::sync::Arc;

use codex_protocol::{ItemsView, Thread, ThreadId, Turn, TurnId};

use super::Agent;
use crate::{
    HistoryQuery, ItemEntry, Joined, Page, ReadError, ReadView,
    store::{HistoryEnds, HistorySnapshot, Scope, ThreadRef, blocking},
};

/// A thread, and what the user has read of it.
#[derive(Clone, Debug, PartialEq)]
pub struct ThreadView {
    /// The thread, with its turns if they were asked for.
    pub thread: Thread,
    /// What the user has read; none where it was never told.
    pub read: Option<ReadView>,
}

impl Agent {
    /// A thread as clients see it, loaded or stored, archived or not.
    pub async fn read(&self, id: ThreadId, turns: bool) -> Result<Thread, ReadError> {
        self.view(id, turns).await.map(|view| view.thread)
    }

    /// As [`read`](Self::read), with what the user has read.
    pub async fn view(&self, id: ThreadId, turns: bool) -> Result<ThreadView, ReadError> {
        let mut view = match self.loaded_or_gate(id).await {
            Ok(loaded) => {
                let now = loaded.snapshot();
                let kept = loaded.journal().writer().is_kept();
                ThreadView {
                    thread: now.thread.clone(),
                    read: kept.then(|| ReadView::of(&now.stored.read, id)),
                }
            }
            Err(_gate) => {
                let store = Arc::clone(&self.store);
                let stored = blocking(move || store.read(id)).await?;
                ThreadView { read: Some(ReadView::of(&stored.read, id)), thread: stored.thread }
            }
        };
        if turns {
            view.thread.turns = self.with_history(id, |history| Ok(history.all()?)).await?;
        }
        Ok(view)
    }

    /// A page of a thread's turns, loaded or not.
    pub async fn turns(
        &self,
        id: ThreadId,
        query: HistoryQuery,
        view: ItemsView,
    ) -> Result<Page<Turn>, ReadError> {
        self.with_history(id, move |history| history.turns(&query, view)).await
    }

    /// A page of a thread's items, of one turn or of all, loaded or not.
    pub async fn items(
        &self,
        id: ThreadId,
        query: HistoryQuery,
        turn: Option<TurnId>,
    ) -> Result<Page<ItemEntry>, ReadError> {
        self.with_history(id, move |history| history.items(&query, turn)).await
    }

    /// What somebody who joined gets to see of the turns.
    pub async fn joined_turns(
        &self,
        joined: &Joined,
        query: JoinedTurnsQuery,
    ) -> Result<JoinedTurns, ReadError> {
        let history = joined.history.clone();
        blocking(move || {
            let turns = if query.all { history.all()? } else { Vec::new() };
            let page = match query.page {
                Some(TurnsPageQuery { query, view }) => Some(history.turns(&query, view)?),
                None => None,
            };
            let HistoryEnds { turns: turns_cursor, items: items_cursor } = history.ends()?;
            Ok(JoinedTurns { turns, page, turns_cursor, items_cursor })
        })
        .await
    }

    /// Where pages begin that are read from the end.
    pub async fn ends(&self, id: ThreadId) -> Result<HistoryEnds, ReadError> {
        self.with_history(id, |history| Ok(history.ends()?)).await
    }

    async fn with_history<T: Send + 'static>(
        &self,
        id: ThreadId,
        read: impl FnOnce(&HistorySnapshot) -> Result<T, ReadError> + Send + 'static,
    ) -> Result<T, ReadError> {
        let (loaded, _gate) = match self.loaded_or_gate(id).await {
            Ok(thread) => (Some(thread.journal().moment().history), None),
            Err(gate) => (None, Some(gate)),
        };
        let store = Arc::clone(&self.store);
        blocking(move || {
            let history = match loaded {
                Some(history) => history,
                None => store.snapshot(&ThreadRef::Id(id), Scope::All)?,
            };
            read(&history)
        })
        .await
    }
}

/// Which turns somebody who joins a thread wants to see.
#[derive(Clone, Debug, Default)]
pub struct JoinedTurnsQuery {
    /// All of them.
    pub all: bool,
    /// A page of them.
    pub page: Option<TurnsPageQuery>,
}

/// A page of turns.
#[derive(Clone, Debug)]
pub struct TurnsPageQuery {
    /// Which page.
    pub query: HistoryQuery,
    /// How much of each turn's items.
    pub view: ItemsView,
}

/// What somebody who joined a thread gets to see of its turns.
#[derive(Debug)]
pub struct JoinedTurns {
    /// All of them, oldest first, if they were asked for.
    pub turns: Vec<Turn>,
    /// The page that was asked for.
    pub page: Option<Page<Turn>>,
    /// Where a page of turns begins that is read from the end.
    pub turns_cursor: Option<String>,
    /// Where a page of items begins that is read from the end.
    pub items_cursor: Option<String>,
}
