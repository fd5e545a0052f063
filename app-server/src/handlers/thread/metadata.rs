//! `thread/name/set`, `thread/metadata/update`, `thread/readState/update`, `thread/archive`, `thread/unarchive`,
//! `thread/delete`.

use codex_app_server_protocol::{methods, thread};
use codex_protocol::{GitChange, ReadChange};

use crate::{
    app::App,
    router::{Handle, RequestCx},
    wire::{
        error::Failure,
        thread::{listed, read_state, unarchived},
    },
};

impl Handle<methods::ThreadNameSet> for App {
    type Error = Failure;

    async fn handle(
        &self,
        _: &mut RequestCx,
        thread::SetNameParams { thread_id, name }: thread::SetNameParams,
    ) -> Result<thread::SetNameResponse, Failure> {
        let name = name.trim().to_owned();
        if name.is_empty() {
            return Err(Failure::refused("thread name must not be empty"));
        }
        self.threads().set_name(thread_id, name).await?;
        Ok(thread::SetNameResponse {})
    }
}

impl Handle<methods::ThreadMetadataUpdate> for App {
    type Error = Failure;

    async fn handle(
        &self,
        _: &mut RequestCx,
        thread::MetadataUpdateParams { thread_id, git_info, project_id, daybreak_enabled }: thread::MetadataUpdateParams,
    ) -> Result<thread::MetadataUpdateResponse, Failure> {
        match project_id.as_deref() {
            None | Some("") => {}
            Some(project) => return Err(Failure::refused(format!("project not found: {project}"))),
        }
        let fields = [
            git_info.is_some(),
            project_id.is_some(),
            // Kept by the vendor's cloud alone: taken, and of no consequence.
            daybreak_enabled.is_some(),
        ];
        if !fields.contains(&true) {
            return Err(Failure::refused("thread metadata update must include at least one field"));
        }
        if let Some(thread::GitInfoUpdate { sha, branch, origin_url }) = git_info {
            let change = GitChange { sha, branch, origin_url };
            self.threads().set_git_info(thread_id, change).await?;
        }
        let thread = self.threads().read(thread_id, false).await?;
        Ok(thread::MetadataUpdateResponse { thread: listed(thread) })
    }
}

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
