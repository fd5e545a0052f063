//! Every conversion between core and the wire, in both directions, and nothing else.

pub(crate) mod delta;
pub(crate) mod error;
