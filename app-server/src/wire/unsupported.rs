//! Params that this server does not honour: refused by name where they say something, never ignored.

use std::collections::BTreeMap;

use codex_app_server_protocol::RpcError;

/// A param that may say nothing.
pub(crate) trait MaySayNothing {
    /// Whether it asks for nothing that would not happen anyway.
    fn says_nothing(&self) -> bool;
}

impl<T: MaySayNothing> MaySayNothing for Option<T> {
    fn says_nothing(&self) -> bool {
        self.as_ref().is_none_or(T::says_nothing)
    }
}

impl MaySayNothing for bool {
    fn says_nothing(&self) -> bool {
        !self
    }
}

impl MaySayNothing for String {
    fn says_nothing(&self) -> bool {
        self.is_empty()
    }
}

impl<T> MaySayNothing for Vec<T> {
    fn says_nothing(&self) -> bool {
        self.is_empty()
    }
}

impl<K, V> MaySayNothing for BTreeMap<K, V> {
    fn says_nothing(&self) -> bool {
        self.is_empty()
    }
}

/// Refuses a param that says something.
pub(crate) fn unsupported(field: &str, value: &impl MaySayNothing) -> Result<(), RpcError> {
    if value.says_nothing() { Ok(()) } else { Err(refused(field, "not supported by this server")) }
}

/// The refusal of a param's value, by the param's path.
pub(crate) fn refused(field: &str, why: &str) -> RpcError {
    RpcError::invalid_params(format!("invalid params: {field}: {why}"))
}
