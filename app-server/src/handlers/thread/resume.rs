//! `thread/resume`.

use codex_app_server_protocol::{methods, thread};
use codex_core::Page;
use codex_protocol::Turn;

use super::read::warn_of_all_turns;
use crate::{
    app::App,
    router::{Handle, RequestCx},
    wire::{error::Failure, thread::resumed, thread_params},
};

impl Handle<methods::ThreadResume> for App {
    type Error = Failure;

    async fn handle(
        &self,
        cx: &mut RequestCx,
        params: thread::ResumeParams,
    ) -> Result<thread::ResumeResponse, Failure> {
        let (resume, query) = thread_params::resume(params)?;
        if query.all {
            warn_of_all_turns(cx.connection(), "send `excludeTurns: true`");
        }
        let (thread, _) = self.threads().resume(resume).await?;
        let (thread, joined, joining) = self.join(cx, thread.id(), |connection, thread_id| {
            let cleared = thread::GoalClearedNotification { thread_id };
            connection.notify_of(thread_id, &cleared, codex_otel::current().as_ref());
        })?;
        let turns = self.threads().joined_turns(&joined, query).await?;
        let mut response = resumed(joined.thread, thread.settings());
        response.thread.turns = turns.turns;
        response.initial_turns_page = turns.page.map(turns_page);
        response.turns_backwards_cursor = turns.turns_cursor;
        response.items_backwards_cursor = turns.items_cursor;
        joining.done();
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
