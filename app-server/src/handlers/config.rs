//! `config/read`.

use codex_app_server_protocol::{RpcError, config, methods};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{
    app::App,
    router::{Handle, RequestCx},
    wire::error,
};

impl Handle<methods::ConfigRead> for App {
    type Error = RpcError;

    async fn handle(
        &self,
        _: &mut RequestCx,
        params: config::ReadParams,
    ) -> Result<config::ReadResponse, RpcError> {
        let view = self.threads().config().view();
        Ok(config::ReadResponse {
            config: typed(view.config)?,
            origins: typed(Value::Object(view.origins))?,
            layers: params.include_layers.then(|| typed(Value::Array(view.layers))).transpose()?,
        })
    }
}

/// The view is JSON made by `core`, which knows no wire types; that it fits them is ours to see to.
fn typed<T: DeserializeOwned>(value: Value) -> Result<T, RpcError> {
    serde_json::from_value(value).map_err(|cause| error::internal("showing the configuration", &cause))
}
