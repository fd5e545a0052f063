//! A request on its way: what arrived, what it is ordered by, what became of it, and its span.

mod call;
mod lane_key;
mod outcome;
mod parent;
mod parse;
mod peek;
pub(crate) mod span;

pub(crate) use call::{Call, Target};
pub(crate) use lane_key::LaneKey;
pub(crate) use outcome::{Outcome, Reply};
pub(crate) use parent::Parents;
pub(crate) use parse::Inbound;
