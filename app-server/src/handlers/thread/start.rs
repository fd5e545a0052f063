//! `thread/start`.

use codex_app_server_protocol::{methods, thread};

use crate::{
    app::App,
    router::{Handle, RequestCx},
    wire::{error::Failure, thread::started, thread_params},
};

impl Handle<methods::ThreadStart> for App {
    type Error = Failure;

    async fn handle(
        &self,
        cx: &mut RequestCx,
        params: thread::StartParams,
    ) -> Result<thread::StartResponse, Failure> {
        let start = thread_params::start(params, cx.client_name())?;
        let thread = self.threads().start_thread(start).await?;
        self.follow(cx.connection(), &thread);
        Ok(started(thread.info(), thread.settings()))
    }
}
