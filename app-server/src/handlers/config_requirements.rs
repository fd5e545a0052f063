//! `configRequirements/read`: nobody manages the machine, as far as this server knows.

use codex_app_server_protocol::{config_requirements, methods};

use crate::{
    app::App,
    router::{Handle, RequestCx},
    wire::error::Failure,
};

impl Handle<methods::ConfigRequirementsRead> for App {
    type Error = Failure;

    async fn handle(
        &self,
        _: &mut RequestCx,
        _: config_requirements::ReadParams,
    ) -> Result<config_requirements::ReadResponse, Failure> {
        Ok(config_requirements::ReadResponse::default())
    }
}
