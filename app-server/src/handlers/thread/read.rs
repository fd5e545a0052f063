//! `thread/read`.

use codex_app_server_protocol::{methods, notice, thread};

use crate::{
    app::App,
    connection::Connection,
    router::{Handle, RequestCx},
    wire::{error::Failure, thread::read_state},
};

impl Handle<methods::ThreadRead> for App {
    type Error = Failure;

    async fn handle(
        &self,
        cx: &mut RequestCx,
        thread::ReadParams { thread_id, include_turns }: thread::ReadParams,
    ) -> Result<thread::ReadResponse, Failure> {
        if include_turns {
            warn_of_all_turns(cx.connection(), "leave `includeTurns` out");
        }
        let view = self.threads().view(thread_id, include_turns).await?;
        Ok(thread::ReadResponse {
            thread: view.thread,
            read_state: view.read.map(|read| read_state(read.first_unread, read.from_start, read.revision)),
        })
    }
}

/// Tells a client that it asks for a whole history, which grows without end.
pub(super) fn warn_of_all_turns(connection: &Connection, instead: &str) {
    let params = notice::DeprecationNoticeNotification {
        summary: format!(
            "Reading all turns of a thread at once is deprecated: {instead}, and read them page by page with \
             `thread/turns/list` and `thread/items/list`."
        ),
        details: None,
    };
    connection.notify(&params, codex_otel::current().as_ref());
}
