//! `thread/readState/update`.

use codex_app_server_protocol::{methods, thread};
use codex_protocol::ReadChange;

use crate::{
    app::App,
    router::{Handle, RequestCx},
    wire::{error::Failure, thread::read_state},
};

impl Handle<methods::ThreadReadStateUpdate> for App {
    type Error = Failure;

    async fn handle(
        &self,
        _: &mut RequestCx,
        thread::ReadStateUpdateParams { thread_id, expected_revision, operation }: thread::ReadStateUpdateParams,
    ) -> Result<thread::ReadStateUpdateResponse, Failure> {
        let change = match operation {
            thread::ReadStateOperation::Read => ReadChange::Read,
            thread::ReadStateOperation::Unread => ReadChange::Unread,
        };
        let read = self.threads().set_read(thread_id, expected_revision, change).await?;
        let read_state = read_state(read.first_unread, read.from_start, read.revision);
        Ok(thread::ReadStateUpdateResponse { read_state })
    }
}
