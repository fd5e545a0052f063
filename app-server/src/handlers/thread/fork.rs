//! `thread/fork`.

use codex_app_server_protocol::{methods, thread};
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
        // Joined before the copy is announced: its tokens are told first.
        let (_, joined) = self.threads().fork(fork, |copy| self.join(cx, copy.id(), |_, _| {})).await?;
        let (copy, joined, joining) = joined?;
        let turns = self.threads().joined_turns(&joined, query).await?;
        let thread = Thread { turns: turns.turns, ..joined.thread };
        joining.done();
        Ok(forked(thread, copy.settings()))
    }
}
