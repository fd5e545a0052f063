//! A provider's list of models.

use std::time::Duration;

use serde::Deserialize;

use super::{Endpoint, HttpClients, ModelError, RetryAdvice, http::reason};

/// How long a list may take: a client waits for it.
const TIMEOUT: Duration = Duration::from_secs(5);

#[derive(Deserialize)]
struct List {
    #[serde(default)]
    data: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    id: String,
}

/// The names of a provider's models, in its order.
pub(crate) async fn model_ids(clients: &HttpClients, endpoint: &Endpoint) -> Result<Vec<String>, ModelError> {
    let carrier = codex_otel::current();
    let request =
        clients.of(endpoint).await?.get(endpoint.url("models")).headers(endpoint.headers(carrier.as_ref()));
    let broken = |error: reqwest::Error| ModelError::Connect { reason: reason(error) };
    let response = request.timeout(TIMEOUT).send().await.map_err(broken)?;
    if !response.status().is_success() {
        let error = super::provider_error::ProviderError::default();
        return Err(ModelError::refused(response.status().as_u16(), error, RetryAdvice::default()));
    }
    let body = response.bytes().await.map_err(broken)?;
    let list: List = serde_json::from_slice(&body).map_err(|error| ModelError::Protocol {
        reason: format!("{:?} in the list of models", error.classify()),
    })?;
    Ok(list.data.into_iter().map(|entry| entry.id).collect())
}
