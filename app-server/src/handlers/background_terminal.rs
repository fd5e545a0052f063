//! `thread/backgroundTerminals/list`.

use codex_app_server_protocol::{background_terminal, methods};

use crate::{
    app::App,
    handlers::paging,
    router::{Handle, RequestCx},
    wire::error::Failure,
};

impl Handle<methods::ThreadBackgroundTerminalsList> for App {
    type Error = Failure;

    /// No tool of this server leaves a command running; only a thread that is not loaded is refused.
    async fn handle(
        &self,
        _: &mut RequestCx,
        params: background_terminal::ListParams,
    ) -> Result<background_terminal::ListResponse, Failure> {
        if self.threads().thread(params.thread_id).is_none() {
            return Err(Failure::refused(format!("thread not found: {}", params.thread_id)));
        }
        let (data, next_cursor) = paging::by_offset(Vec::new(), params.cursor.as_deref(), params.limit)?;
        Ok(background_terminal::ListResponse { data, next_cursor })
    }
}
