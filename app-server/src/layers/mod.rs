//! The layers of the request path, one file each. Their order, with reasons, stands in [`crate::stack`].

pub(crate) mod admission;
pub(crate) mod answer;
pub(crate) mod lane;
#[cfg(test)]
mod lane_model;
pub(crate) mod panic;
pub(crate) mod require_initialized;
pub(crate) mod span;
