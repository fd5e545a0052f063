//! `thread/archive`, `thread/unarchive`, `thread/delete`.

use codex_app_server_protocol::{methods, thread};

use crate::{
    app::App,
    router::{Handle, RequestCx},
    wire::{error::Failure, thread::unarchived},
};

impl Handle<methods::ThreadArchive> for App {
    type Error = Failure;

    async fn handle(
        &self,
        _: &mut RequestCx,
        thread::ArchiveParams { thread_id }: thread::ArchiveParams,
    ) -> Result<thread::ArchiveResponse, Failure> {
        self.threads().archive(thread_id).await?;
        Ok(thread::ArchiveResponse {})
    }
}

impl Handle<methods::ThreadUnarchive> for App {
    type Error = Failure;

    async fn handle(
        &self,
        _: &mut RequestCx,
        thread::UnarchiveParams { thread_id }: thread::UnarchiveParams,
    ) -> Result<thread::UnarchiveResponse, Failure> {
        let thread = self.threads().unarchive(thread_id).await?;
        Ok(thread::UnarchiveResponse { thread: unarchived(thread) })
    }
}

impl Handle<methods::ThreadDelete> for App {
    type Error = Failure;

    async fn handle(
        &self,
        _: &mut RequestCx,
        thread::DeleteParams { thread_id }: thread::DeleteParams,
    ) -> Result<thread::DeleteResponse, Failure> {
        self.threads().delete(thread_id).await?;
        Ok(thread::DeleteResponse {})
    }
}
