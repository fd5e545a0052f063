//! The HTTP client under the stock OTLP/HTTP exporter: certificates, proxies, and what went wrong in words.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use opentelemetry_http::{Bytes, HttpError, Request, Response};
use reqwest::{Certificate, Identity, redirect};

use super::Destination;

/// What went wrong last; the texts hold no URL and no header.
#[derive(Clone, Debug, Default)]
pub(super) struct Trouble(Arc<Mutex<Option<String>>>);

impl Trouble {
    fn note(&self, text: String) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(text);
    }

    pub(super) fn take(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// A client for one destination.
#[derive(Clone, Debug)]
pub(super) struct HttpClient {
    client: reqwest::Client,
    trouble: Trouble,
}

impl HttpClient {
    pub(super) fn new(to: &Destination, limit: Duration, trouble: Trouble) -> Result<Self, reqwest::Error> {
        // Another part of the process may have installed the same provider already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::Client::builder()
            .redirect(redirect::Policy::none())
            .timeout(limit)
            .pool_max_idle_per_host(1);
        if to.url.expose().starts_with("http://") {
            // No roots are read for a connection that has no TLS.
            builder = builder.tls_certs_only([]);
        } else if let Some(pem) = &to.ca {
            builder = builder.tls_certs_only(Certificate::from_pem_bundle(pem)?);
        }
        if let Some(identity) = &to.identity {
            let pem = [&identity.certificate[..], b"\n", identity.key.expose().as_bytes()].concat();
            builder = builder.identity(Identity::from_pem(&pem)?);
        }
        if is_loopback(to.url.expose()) {
            // `HTTP_PROXY` is for the world outside: a proxy would be handed the spans and the credential.
            builder = builder.no_proxy();
        }
        Ok(Self { client: builder.build()?, trouble })
    }
}

/// Whether a URL names this machine.
fn is_loopback(url: &str) -> bool {
    let Ok(url) = reqwest::Url::parse(url) else { return false };
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost"
        || host.ends_with(".localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[async_trait]
impl opentelemetry_http::HttpClient for HttpClient {
    async fn send_bytes(&self, mut request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        for value in request.headers_mut().values_mut() {
            value.set_sensitive(true);
        }
        match self.client.send_bytes(request).await {
            Ok(answer) => {
                if !answer.status().is_success() {
                    self.trouble.note(format!("the collector answered HTTP {}", answer.status()));
                }
                Ok(answer.map(|body| with_plain_counts(&body).unwrap_or(body)))
            }
            Err(error) => {
                self.trouble.note(format!("the collector cannot be reached: {}", innermost(&*error)));
                Err(error)
            }
        }
    }
}

/// A JSON answer with the counts of its partial success as numbers: protobuf's JSON has them as text, which the stock
/// exporter does not read. `None` where there is nothing to change.
fn with_plain_counts(body: &[u8]) -> Option<Bytes> {
    let mut answer: serde_json::Value = serde_json::from_slice(body).ok()?;
    let mut changed = false;
    let members = answer.get_mut("partialSuccess")?.as_object_mut()?;
    for (_, member) in members.iter_mut().filter(|(name, _)| name.starts_with("rejected")) {
        if let Some(count) = member.as_str().and_then(|text| text.parse::<i64>().ok()) {
            *member = count.into();
            changed = true;
        }
    }
    changed.then(|| answer.to_string().into())
}

/// The innermost cause, which is the one that says something (`Connection refused`, `UnknownIssuer`).
pub(super) fn innermost(error: &(dyn std::error::Error + 'static)) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_known_by_all_its_names() {
        for url in ["http://localhost:4318/x", "http://127.8.0.1", "https://[::1]:1/", "http://a.localhost"] {
            assert!(is_loopback(url), "{url}");
        }
        for url in ["http://collector:4318", "http://10.0.0.1", "https://[fe80::1]", "not a url"] {
            assert!(!is_loopback(url), "{url}");
        }
    }
}
