//! `thread/fork`.

use std::sync::Arc;

use codex_app_server_protocol::{methods, thread};
use codex_core::CodexThread;
use codex_protocol::Thread;

use super::read::warn_of_all_turns;
use crate::{
    app::App,
    router::{Handle, RequestCx},
    wire::{error::Failure, thread::forked, thread_params},
};

impl Handle<methods::ThreadFork> for App {
    type Error = Failure;

    async fn handle(
        &self,
        cx: &mut RequestCx,
        params: thread::ForkParams,
    ) -> Result<thread::ForkResponse, Failure> {
        let (fork, query) = thread_params::fork(params, cx.client_name())?;
        if query.all {
            warn_of_all_turns(cx.connection(), "send `excludeTurns: true`");
        }
        let cx = &*cx;
        // Joined before the copy is announced: its tokens are told first. Whatever fails, nobody has heard of it.
        let joined = |copy: Arc<CodexThread>| async move {
            let (_, joined, joining) = self.join(cx, copy.id(), |_, _| {})?;
            let turns = self.threads().joined_turns(&joined, query).await?;
            joining.done();
            Ok::<_, Failure>(Thread { turns: turns.turns, ..joined.thread })
        };
        let (copy, thread) = self.threads().fork(fork, joined).await?;
        Ok(forked(thread, copy.settings()))
    }
}
