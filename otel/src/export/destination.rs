//! Where OTLP goes, and over what.

use crate::settings::Secret;

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

/// A collector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Destination {
    pub(crate) protocol: Protocol,
    /// The whole URL of the signal; for gRPC scheme, host and port. It may hold a password.
    pub(crate) url: Secret,
    /// Headers with valid names and values, which may hold credentials.
    pub(crate) headers: Vec<(String, Secret)>,
    /// PEM of the only certificate authority to trust, in place of the system's.
    pub(crate) ca: Option<Vec<u8>>,
    pub(crate) identity: Option<Identity>,
    /// Whether bodies are compressed.
    pub(crate) gzip: bool,
}

/// The certificate that we show, and its private key, both PEM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) certificate: Vec<u8>,
    pub(crate) key: Secret,
}
