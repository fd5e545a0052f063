//! `thread/start`, `thread/read`, `thread/list`, `thread/loaded/list`, `thread/unsubscribe`.

use std::{path::PathBuf, sync::Arc};

use codex_app_server_protocol::{ServerNotificationId, methods, thread};
use codex_core::{CodexThread, ListQuery, SortKey, StartThread, SubscriberId};
use codex_protocol::SessionSource;

use crate::{
    app::App,
    error::Failure,
    paging,
    router::{Handle, RequestCx},
};

impl Handle<methods::ThreadStart> for App {
    type Error = Failure;

    async fn handle(
        &self,
        cx: &mut RequestCx,
        params: thread::StartParams,
    ) -> Result<thread::StartResponse, Failure> {
        let start = StartThread {
            cwd: params.cwd.map(PathBuf::from),
            model: params.model,
            model_provider: params.model_provider,
            approval_policy: params.approval_policy,
            approvals_reviewer: params.approvals_reviewer,
            sandbox: params.sandbox,
            effort: None,
            base_instructions: params.base_instructions,
            developer_instructions: params.developer_instructions,
            ephemeral: params.ephemeral.unwrap_or(false),
            originator: cx.connection().client().map(|client| client.name.clone()),
            // The reference server's word for every client of the app-server.
            source: SessionSource::VsCode,
            thread_source: params.thread_source,
            config: params.config.unwrap_or_default(),
        };
        let thread = self.threads().start_thread(start).await?;
        self.announce(&thread);
        Self::follow(cx.connection(), &thread);
        let response = describe(&thread);
        let started = thread::StartedNotification { thread: response.thread.clone() };
        let connections = Arc::clone(self.connections());
        let trace = codex_otel::current();
        cx.after_answer(move || {
            connections.notify_all(ServerNotificationId::ThreadStarted, &started, trace.as_ref());
        });
        Ok(response)
    }
}

/// A thread with the settings that it works by.
fn describe(thread: &CodexThread) -> thread::StartResponse {
    let settings = thread.settings();
    let cwd = settings.cwd.display().to_string();
    thread::StartResponse {
        thread: thread.info(),
        model: settings.model,
        model_provider: settings.model_provider,
        service_tier: None,
        disabled_plugin_ids: Vec::new(),
        runtime_workspace_roots: vec![cwd.clone()],
        cwd,
        instruction_sources: settings
            .instruction_sources
            .iter()
            .map(|path| path.display().to_string())
            .collect(),
        approval_policy: settings.approval_policy,
        approvals_reviewer: settings.approvals_reviewer,
        sandbox: settings.sandbox_policy,
        active_permission_profile: None,
        reasoning_effort: settings.effort,
        multi_agent_mode: thread::MultiAgentMode::ExplicitRequestOnly,
    }
}

impl Handle<methods::ThreadRead> for App {
    type Error = Failure;

    async fn handle(
        &self,
        _: &mut RequestCx,
        params: thread::ReadParams,
    ) -> Result<thread::ReadResponse, Failure> {
        let thread = self.threads().read(params.thread_id, params.include_turns).await?;
        Ok(thread::ReadResponse { thread, read_state: None })
    }
}

impl Handle<methods::ThreadList> for App {
    type Error = Failure;

    async fn handle(
        &self,
        _: &mut RequestCx,
        params: thread::ListParams,
    ) -> Result<thread::ListResponse, Failure> {
        let page = self.threads().list(query(params)).await?;
        Ok(thread::ListResponse {
            data: page.data,
            read_states: None,
            next_cursor: page.next_cursor,
            backwards_cursor: page.backwards_cursor,
        })
    }
}

fn query(params: thread::ListParams) -> ListQuery {
    let cwds = match params.cwd {
        None => Vec::new(),
        Some(thread::CwdFilter::One(cwd)) => vec![PathBuf::from(cwd)],
        Some(thread::CwdFilter::Many(cwds)) => cwds.into_iter().map(PathBuf::from).collect(),
    };
    let sources = params.source_kinds.unwrap_or_default().into_iter().filter_map(|kind| match kind {
        thread::SourceKind::Cli => Some(SessionSource::Cli),
        thread::SourceKind::VsCode => Some(SessionSource::VsCode),
        thread::SourceKind::Exec => Some(SessionSource::Exec),
        thread::SourceKind::AppServer => Some(SessionSource::AppServer),
        thread::SourceKind::Unknown => Some(SessionSource::Unknown),
        // No subagents are made yet, so these match nothing beside what else is asked for.
        thread::SourceKind::SubAgent
        | thread::SourceKind::SubAgentReview
        | thread::SourceKind::SubAgentCompact
        | thread::SourceKind::SubAgentThreadSpawn
        | thread::SourceKind::SubAgentOther => None,
    });
    ListQuery {
        cursor: params.cursor,
        limit: params.limit,
        sort_key: match params.sort_key.unwrap_or_default() {
            thread::SortKey::CreatedAt => SortKey::CreatedAt,
            // Recency is the last change here, and no client has sorted threads into sections.
            thread::SortKey::UpdatedAt | thread::SortKey::RecencyAt | thread::SortKey::SectionPosition => {
                SortKey::UpdatedAt
            }
        },
        ascending: params.sort_direction == Some(thread::SortDirection::Asc),
        model_providers: params.model_providers.unwrap_or_default(),
        cwds,
        sources: sources.collect(),
        originators: params.originators.unwrap_or_default(),
        search_term: params.search_term,
        excluded: params.excluded_thread_ids.unwrap_or_default(),
        archived: params.archived.unwrap_or(false),
    }
}

impl Handle<methods::ThreadLoadedList> for App {
    type Error = Failure;

    async fn handle(
        &self,
        _: &mut RequestCx,
        params: thread::LoadedListParams,
    ) -> Result<thread::LoadedListResponse, Failure> {
        let loaded = self.threads().loaded();
        let (data, next_cursor) = paging::by_offset(loaded, params.cursor.as_deref(), params.limit)?;
        Ok(thread::LoadedListResponse { data, next_cursor })
    }
}

impl Handle<methods::ThreadUnsubscribe> for App {
    type Error = Failure;

    async fn handle(
        &self,
        cx: &mut RequestCx,
        params: thread::UnsubscribeParams,
    ) -> Result<thread::UnsubscribeResponse, Failure> {
        let status = match self.threads().thread(params.thread_id) {
            None => thread::UnsubscribeStatus::NotLoaded,
            Some(thread) if cx.connection().unfollow(params.thread_id) => {
                thread.unsubscribe(SubscriberId(cx.connection().id().number()));
                thread::UnsubscribeStatus::Unsubscribed
            }
            Some(_) => thread::UnsubscribeStatus::NotSubscribed,
        };
        Ok(thread::UnsubscribeResponse { status })
    }
}
