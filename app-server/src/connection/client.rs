//! Who is at the other end, as `initialize` told.

use std::collections::HashSet;

/// The client of a connection, and what it can take.
#[derive(Debug)]
pub(crate) struct Client {
    /// The client's name.
    pub(crate) name: String,
    /// The client's version.
    pub(crate) version: String,
    /// Whether it wants `trace` on every message that it gets.
    pub(crate) trace_context: bool,
    /// Notifications that it does not want, by method.
    pub(crate) opted_out: HashSet<String>,
}

impl Client {
    /// Whether the client wants notifications of this method.
    pub(crate) fn wants(&self, method: &str) -> bool {
        !self.opted_out.contains(method)
    }
}
