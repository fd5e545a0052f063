//! The stock OTLP exporters, set up for a destination.

use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry_otlp::tonic_types::metadata::MetadataMap;
use opentelemetry_otlp::tonic_types::transport::{Certificate, ClientTlsConfig, Identity};
use opentelemetry_otlp::{
    Compression, ExporterBuildError, Protocol, RetryPolicy, WithExportConfig, WithHttpConfig, WithTonicConfig,
};
use opentelemetry_sdk::Resource;

use super::http::{HttpClient, Trouble, innermost};
use super::{Destination, Protocol as Spoken, Record};

/// Why an exporter cannot be set up. The texts hold no URL and no header.
#[derive(Debug, thiserror::Error)]
pub(super) enum SetupError {
    #[error("the HTTP client cannot be set up: {}", innermost(.0))]
    Client(#[from] reqwest::Error),
    #[error("{0}")]
    Exporter(#[from] ExporterBuildError),
}

/// The exporters of one destination: one that tries again, and one for when somebody waits.
pub(super) struct Exporters<T: Record> {
    trouble: Trouble,
    limit: Duration,
    http: Option<HttpClient>,
    retrying: Option<T::Exporter>,
    once: Option<T::Exporter>,
}

impl<T: Record> Exporters<T> {
    pub(super) fn new(limit: Duration) -> Self {
        Self { trouble: Trouble::default(), limit, http: None, retrying: None, once: None }
    }

    /// What went wrong since the last look.
    pub(super) fn trouble(&self) -> Option<String> {
        self.trouble.take()
    }

    /// The exporter, made when it is first needed: certificates and roots are read then.
    pub(super) fn get(
        &mut self,
        to: &Destination,
        resource: &Resource,
        hurried: bool,
    ) -> Result<&T::Exporter, SetupError> {
        let slot = if hurried { &mut self.once } else { &mut self.retrying };
        if slot.is_none() {
            let policy = if hurried { RetryPolicy::disabled() } else { RetryPolicy::recommended() };
            if to.protocol != Spoken::Grpc && self.http.is_none() {
                self.http = Some(HttpClient::new(to, self.limit, self.trouble.clone())?);
            }
            let setup = Setup { to, limit: self.limit, policy, http: self.http.as_ref(), resource };
            *slot = Some(T::exporter(&setup)?);
        }
        Ok(slot.as_ref().expect("it was made above"))
    }
}

/// What an exporter is set up with.
pub(crate) struct Setup<'a> {
    to: &'a Destination,
    limit: Duration,
    policy: RetryPolicy,
    http: Option<&'a HttpClient>,
    pub(super) resource: &'a Resource,
}

impl Setup<'_> {
    /// Whether gRPC is spoken.
    pub(super) fn is_grpc(&self) -> bool {
        self.to.protocol == Spoken::Grpc
    }

    /// Everything is said, so that the environment, which the exporter reads too, has nothing to add: it was read when
    /// the settings were resolved, and its headers are among ours.
    pub(super) fn http<B: WithExportConfig + WithHttpConfig>(&self, builder: B) -> B {
        let protocol = match self.to.protocol {
            Spoken::Json => Protocol::HttpJson,
            Spoken::Protobuf | Spoken::Grpc => Protocol::HttpBinary,
        };
        let headers =
            self.to.headers.iter().map(|(name, value)| (name.clone(), value.expose().to_owned())).collect();
        let mut builder = builder
            .with_endpoint(self.to.url.expose())
            .with_protocol(protocol)
            .with_timeout(self.limit)
            .with_headers(headers)
            .with_retry_policy(self.policy.clone());
        if let Some(client) = self.http {
            builder = builder.with_http_client(client.clone());
        }
        if self.to.gzip { builder.with_compression(Compression::Gzip) } else { builder }
    }

    /// The same for gRPC.
    pub(super) fn grpc<B: WithExportConfig + WithTonicConfig>(&self, builder: B) -> B {
        let url = self.to.url.expose();
        let mut builder = builder
            .with_endpoint(url)
            .with_timeout(self.limit)
            .with_metadata(MetadataMap::from_headers(headers(self.to)))
            .with_retry_policy(self.policy.clone());
        // No roots are read for a connection that has no TLS.
        if url.starts_with("https://") {
            let mut tls = ClientTlsConfig::new();
            tls = match &self.to.ca {
                Some(pem) => tls.ca_certificate(Certificate::from_pem(pem)),
                None => tls.with_enabled_roots(),
            };
            if let Some(identity) = &self.to.identity {
                tls = tls.identity(Identity::from_pem(&identity.certificate, identity.key.expose()));
            }
            builder = builder.with_tls_config(tls);
        }
        if self.to.gzip { builder.with_compression(Compression::Gzip) } else { builder }
    }
}

/// Headers as metadata; a name or value that is none was warned about when the settings were resolved.
fn headers(to: &Destination) -> HeaderMap {
    let valid = |name: &str, value: &str| {
        let mut value = HeaderValue::try_from(value).ok()?;
        value.set_sensitive(true);
        Some((HeaderName::try_from(name).ok()?, value))
    };
    to.headers.iter().filter_map(|(name, value)| valid(name, value.expose())).collect()
}
