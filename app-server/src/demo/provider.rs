//! The `demo` provider, as the configuration has it.

use std::{collections::BTreeMap, io, path::Path, pin::Pin, sync::Arc};

use codex_core::{Config, ConfigError, LocalProvider, ProviderConfig};
use tokio::sync::OnceCell;

use super::server::DemoServer;

/// The `demo` provider. Its server starts with the first request to it.
#[derive(Debug, Default)]
struct Demo {
    server: OnceCell<DemoServer>,
}

impl LocalProvider for Demo {
    fn base_url(&self) -> Pin<Box<dyn Future<Output = io::Result<String>> + Send + '_>> {
        Box::pin(async { self.server.get_or_try_init(DemoServer::start).await.map(DemoServer::base_url) })
    }
}

/// Loads the configuration, with the `demo` provider in it.
pub fn load_config(codex_home: &Path, overrides: &[(String, String)]) -> Result<Config, ConfigError> {
    // One, for the scene of it. The others show more when they are not tried again.
    let demo = ProviderConfig {
        name: Some("Demo".to_owned()),
        request_max_retries: Some(1),
        stream_max_retries: Some(0),
        default_model: Some("demo-model"),
        local: Some(Arc::new(Demo::default())),
        ..ProviderConfig::default()
    };
    Config::load_with(codex_home, overrides, BTreeMap::from([("demo".to_owned(), demo)]))
}
