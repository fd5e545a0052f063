//! `thread/name/set`, `thread/metadata/update`.

use codex_app_server_protocol::{methods, thread};
use codex_protocol::GitChange;

use crate::{
    app::App,
    router::{Handle, RequestCx},
    wire::{error::Failure, thread::listed},
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
