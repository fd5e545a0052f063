//! `thread/settings/update`, `thread/revert`, `thread/inject_items`.

use codex_app_server_protocol::{methods, thread};

use crate::{
    app::App,
    router::{Handle, RequestCx},
    wire::{error::Failure, turn_params},
};

impl Handle<methods::ThreadSettingsUpdate> for App {
    type Error = Failure;

    async fn handle(
        &self,
        _: &mut RequestCx,
        params: thread::SettingsUpdateParams,
    ) -> Result<thread::SettingsUpdateResponse, Failure> {
        let (thread_id, change) = turn_params::settings(params)?;
        self.loaded(thread_id)?.change_settings(change).await?;
        Ok(thread::SettingsUpdateResponse {})
    }
}

impl Handle<methods::ThreadRevert> for App {
    type Error = Failure;

    async fn handle(
        &self,
        _: &mut RequestCx,
        thread::RevertParams { thread_id, before_turn_id }: thread::RevertParams,
    ) -> Result<thread::RevertResponse, Failure> {
        self.threads().revert(thread_id, before_turn_id).await?;
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
        thread::InjectItemsParams { thread_id, items }: thread::InjectItemsParams,
    ) -> Result<thread::InjectItemsResponse, Failure> {
        self.loaded(thread_id)?.inject(items).await?;
        Ok(thread::InjectItemsResponse {})
    }
}
