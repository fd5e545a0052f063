//! `plugin/installed`, `plugin/list`: none, for this server knows no marketplaces.

use codex_app_server_protocol::{methods, plugins};

use crate::{
    app::App,
    router::{Handle, RequestCx},
    wire::error::Failure,
};

impl Handle<methods::PluginInstalled> for App {
    type Error = Failure;

    async fn handle(
        &self,
        _: &mut RequestCx,
        _: plugins::InstalledParams,
    ) -> Result<plugins::InstalledResponse, Failure> {
        Ok(plugins::InstalledResponse::default())
    }
}

impl Handle<methods::PluginList> for App {
    type Error = Failure;

    async fn handle(
        &self,
        _: &mut RequestCx,
        _: plugins::ListParams,
    ) -> Result<plugins::ListResponse, Failure> {
        Ok(plugins::ListResponse::default())
    }
}
