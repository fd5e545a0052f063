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
        params: thread::SearchParams,
    ) -> Result<thread::SearchResponse, Failure> {
        if params.search_term.trim().is_empty() {
            return Err(Failure::refused("thread/search requires a non-empty searchTerm"));
        }
        let query = ListQuery {
            cursor: params.cursor,
            limit: params.limit,
            sort_key: match params.sort_key.unwrap_or_default() {
                thread::SearchSortKey::CreatedAt => SortKey::CreatedAt,
                thread::SearchSortKey::UpdatedAt | thread::SearchSortKey::RecencyAt => SortKey::UpdatedAt,
            },
            ascending: params.sort_direction == Some(thread::SortDirection::Asc),
            sources: sources(params.source_kinds),
            archived: params.archived.unwrap_or(false),
            ..ListQuery::default()
        };
        let page = self.threads().search(query, params.search_term).await?;
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
