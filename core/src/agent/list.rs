//! Lists of threads, and the search for words in them.

use std::sync::Arc;

use super::{Agent, ThreadView};
use crate::{
    ListError, ListQuery, Page, ReadView,
    store::{StoredThread, blocking},
};

impl Agent {
    /// A page of the stored threads.
    pub async fn list(&self, query: ListQuery) -> Result<Page<ThreadView>, ListError> {
        let store = Arc::clone(&self.store);
        let page = blocking(move || store.list(&query)).await?;
        self.refresh_later();
        Ok(Page {
            data: page.data.into_iter().map(|stored| self.current(stored)).collect(),
            next_cursor: page.next_cursor,
            backwards_cursor: page.backwards_cursor,
        })
    }

    /// A page of the threads whose name or messages have these words, with the place of the first.
    pub async fn search(
        &self,
        query: ListQuery,
        words: String,
    ) -> Result<Page<(ThreadView, String)>, ListError> {
        let store = Arc::clone(&self.store);
        let page = blocking(move || store.search(&query, &words)).await?;
        self.refresh_later();
        let data = page.data.into_iter().map(|(stored, snippet)| (self.current(stored), snippet)).collect();
        Ok(Page { data, next_cursor: page.next_cursor, backwards_cursor: page.backwards_cursor })
    }

    /// Has the store take in what other processes changed, for the next list, where that was not done for a while.
    fn refresh_later(&self) {
        if self.store.needs_refresh() {
            let store = Arc::clone(&self.store);
            codex_otel::spawn_detached(blocking(move || store.refresh()));
        }
    }

    /// A thread as a list shows it: a loaded one as it stands.
    fn current(&self, stored: StoredThread) -> ThreadView {
        let id = stored.thread.id;
        match self.thread(id) {
            Some(loaded) => {
                let now = loaded.snapshot();
                ThreadView { read: Some(ReadView::of(&now.stored.read, id)), thread: now.thread.clone() }
            }
            None => ThreadView { read: Some(ReadView::of(&stored.read, id)), thread: stored.thread },
        }
    }
}
