//! Lists of threads, and the search for words in them.

use std::sync::Arc;

use super::{Agent, ReadView, ThreadView};
use crate::{
    ListError, ListQuery, Page,
    store::{Index, StoredThread, blocking},
};

impl Agent {
    /// A page of the threads that have a rollout.
    pub async fn list(&self, query: ListQuery) -> Result<Page<ThreadView>, ListError> {
        let index = self.index();
        let page = blocking(move || index.list(&query)).await?;
        self.look_later();
        Ok(Page {
            data: page.data.into_iter().map(|stored| self.shown(stored)).collect(),
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
        let index = self.index();
        let page = blocking(move || index.search(&query, &words)).await?;
        self.look_later();
        let data = page.data.into_iter().map(|(stored, snippet)| (self.shown(stored), snippet)).collect();
        Ok(Page { data, next_cursor: page.next_cursor, backwards_cursor: page.backwards_cursor })
    }

    /// The index, which is to look at the rollouts of loaded threads again.
    fn index(&self) -> Arc<Index> {
        for thread in self.threads().loaded.values() {
            if let Some(path) = thread.shared().rollout.path() {
                self.index.touch(path);
            }
        }
        Arc::clone(&self.index)
    }

    /// Looks at all rollouts for the next list, where that was not done for a while: other processes change them too.
    fn look_later(&self) {
        if self.index.is_due() {
            let index = Arc::clone(&self.index);
            codex_otel::spawn_detached(blocking(move || index.sweep()));
        }
    }

    /// A thread as a list shows it: a loaded one as it stands.
    fn shown(&self, stored: StoredThread) -> ThreadView {
        let id = stored.thread.id;
        match self.thread(id) {
            Some(loaded) => {
                ThreadView { read: Some(ReadView::of(&loaded.read_mark(), id)), thread: loaded.info() }
            }
            None => ThreadView { read: Some(ReadView::of(&stored.read, id)), thread: stored.thread },
        }
    }
}
