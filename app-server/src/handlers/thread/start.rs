//! `thread/start`.

use std::path::PathBuf;

use codex_app_server_protocol::{methods, thread};
use codex_core::StartThread;
use codex_protocol::SessionSource;

use crate::{
    app::App,
    router::{Handle, RequestCx},
    wire::{error::Failure, thread::described},
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
            originator: cx.connection().peer().client().map(|client| client.name.clone()),
            // The reference server's word for every client of the app-server.
            source: SessionSource::VsCode,
            thread_source: params.thread_source,
            config: params.config.unwrap_or_default(),
        };
        let thread = self.threads().start_thread(start).await?;
        self.follow(cx.connection(), &thread);
        Ok(described(thread.info(), thread.settings()))
    }
}
