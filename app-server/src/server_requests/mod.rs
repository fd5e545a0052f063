//! What clients are asked.

mod asked;
mod pending;

pub(crate) use pending::ServerRequests;
