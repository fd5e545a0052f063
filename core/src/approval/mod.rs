//! May this be done? What the policies say, and the questions that wait for the user.

mod questions;
mod verdict;

pub(crate) use questions::{Grant, Questions};
pub(crate) use verdict::{Verdict, Wish, verdict};
