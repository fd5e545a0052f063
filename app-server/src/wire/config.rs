//! The configuration, as clients see it.

use codex_app_server_protocol::{RpcError, config};
use codex_core::{ConfigLayer, ConfigOrigin, ConfigSource, ConfigView};
use serde_json::Value;

use super::error::internal;

/// The answer to `config/read`.
pub(crate) fn read(view: ConfigView, with_layers: bool) -> Result<config::ReadResponse, RpcError> {
    let ConfigView { config, origins, layers } = view;
    // What is set has been checked when it was loaded; settings that only clients know are whatever the file says.
    let config = serde_json::from_value(Value::Object(config))
        .map_err(|cause| internal("showing the configuration", &cause))?;
    Ok(config::ReadResponse {
        config,
        origins: origins.into_iter().map(|(key, found)| (key, origin(found))).collect(),
        layers: with_layers.then(|| layers.into_iter().map(layer).collect()),
    })
}

fn layer(shown: ConfigLayer) -> config::Layer {
    let ConfigLayer { origin: ConfigOrigin { source, version }, values } = shown;
    config::Layer { name: name(source), version, config: values, disabled_reason: None }
}

fn origin(found: ConfigOrigin) -> config::LayerMetadata {
    let ConfigOrigin { source, version } = found;
    config::LayerMetadata { name: name(source), version }
}

fn name(source: ConfigSource) -> config::LayerSource {
    match source {
        ConfigSource::User(file) => config::LayerSource::User { file, profile: None },
        ConfigSource::SessionFlags => config::LayerSource::SessionFlags,
    }
}
