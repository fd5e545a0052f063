//! Lists of threads, and the search for words in them.

use super::{ReadView, ThreadManager, ThreadView, thread_manager::blocking};
use crate::{
    ListError, ListQuery, Page,
    store::{self, StoredThread},
};

impl ThreadManager {
    /// A page of the threads that have a rollout.
    pub async fn list(&self, query: ListQuery) -> Result<Page<ThreadView>, ListError> {
        let home = self.config.codex_home().to_owned();
        let page = blocking(move || store::list(&home, &query)).await?;
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
        let home = self.config.codex_home().to_owned();
        let page = blocking(move || store::search(&home, &query, &words)).await?;
        let data = page.data.into_iter().map(|(stored, snippet)| (self.shown(stored), snippet)).collect();
        Ok(Page { data, next_cursor: page.next_cursor, backwards_cursor: page.backwards_cursor })
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
