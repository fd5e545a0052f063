//! One HTTP client for the three OTLP protocols: protobuf and JSON over HTTP, protobuf over gRPC.

use std::io::Write;
use std::time::Duration;

use bytes::{BufMut, Bytes, BytesMut};
use flate2::Compression;
use flate2::write::GzEncoder;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use http_body_util::BodyExt;
use reqwest::{Certificate, Identity};
use tokio::time::timeout;

use super::Record;
use super::otlp;
use crate::settings::Resource;

/// What is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// OTLP/HTTP with protobuf bodies.
    Protobuf,
    /// OTLP/HTTP with JSON bodies.
    Json,
    /// OTLP/gRPC.
    Grpc,
}

/// Where records are sent.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Destination {
    pub(crate) protocol: Protocol,
    /// The whole URL of the signal; for gRPC scheme, host and port.
    pub(crate) url: String,
    /// Headers, which may hold credentials.
    pub(crate) headers: Vec<(String, String)>,
    /// PEM of the only certificate authority to trust, in place of the system's.
    pub(crate) ca: Option<Vec<u8>>,
    /// PEM of our certificate and its private key.
    pub(crate) identity: Option<Vec<u8>>,
    /// Whether bodies are compressed.
    pub(crate) gzip: bool,
}

impl std::fmt::Debug for Destination {
    /// Headers and keys are never shown.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Destination").field("protocol", &self.protocol).finish_non_exhaustive()
    }
}

/// Why a batch was not delivered. The texts hold no URL and no header.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SendError {
    #[error("the exporter cannot be set up: {0}")]
    Setup(String),
    #[error("the collector cannot be reached: {0}")]
    Transport(String),
    #[error("the collector did not answer in time")]
    TimedOut,
    #[error("the collector answered HTTP {0}")]
    Http(StatusCode, Option<Duration>),
    #[error("the collector answered gRPC status {0}")]
    Grpc(u32),
}

impl SendError {
    /// Whether the same batch may be sent again (OTLP specification, "Failures").
    pub(super) fn is_retryable(&self) -> bool {
        match self {
            Self::Setup(_) => false,
            Self::Transport(_) | Self::TimedOut => true,
            Self::Http(status, _) => matches!(status.as_u16(), 429 | 502 | 503 | 504),
            Self::Grpc(code) => matches!(code, 1 | 4 | 8 | 10 | 11 | 14 | 15),
        }
    }

    /// How long the collector asked us to wait.
    pub(super) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Http(_, after) => *after,
            _ => None,
        }
    }
}

/// A client for one destination.
pub(super) struct Client {
    http: reqwest::Client,
    protocol: Protocol,
    url: String,
    headers: HeaderMap,
    gzip: bool,
    timeout: Duration,
}

impl Client {
    pub(super) fn new<T: Record>(to: &Destination, limit: Duration) -> Result<Self, SendError> {
        // Another part of the process may have installed the same provider already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(limit)
            .pool_max_idle_per_host(1);
        if to.url.starts_with("http://") {
            // No roots are read for a connection that has no TLS.
            builder = builder.tls_certs_only([]);
        } else if let Some(pem) = &to.ca {
            let certificates = Certificate::from_pem_bundle(pem).map_err(|error| setup(&error))?;
            builder = builder.tls_certs_only(certificates);
        }
        if let Some(pem) = &to.identity {
            builder = builder.identity(Identity::from_pem(pem).map_err(|error| setup(&error))?);
        }
        let mut headers = HeaderMap::new();
        let (url, content_type) = match to.protocol {
            Protocol::Protobuf => (to.url.clone(), "application/x-protobuf"),
            Protocol::Json => (to.url.clone(), "application/json"),
            Protocol::Grpc => {
                builder = builder.http2_prior_knowledge();
                headers.insert(header::TE, HeaderValue::from_static("trailers"));
                (format!("{}{}", to.url.trim_end_matches('/'), T::GRPC_PATH), "application/grpc")
            }
        };
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        headers.insert(
            header::USER_AGENT,
            HeaderValue::from_static(concat!("codex-otel/", env!("CARGO_PKG_VERSION"))),
        );
        if to.gzip {
            let name = match to.protocol {
                Protocol::Grpc => HeaderName::from_static("grpc-encoding"),
                Protocol::Protobuf | Protocol::Json => header::CONTENT_ENCODING,
            };
            headers.insert(name, HeaderValue::from_static("gzip"));
        }
        for (name, value) in &to.headers {
            let name = HeaderName::try_from(name.as_str())
                .map_err(|_| SendError::Setup("a header name is not valid".to_owned()))?;
            let mut value = HeaderValue::try_from(value.as_str())
                .map_err(|_| SendError::Setup(format!("the value of the header {name} is not valid")))?;
            value.set_sensitive(true);
            headers.insert(name, value);
        }
        let http = builder.build().map_err(|error| setup(&error))?;
        Ok(Self { http, protocol: to.protocol, url, headers, gzip: to.gzip, timeout: limit })
    }

    /// Encodes a batch once; [`send`](Self::send) may be called with the body several times.
    pub(super) fn encode<T: Record>(&self, resource: &Resource, batch: &[T]) -> Bytes {
        match self.protocol {
            Protocol::Protobuf => self.compressed(T::protobuf(resource, batch)).into(),
            Protocol::Json => self.compressed(T::json(resource, batch).to_string().into_bytes()).into(),
            Protocol::Grpc => {
                let message = self.compressed(T::protobuf(resource, batch));
                let mut framed = BytesMut::with_capacity(message.len() + 5);
                framed.put_u8(u8::from(self.gzip)); // The compressed flag of the frame.
                framed.put_u32(message.len() as u32);
                framed.put_slice(&message);
                framed.freeze()
            }
        }
    }

    /// A body as it is, or in gzip.
    fn compressed(&self, body: Vec<u8>) -> Vec<u8> {
        if !self.gzip {
            return body;
        }
        // The fastest level: most of what there is to win, attribute names said again and again, is won there too.
        let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 4), Compression::fast());
        encoder.write_all(&body).and_then(|()| encoder.finish()).expect("writing to memory cannot fail")
    }

    /// Sends a body; returns how many of its records the collector says it refused (partial success).
    pub(super) async fn send<T: Record>(&self, body: Bytes) -> Result<u64, SendError> {
        timeout(self.timeout, self.exchange(body, T::REJECTED)).await.unwrap_or(Err(SendError::TimedOut))
    }

    async fn exchange(&self, body: Bytes, rejected: &str) -> Result<u64, SendError> {
        let request = self.http.post(&self.url).headers(self.headers.clone()).body(body);
        let answer = request.send().await.map_err(|error| transport(error.without_url()))?;
        let status = answer.status();
        if !status.is_success() {
            let after = answer.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok());
            let after = after.and_then(|text| text.trim().parse().ok()).map(Duration::from_secs);
            return Err(SendError::Http(status, after));
        }
        let (head, body) = http::Response::from(answer).into_parts();
        let body = body.collect().await.map_err(|error| transport(error.without_url()))?;
        match self.protocol {
            Protocol::Protobuf => Ok(otlp::rejected_protobuf(&body.to_bytes())),
            Protocol::Json => Ok(otlp::rejected_json(&body.to_bytes(), rejected)),
            Protocol::Grpc => {
                // An answer without a message has its status among the headers.
                let code = body
                    .trailers()
                    .and_then(|trailers| trailers.get("grpc-status"))
                    .or_else(|| head.headers.get("grpc-status"))
                    .and_then(|value| value.to_str().ok()?.parse().ok());
                match code {
                    Some(0) => Ok(otlp::rejected_protobuf(body.to_bytes().get(5..).unwrap_or_default())),
                    // Status 2 is `UNKNOWN`: no status at all.
                    code => Err(SendError::Grpc(code.unwrap_or(2))),
                }
            }
        }
    }
}

fn setup(error: &reqwest::Error) -> SendError {
    SendError::Setup(causes(error))
}

#[expect(clippy::needless_pass_by_value, reason = "`without_url` gives an owned error")]
fn transport(error: reqwest::Error) -> SendError {
    SendError::Transport(causes(&error))
}

/// The innermost cause, which is the one that says something (`Connection refused`, `UnknownIssuer`).
fn causes(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
