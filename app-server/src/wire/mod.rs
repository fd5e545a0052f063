//! Every conversion between core and the wire, in both directions, and nothing else.

pub(crate) mod config;
pub(crate) mod delta;
pub(crate) mod error;
pub(crate) mod events;
pub(crate) mod question;
pub(crate) mod thread;
pub(crate) mod unsupported;

/// The one place where commands run, by the name that clients know it by.
pub(crate) const LOCAL: &str = "local";
