//! A request on its way: what arrived, what it is ordered by, what became of it, and its span.

pub(crate) mod call;
pub(crate) mod outcome;
pub(crate) mod parse;
pub(crate) mod span;
pub(crate) mod subject;
