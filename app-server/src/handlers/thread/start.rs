//! `thread/start`.

use std::{path::PathBuf, sync::Arc};

use codex_app_server_protocol::{ServerNotificationId, methods, thread};
use codex_core::{StartThread, ThreadSettings};
use codex_protocol::{SessionSource, Thread};

use crate::{
    app::App,
    router::{Handle, RequestCx},
    wire::error::Failure,
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
        let response = describe(thread.info(), thread.settings());
        let started = thread::StartedNotification { thread: response.thread.clone() };
        let connections = Arc::clone(self.connections());
        let trace = codex_otel::current();
        cx.after_answer(move || {
            connections.notify_all(ServerNotificationId::ThreadStarted, &started, trace.as_ref());
        });
        Ok(response)
    }
}

/// A thread with the settings that it works by: what starting, forking and resuming all tell.
pub(super) fn describe(thread: Thread, settings: ThreadSettings) -> thread::StartResponse {
    let cwd = settings.cwd.display().to_string();
    thread::StartResponse {
        thread,
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
