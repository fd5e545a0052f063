//! `thread/search`.

use codex_app_server_protocol::{methods, thread};
use codex_core::{ListQuery, SortKey};

use super::list::sources;
use crate::{
    app::App,
    router::{Handle, RequestCx},
    wire::{error::Failure, thread::listed},
};

impl Handle<methods::ThreadSearch> for App {
    type Error = Failure;

    async fn handle(
        &self,
        _: &mut RequestCx,
        thread::SearchParams {
            search_term,
            cursor,
            limit,
            sort_key,
            sort_direction,
            source_kinds,
            archived,
            // No thread hangs on another, and there is one account.
            include_attached_threads: _,
            current_account_only: _,
        }: thread::SearchParams,
    ) -> Result<thread::SearchResponse, Failure> {
        if search_term.trim().is_empty() {
            return Err(Failure::refused("thread/search requires a non-empty searchTerm"));
        }
        let query = ListQuery {
            cursor,
            limit,
            sort_key: match sort_key.unwrap_or_default() {
                thread::SearchSortKey::CreatedAt => SortKey::CreatedAt,
                thread::SearchSortKey::UpdatedAt | thread::SearchSortKey::RecencyAt => SortKey::UpdatedAt,
            },
            ascending: sort_direction == Some(thread::SortDirection::Asc),
            sources: sources(source_kinds),
            archived: archived.unwrap_or(false),
            ..ListQuery::default()
        };
        let page = self.threads().search(query, search_term).await?;
        let results = page
            .data
            .into_iter()
            .map(|(view, snippet)| thread::SearchResult { thread: listed(view.thread), snippet });
        Ok(thread::SearchResponse {
            data: results.collect(),
            next_cursor: page.next_cursor,
            backwards_cursor: page.backwards_cursor,
        })
    }
}
