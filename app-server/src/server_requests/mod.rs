//! What clients are asked.

mod pending;

pub(crate) use pending::ServerRequests;
