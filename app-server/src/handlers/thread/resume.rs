//! `thread/resume`.

use std::{path::PathBuf, sync::Arc};

use codex_app_server_protocol::{ServerNotificationId, methods, thread};
use codex_core::{CodexThread, HistoryQuery, Joined, Page, ResumeThread, StartThread, SubscriberId};
use codex_protocol::{ItemsView, ThreadId, ThreadStatus, Turn};

use super::{gate::Gate, read::warn_of_all_turns, start::describe};
use crate::{
    app::App,
    connection::{Connection, collaboration},
    router::{Handle, RequestCx},
    wire::error::Failure,
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
            (query, page.items_view.unwrap_or(ItemsView::Summary))
        });
        let resume = ResumeThread {
            id: params.thread_id,
            path: params.path.map(PathBuf::from),
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
        let (thread, fresh) = self.threads().resume(resume).await?;
        let connection = Arc::clone(cx.connection());
        if !params.exclude_turns {
            warn_of_all_turns(&connection, "send `excludeTurns: true`");
        }
        if fresh {
            self.announce(&thread);
            self.tell_status(thread.id(), ThreadStatus::Idle);
        }
        let gate = Gate::closed(&connection);
        let subscriber = SubscriberId(connection.id().number());
        let (thread, joined) = self
            .threads()
            .join(thread.id(), subscriber, Arc::clone(&gate) as _)
            .ok_or_else(|| Failure::refused(format!("thread {} was closed: try again", thread.id())))?;
        connection.follow(thread.id());
        let turns = self.threads().joined_turns(&thread, &joined, !params.exclude_turns, page).await;
        let turns = match turns {
            Ok(turns) => turns,
            Err(error) => {
                connection.unfollow(thread.id());
                thread.unsubscribe(subscriber);
                return Err(error.into());
            }
        };
        let mut response = resumed(&thread, &joined);
        response.thread.turns = turns.turns;
        response.initial_turns_page = turns.page.map(turns_page);
        response.turns_backwards_cursor = turns.turns_cursor;
        response.items_backwards_cursor = turns.items_cursor;
        cx.after_answer(move || {
            tell_usage(&connection, thread.id(), &joined);
            let cleared = thread::GoalClearedNotification { thread_id: thread.id() };
            let trace = codex_otel::current();
            connection.notify(ServerNotificationId::ThreadGoalCleared, &cleared, trace.as_ref());
            gate.open(thread.id(), &joined.catch_up);
        });
        Ok(response)
    }
}

impl App {
    /// Tells every connection what a thread does now.
    pub(super) fn tell_status(&self, thread_id: ThreadId, status: ThreadStatus) {
        let params = thread::StatusChangedNotification { thread_id, status };
        let trace = codex_otel::current();
        self.connections().notify_all(ServerNotificationId::ThreadStatusChanged, &params, trace.as_ref());
    }
}

/// Tells the tokens of a thread that somebody joined, where any were counted.
pub(super) fn tell_usage(connection: &Connection, thread_id: ThreadId, joined: &Joined) {
    if let Some((token_usage, turn_id)) = joined.usage {
        let params = thread::TokenUsageUpdatedNotification { thread_id, turn_id, token_usage };
        let trace = codex_otel::current();
        connection.notify(ServerNotificationId::ThreadTokenUsageUpdated, &params, trace.as_ref());
    }
}

pub(super) fn turns_page(page: Page<Turn>) -> thread::TurnsPage {
    thread::TurnsPage {
        data: page.data,
        next_cursor: page.next_cursor,
        backwards_cursor: page.backwards_cursor,
    }
}

/// What a resumed thread tells before its turns are read.
fn resumed(thread: &CodexThread, joined: &Joined) -> thread::ResumeResponse {
    let described = describe(joined.thread.clone(), thread.settings());
    let collaboration = collaboration(&described.model, described.reasoning_effort.as_deref());
    thread::ResumeResponse {
        thread: described.thread,
        model: described.model,
        model_provider: described.model_provider,
        service_tier: described.service_tier,
        disabled_plugin_ids: described.disabled_plugin_ids,
        cwd: described.cwd,
        runtime_workspace_roots: described.runtime_workspace_roots,
        instruction_sources: described.instruction_sources,
        approval_policy: described.approval_policy,
        approvals_reviewer: described.approvals_reviewer,
        sandbox: described.sandbox,
        active_permission_profile: described.active_permission_profile,
        collaboration_mode: Some(collaboration),
        reasoning_effort: described.reasoning_effort,
        multi_agent_mode: described.multi_agent_mode,
        initial_turns_page: None,
        turns_backwards_cursor: None,
        items_backwards_cursor: None,
    }
}
