//! What threads tell, on its way to connections.

mod announcer;
mod follower;

pub(crate) use announcer::Announcer;
pub(crate) use follower::{Follower, emit_all};
