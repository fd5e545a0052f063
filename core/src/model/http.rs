//! The HTTP clients, built when they are first needed.

use std::{sync::OnceLock, time::Duration};

use reqwest::{Client, ClientBuilder, redirect};
use tokio::sync::OnceCell;

use super::{Endpoint, ModelError};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(20);

/// One client for local addresses without TLS, one for all others. Each keeps its connections.
#[derive(Debug, Default)]
pub(crate) struct HttpClients {
    local: OnceLock<Client>,
    remote: OnceCell<Client>,
}

impl HttpClients {
    /// The client for an endpoint.
    pub(super) async fn of(&self, endpoint: &Endpoint) -> Result<&Client, ModelError> {
        let wrong = |error: reqwest::Error| ModelError::Connect { reason: error.without_url().to_string() };
        if endpoint.local && endpoint.url("").scheme() == "http" {
            if let Some(client) = self.local.get() {
                return Ok(client);
            }
            // No roots: nothing here ever speaks TLS, and loading them takes longer than the whole request.
            let client = builder().no_proxy().tls_certs_only([]).build().map_err(wrong)?;
            return Ok(self.local.get_or_init(|| client));
        }
        self.remote
            .get_or_try_init(|| async {
                // Reading the system's roots blocks.
                tokio::task::spawn_blocking(|| builder().build())
                    .await
                    .map_err(|_| ModelError::Connect {
                        reason: "the HTTP client could not be built".to_owned(),
                    })?
                    .map_err(wrong)
            })
            .await
    }
}

fn builder() -> ClientBuilder {
    // Whoever is first installs the provider of the whole process; being second is no error.
    let _: Result<(), _> = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .user_agent(concat!("codex-app-server/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT_TIMEOUT)
        // A redirect would carry the key and the trace to somebody the configuration does not name.
        .redirect(redirect::Policy::none())
}

/// A transport error in words, without the URL: it may hold a key.
pub(super) fn reason(error: reqwest::Error) -> String {
    if error.is_timeout() {
        return "timed out".to_owned();
    }
    let error = error.without_url();
    let mut source = std::error::Error::source(&error);
    let mut text = error.to_string();
    while let Some(inner) = source {
        text = inner.to_string();
        source = inner.source();
    }
    text
}
