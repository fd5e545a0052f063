//! Which handshakes get through: by origin, by token, by number.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use http::{HeaderMap, StatusCode, header};
use secrecy::SecretString;

use super::{
    TransportKind,
    limits::{ConnectionLimits, ConnectionPlace},
    token::Authenticator,
};

/// What a handshake must pass.
#[derive(Clone, Debug)]
pub(crate) struct HandshakeRules {
    origins: Arc<[String]>,
    token: Arc<Authenticator>,
    limits: ConnectionLimits,
    /// Set once a refusal was logged: strangers must not fill the log.
    refusal_logged: Arc<AtomicBool>,
}

impl HandshakeRules {
    /// Rules for a server that lets in pages of these origins, asks for this token where there is one, and has at most so
    /// many connections.
    pub(crate) fn new(origins: Vec<String>, token: Option<&SecretString>, connections: usize) -> Self {
        Self {
            origins: origins.into(),
            token: Arc::new(Authenticator::new(token)),
            limits: ConnectionLimits::new(connections),
            refusal_logged: Arc::default(),
        }
    }

    /// A place for a handshake; none where there are too many.
    pub(crate) fn handshake(&self, transport: TransportKind) -> Option<ConnectionPlace> {
        self.limits.handshake(transport == TransportKind::Unix)
    }

    /// A page must not reach a server on loopback unasked: pages send an `Origin`, programs do not.
    pub(crate) fn admits_origin(&self, headers: &HeaderMap) -> bool {
        headers
            .get(header::ORIGIN)
            .is_none_or(|origin| self.origins.iter().any(|allowed| allowed.as_bytes() == origin.as_bytes()))
    }

    /// Whether the token is shown, where one is asked for: the file system says who may open a unix socket.
    pub(crate) fn admits_token(&self, headers: &HeaderMap, transport: TransportKind) -> bool {
        let admitted = transport == TransportKind::Unix || self.token.admits(headers);
        if !admitted {
            if self.refusal_logged.swap(true, Ordering::Relaxed) {
                tracing::debug!("a connection without the token was refused");
            } else {
                tracing::warn!(
                    "a connection without the token of this server was refused; further ones are logged as `debug`"
                );
            }
        }
        admitted
    }

    /// A place for the connection, or what its client is told.
    pub(crate) fn place(&self) -> Result<ConnectionPlace, (StatusCode, &'static str)> {
        self.limits.connection().ok_or((StatusCode::SERVICE_UNAVAILABLE, "too many connections"))
    }
}
