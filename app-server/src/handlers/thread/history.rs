//! `thread/turns/list` and `thread/items/list`.

use codex_app_server_protocol::{methods, thread};
use codex_core::HistoryQuery;
use codex_protocol::ItemsView;

use crate::{
    app::App,
    router::{Handle, RequestCx},
    wire::error::Failure,
};

impl Handle<methods::ThreadTurnsList> for App {
    type Error = Failure;

    async fn handle(
        &self,
        _: &mut RequestCx,
        thread::TurnsListParams { thread_id, cursor, limit, sort_direction, items_view }: thread::TurnsListParams,
    ) -> Result<thread::TurnsListResponse, Failure> {
        let query =
            HistoryQuery { cursor, limit, ascending: sort_direction == Some(thread::SortDirection::Asc) };
        let view = items_view.unwrap_or(ItemsView::Summary);
        let page = self.threads().turns(thread_id, query, view).await?;
        Ok(thread::TurnsListResponse {
            data: page.data,
            next_cursor: page.next_cursor,
            backwards_cursor: page.backwards_cursor,
        })
    }
}

impl Handle<methods::ThreadItemsList> for App {
    type Error = Failure;

    async fn handle(
        &self,
        _: &mut RequestCx,
        thread::ItemsListParams { thread_id, turn_id, cursor, limit, sort_direction }: thread::ItemsListParams,
    ) -> Result<thread::ItemsListResponse, Failure> {
        let query =
            HistoryQuery { cursor, limit, ascending: sort_direction != Some(thread::SortDirection::Desc) };
        let turn = turn_id
            .map(|turn| turn.parse().map_err(|_| Failure::refused(format!("turn not found: {turn}"))))
            .transpose()?;
        let page = self.threads().items(thread_id, query, turn).await?;
        let entries = page.data.into_iter().map(|entry| thread::ItemEntry {
            turn_id: entry.turn_id,
            started_at_ms: entry.item.started_at_ms,
            completed_at_ms: entry.item.completed_at_ms,
            item: entry.item,
        });
        Ok(thread::ItemsListResponse {
            data: entries.collect(),
            next_cursor: page.next_cursor,
            backwards_cursor: page.backwards_cursor,
        })
    }
}
