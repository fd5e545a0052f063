//! `thread/settings/update`, `thread/revert`, `thread/inject_items`.

use std::path::PathBuf;

use codex_app_server_protocol::{methods, thread};
use codex_protocol::SettingsChange;

use crate::{
    app::App,
    router::{Handle, RequestCx},
    wire::error::Failure,
};

impl Handle<methods::ThreadSettingsUpdate> for App {
    type Error = Failure;

    async fn handle(
        &self,
        _: &mut RequestCx,
        params: thread::SettingsUpdateParams,
    ) -> Result<thread::SettingsUpdateResponse, Failure> {
        let thread = self.loaded(params.thread_id)?;
        let mode = params.collaboration_mode.map(|mode| mode.settings);
        thread
            .change_settings(SettingsChange {
                cwd: params.cwd.map(PathBuf::from),
                model: params.model.or_else(|| mode.as_ref().map(|mode| mode.model.clone())),
                effort: params.effort.or_else(|| mode.and_then(|mode| mode.reasoning_effort)),
                approval_policy: params.approval_policy,
                approvals_reviewer: params.approvals_reviewer,
                sandbox_policy: params.sandbox_policy,
            })
            .await?;
        Ok(thread::SettingsUpdateResponse {})
    }
}

impl Handle<methods::ThreadRevert> for App {
    type Error = Failure;

    async fn handle(
        &self,
        _: &mut RequestCx,
        params: thread::RevertParams,
    ) -> Result<thread::RevertResponse, Failure> {
        let thread_id = params.thread_id;
        self.threads().revert(thread_id, params.before_turn_id).await?;
        let thread = self.threads().read(thread_id, false).await?;
        let ends = self.threads().ends(thread_id).await?;
        Ok(thread::RevertResponse {
            thread,
            turns_backwards_cursor: ends.turns,
            items_backwards_cursor: ends.items,
        })
    }
}

impl Handle<methods::ThreadInjectItems> for App {
    type Error = Failure;

    async fn handle(
        &self,
        _: &mut RequestCx,
        params: thread::InjectItemsParams,
    ) -> Result<thread::InjectItemsResponse, Failure> {
        self.loaded(params.thread_id)?.inject(params.items).await?;
        Ok(thread::InjectItemsResponse {})
    }
}
