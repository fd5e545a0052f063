//! An app-server for coding agents: JSON-RPC over stdio, websocket and unix sockets, every request and every turn one
//! clean distributed trace.
//!
//! [`Server`] serves streams; [`cli`] is the command line around it. The way of a message is the list in `stack.rs`.

mod accept;
mod app;
pub mod cli;
mod commands;
mod connection;
mod demo;
mod events;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod handlers;
mod home;
mod layers;
mod metrics;
mod receive;
mod request;
mod router;
mod serve;
mod server;
mod server_requests;
mod signals;
mod stack;
mod transport;
mod wire;

pub use demo::load_config;
pub use server::{Server, ServerOptions};
