//! The `demo` provider: a scripted model that this process serves to itself over HTTP on loopback.
//!
//! It needs no key and no network, and takes the same way as any provider: client, stream, tools, tracing.

mod answer;
mod provider;
mod script;
mod server;

pub use provider::load_config;
