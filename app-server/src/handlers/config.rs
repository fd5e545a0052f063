//! `config/read` and `configRequirements/read`.

use codex_app_server_protocol::{RpcError, config, config_requirements, methods};

use crate::{
    app::App,
    router::{Handle, RequestCx},
    wire,
};

impl Handle<methods::ConfigRead> for App {
    type Error = RpcError;

    async fn handle(
        &self,
        _: &mut RequestCx,
        config::ReadParams { cwd, include_layers }: config::ReadParams,
    ) -> Result<config::ReadResponse, RpcError> {
        // No folder has a configuration of its own here: every one has the same answer.
        drop(cwd);
        wire::config::read(self.threads().config().view(), include_layers)
    }
}

impl Handle<methods::ConfigRequirementsRead> for App {
    type Error = RpcError;

    /// Nobody manages the machine, as far as this server knows.
    async fn handle(
        &self,
        _: &mut RequestCx,
        config_requirements::ReadParams {}: config_requirements::ReadParams,
    ) -> Result<config_requirements::ReadResponse, RpcError> {
        Ok(config_requirements::ReadResponse::default())
    }
}
