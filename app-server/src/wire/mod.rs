//! Every conversion between core and the wire, in both directions, and nothing else.

pub(crate) mod config;
pub(crate) mod delta;
pub(crate) mod error;
pub(crate) mod events;
mod local;
pub(crate) mod overrides;
pub(crate) mod question;
pub(crate) mod thread;
pub(crate) mod thread_params;
pub(crate) mod turn_params;
pub(crate) mod unsupported;

pub(crate) use local::LOCAL;
