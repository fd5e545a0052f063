//! `thread/resume`.

use std::{path::PathBuf, sync::Arc};

use codex_app_server_protocol::{methods, thread};
use codex_core::{
    HistoryQuery, JoinedTurnsQuery, Page, ResumeThread, StartThread, ThreadRef, TurnsPageQuery,
};
use codex_protocol::{ItemsView, Turn};

use super::read::warn_of_all_turns;
use crate::{
    app::App,
    router::{Handle, RequestCx},
    wire::{
        error::Failure,
        thread::{described, resumed},
    },
};

impl Handle<methods::ThreadResume> for App {
    type Error = Failure;

    async fn handle(
        &self,
        cx: &mut RequestCx,
        params: thread::ResumeParams,
    ) -> Result<thread::ResumeResponse, Failure> {
        if params.history.is_some() {
            return Err(Failure::refused("`history` is not supported: start a thread and inject the items"));
        }
        let page = params.initial_turns_page.map(|page| {
            let ascending = page.sort_direction == Some(thread::SortDirection::Asc);
            let query = HistoryQuery { cursor: None, limit: page.limit, ascending };
            TurnsPageQuery { query, view: page.items_view.unwrap_or(ItemsView::Summary) }
        });
        let resume = ResumeThread {
            thread: params
                .path
                .map_or(ThreadRef::Id(params.thread_id), |path| ThreadRef::Location(path.into())),
            with: StartThread {
                cwd: params.cwd.map(PathBuf::from),
                model: params.model,
                model_provider: params.model_provider,
                approval_policy: params.approval_policy,
                approvals_reviewer: params.approvals_reviewer,
                sandbox: params.sandbox,
                base_instructions: params.base_instructions,
                developer_instructions: params.developer_instructions,
                config: params.config.unwrap_or_default(),
                ..StartThread::default()
            },
        };
        let connection = Arc::clone(cx.connection());
        // Before the thread is loaded, which is told: the reference server has it in this order.
        if !params.exclude_turns {
            warn_of_all_turns(&connection, "send `excludeTurns: true`");
        }
        let (thread, _) = self.threads().resume(resume).await?;
        let (thread, joined, joining) = self.join(&connection, thread.id())?;
        let query = JoinedTurnsQuery { all: !params.exclude_turns, page };
        let turns = self.threads().joined_turns(&joined, query).await?;
        let mut response = resumed(described(joined.thread.clone(), thread.settings()));
        response.thread.turns = turns.turns;
        response.initial_turns_page = turns.page.map(turns_page);
        response.turns_backwards_cursor = turns.turns_cursor;
        response.items_backwards_cursor = turns.items_cursor;
        joining.done(&joined, |connection| {
            let cleared = thread::GoalClearedNotification { thread_id: thread.id() };
            connection.notify_of(thread.id(), &cleared, codex_otel::current().as_ref());
        });
        Ok(response)
    }
}

fn turns_page(page: Page<Turn>) -> thread::TurnsPage {
    thread::TurnsPage {
        data: page.data,
        next_cursor: page.next_cursor,
        backwards_cursor: page.backwards_cursor,
    }
}
