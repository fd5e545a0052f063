//! What can go wrong between a call and its answer.

use std::io;

use codex_app_server_protocol::RpcError;

use crate::transport::Closed;

/// Why a server could not be reached, or a request has no result.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The server program could not be started.
    #[error("could not start {program}: {source}")]
    Spawn {
        /// The program as it was named.
        program: String,
        /// What the system said.
        source: io::Error,
    },
    /// No connection to the address.
    #[error("could not connect to {target}: {source}")]
    Connect {
        /// The address or path as it was given.
        target: String,
        /// What the system said.
        source: io::Error,
    },
    /// Something answered, but not as a websocket server.
    #[error("the websocket handshake with {target} failed: {source}")]
    Handshake {
        /// The address or path as it was given.
        target: String,
        /// What the websocket library said.
        source: Box<tokio_tungstenite::tungstenite::Error>,
    },
    /// The server lets in only those who show its token.
    #[error(
        "{target} asks for its token: use the `CODEX_HOME` of that server, or set `CODEX_APP_SERVER_TOKEN`"
    )]
    Unauthorized {
        /// The address as it was given.
        target: String,
    },
    /// The URL is not one that this client understands.
    #[error("`{0}` is no server address: give ws://HOST:PORT or unix://PATH")]
    Address(String),
    /// The connection ended before the answer came.
    #[error("{0}")]
    Closed(Closed),
    /// The server answered with an error.
    #[error("{method}: {} ({})", error.message, error.code)]
    Rpc {
        /// The method that was called.
        method: &'static str,
        /// What the server answered.
        error: RpcError,
    },
    /// The answer is no valid result of the method.
    #[error("the answer to {method} could not be read: {source}")]
    Decode {
        /// The method that was called.
        method: &'static str,
        /// Where it does not fit.
        source: serde_json::Error,
    },
    /// The parameters could not be written as JSON.
    #[error("the parameters of {method} could not be written: {source}")]
    Encode {
        /// The method that was called.
        method: &'static str,
        /// What does not fit.
        source: serde_json::Error,
    },
}
