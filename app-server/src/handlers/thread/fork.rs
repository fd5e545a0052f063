//! `thread/fork`.

use std::{path::PathBuf, sync::Arc};

use codex_app_server_protocol::{ServerNotificationId, methods, thread};
use codex_core::{ForkThread, StartThread, SubscriberId};
use codex_protocol::{SessionSource, Thread};

use super::{gate::Gate, read::warn_of_all_turns, resume::tell_usage, start::describe};
use crate::{
    app::App,
    router::{Handle, RequestCx},
    wire::error::Failure,
};

impl Handle<methods::ThreadFork> for App {
    type Error = Failure;

    async fn handle(
        &self,
        cx: &mut RequestCx,
        params: thread::ForkParams,
    ) -> Result<thread::ForkResponse, Failure> {
        let connection = Arc::clone(cx.connection());
        let fork = ForkThread {
            id: params.thread_id,
            path: params.path.map(PathBuf::from),
            last_turn: params.last_turn_id,
            before_turn: params.before_turn_id,
            with: StartThread {
                cwd: params.cwd.map(PathBuf::from),
                model: params.model,
                model_provider: params.model_provider,
                approval_policy: params.approval_policy,
                approvals_reviewer: params.approvals_reviewer,
                sandbox: params.sandbox,
                base_instructions: params.base_instructions,
                developer_instructions: params.developer_instructions,
                ephemeral: params.ephemeral,
                originator: connection.client().map(|client| client.name.clone()),
                source: SessionSource::VsCode,
                thread_source: params.thread_source,
                config: params.config.unwrap_or_default(),
                ..StartThread::default()
            },
        };
        let forked = self.threads().fork(fork).await?;
        if !params.exclude_turns {
            warn_of_all_turns(&connection, "send `excludeTurns: true`");
        }
        self.announce(&forked);
        let gate = Gate::closed(&connection);
        let subscriber = SubscriberId(connection.id().number());
        let (forked, joined) = self
            .threads()
            .join(forked.id(), subscriber, Arc::clone(&gate) as _)
            .ok_or_else(|| Failure::refused(format!("thread {} was closed: try again", forked.id())))?;
        connection.follow(forked.id());
        let turns = self.threads().joined_turns(&forked, &joined, !params.exclude_turns, None).await?;
        let thread = Thread { turns: turns.turns, ..joined.thread.clone() };
        let described = describe(thread, forked.settings());
        let response = thread::ForkResponse {
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
            reasoning_effort: described.reasoning_effort,
            multi_agent_mode: described.multi_agent_mode,
        };
        let connections = Arc::clone(self.connections());
        cx.after_answer(move || {
            tell_usage(&connection, forked.id(), &joined);
            let started = thread::StartedNotification { thread: joined.thread.clone() };
            let trace = codex_otel::current();
            connections.notify_all(ServerNotificationId::ThreadStarted, &started, trace.as_ref());
            gate.open(forked.id(), &joined.catch_up);
        });
        Ok(response)
    }
}
