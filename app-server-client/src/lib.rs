//! A small typed client for the app-server protocol, which traces every request it makes.
//!
//! [`Client`] starts a server as a child, or connects to one over websocket or a unix socket. Each request opens a
//! `client.request` span under the caller's current span, and sends that span's context as the envelope's `trace`.
//! [`Connection`] is the same without any knowledge of the protocol: text in, text out, for tests.

mod client;
mod dispatch;
mod error;
mod pending;
mod span;
mod token;
mod transport;

pub use client::Client;
pub use dispatch::Incoming;
pub use error::ClientError;
pub use token::{TOKEN_FILE, TOKEN_VARIABLE};
pub use transport::{Closed, Connection};
