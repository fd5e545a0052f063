//! Reading threads, loaded or not: as a whole, and their turns and items page by page.

use std::path::PathBuf;

use codex_protocol::{ItemsView, Thread, ThreadId, Turn, TurnId};

use super::Agent;
use crate::{
    CodexThread, HistoryQuery, ItemEntry, Joined, Page, ReadError,
    store::{self, ReadMark, Reader, Source, StoredHistory, blocking},
};

/// A thread, and what the user has read of it.
#[derive(Clone, Debug, PartialEq)]
pub struct ThreadView {
    /// The thread, with its turns if they were asked for.
    pub thread: Thread,
    /// What the user has read; none where it was never told.
    pub read: Option<ReadView>,
}

/// What the user has read of a thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadView {
    /// The first turn that is unread; none where all is read.
    pub first_unread: Option<TurnId>,
    /// Unread from the beginning on.
    pub from_start: bool,
    /// Changes with each change.
    pub revision: String,
}

impl ReadView {
    pub(crate) fn of(mark: &ReadMark, id: ThreadId) -> Self {
        Self {
            first_unread: mark.first_unread,
            from_start: mark.from_start,
            // The reference server's word for a thread whose read state never changed.
            revision: mark.revision.clone().unwrap_or_else(|| format!("initial:{id}")),
        }
    }
}

impl Agent {
    /// A thread as clients see it, loaded or from its rollout, archived or not.
    pub async fn read(&self, id: ThreadId, turns: bool) -> Result<Thread, ReadError> {
        self.view(id, turns).await.map(|view| view.thread)
    }

    /// As [`read`](Self::read), with what the user has read.
    pub async fn view(&self, id: ThreadId, turns: bool) -> Result<ThreadView, ReadError> {
        if let Some(loaded) = self.thread(id) {
            let mut thread = loaded.info();
            let mark = loaded.read_mark();
            let read = (loaded.shared().rollout.length().is_some()).then(|| ReadView::of(&mark, id));
            if turns {
                thread.turns = self.of_loaded(&loaded, StoredHistory::all).await?;
            }
            return Ok(ThreadView { thread, read });
        }
        let path = self.find(id).await?;
        blocking(move || {
            let io = |source| ReadError::Io { path: path.clone(), source };
            let stored =
                store::head(&path).map_err(io)?.ok_or_else(|| ReadError::NoHead { path: path.clone() })?;
            let mut thread = stored.thread;
            if turns {
                let source = Source::File(Reader::open(&path).map_err(io)?);
                thread.turns = StoredHistory { source, live: None }.all().map_err(io)?;
            }
            Ok(ThreadView { thread, read: Some(ReadView::of(&stored.read, id)) })
        })
        .await
    }

    /// A page of a thread's turns, loaded or not.
    pub async fn turns(
        &self,
        id: ThreadId,
        query: HistoryQuery,
        view: ItemsView,
    ) -> Result<Page<Turn>, ReadError> {
        let cursor = query.cursor.clone().unwrap_or_default();
        let page = self.with_history(id, move |history| history.turns(&query, view)).await?;
        page.ok_or(ReadError::Cursor { cursor })
    }

    /// A page of a thread's items, of one turn or of all, loaded or not.
    pub async fn items(
        &self,
        id: ThreadId,
        query: HistoryQuery,
        turn: Option<TurnId>,
    ) -> Result<Page<ItemEntry>, ReadError> {
        let cursor = query.cursor.clone().unwrap_or_default();
        let page = self.with_history(id, move |history| history.items(&query, turn)).await?;
        page.ok_or(ReadError::Cursor { cursor })
    }

    /// What somebody who joined gets to see of the turns: all of them or a page, and where both lists end.
    pub async fn joined_turns(
        &self,
        thread: &CodexThread,
        joined: &Joined,
        all: bool,
        page: Option<(HistoryQuery, ItemsView)>,
    ) -> Result<JoinedTurns, ReadError> {
        let shared = thread.shared().clone();
        let path = shared.rollout.path().map(PathBuf::from).unwrap_or_default();
        let (live, length) = (joined.live.clone(), joined.length);
        blocking(move || {
            let history = CodexThread::history_of(&shared, live, length)?;
            let turns = if all { history.all()? } else { Vec::new() };
            let page = match page {
                Some((query, view)) => history.turns(&query, view)?,
                None => None,
            };
            let (turns_cursor, items_cursor) = history.ends()?;
            Ok(JoinedTurns { turns, page, turns_cursor, items_cursor })
        })
        .await
        .map_err(|source| ReadError::Io { path, source })
    }

    /// Where a page of turns and one of items begin that are read from the end.
    pub async fn ends(&self, id: ThreadId) -> Result<(Option<String>, Option<String>), ReadError> {
        self.with_history(id, StoredHistory::ends).await
    }

    /// The rollout of a thread, archived or not.
    pub(super) async fn find(&self, id: ThreadId) -> Result<PathBuf, ReadError> {
        let home = self.config.codex_home().to_owned();
        blocking(move || {
            let found = match store::find(&home, id) {
                Ok(None) => store::find_archived(&home, id),
                found => found,
            };
            found.map_err(|source| ReadError::Io { path: home, source })?.ok_or(ReadError::NotFound { id })
        })
        .await
    }

    async fn with_history<T: Send + 'static>(
        &self,
        id: ThreadId,
        work: impl FnOnce(&StoredHistory) -> std::io::Result<T> + Send + 'static,
    ) -> Result<T, ReadError> {
        if let Some(loaded) = self.thread(id) {
            return self.of_loaded(&loaded, work).await;
        }
        let path = self.find(id).await?;
        blocking(move || {
            let read = Reader::open(&path)
                .and_then(|reader| work(&StoredHistory { source: Source::File(reader), live: None }));
            read.map_err(|source| ReadError::Io { path, source })
        })
        .await
    }

    async fn of_loaded<T: Send + 'static>(
        &self,
        loaded: &CodexThread,
        work: impl FnOnce(&StoredHistory) -> std::io::Result<T> + Send + 'static,
    ) -> Result<T, ReadError> {
        let shared = loaded.shared().clone();
        let path = shared.rollout.path().map(PathBuf::from).unwrap_or_default();
        blocking(move || {
            let (live, length) = shared.moment();
            work(&CodexThread::history_of(&shared, live, length)?)
        })
        .await
        .map_err(|source| ReadError::Io { path, source })
    }
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
