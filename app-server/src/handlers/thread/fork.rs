//! `thread/fork`.

use std::{path::PathBuf, sync::Arc};

use codex_app_server_protocol::{methods, thread};
use codex_core::{ForkThread, JoinedTurnsQuery, StartThread, ThreadRef};
use codex_protocol::{SessionSource, Thread};

use super::read::warn_of_all_turns;
use crate::{
    app::App,
    router::{Handle, RequestCx},
    wire::{self, error::Failure, thread::described},
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
            thread: params
                .path
                .map_or(ThreadRef::Id(params.thread_id), |path| ThreadRef::Location(path.into())),
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
                originator: connection.peer().client().map(|client| client.name.clone()),
                source: SessionSource::VsCode,
                thread_source: params.thread_source,
                config: params.config.unwrap_or_default(),
                ..StartThread::default()
            },
        };
        let (_, joined) = self.threads().fork(fork, |copy| self.join(&connection, copy.id())).await?;
        let (forked, joined, joining) = joined?;
        if !params.exclude_turns {
            warn_of_all_turns(&connection, "send `excludeTurns: true`");
        }
        let query = JoinedTurnsQuery { all: !params.exclude_turns, page: None };
        let turns = self.threads().joined_turns(&joined, query).await?;
        let thread = Thread { turns: turns.turns, ..joined.thread.clone() };
        let response = wire::thread::forked(described(thread, forked.settings()));
        joining.done(&joined, |_| {});
        Ok(response)
    }
}
