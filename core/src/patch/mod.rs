//! Patches as models write them: read, placed in files by what they quote, and applied as a whole or not at all.
//!
//! [`Patch::parse`] reads the text; [`Plan::make`] reads the files and works out what they become, without writing;
//! [`Plan::apply`] writes. What lies between the two, such as a question to the user, costs nothing when the files stay as
//! they are, and the patch when they do not.

#[cfg(test)]
mod against_git;
mod apply;
mod diff;
mod error;
mod files;
mod hunks;
mod parse;
mod place;
mod plan;
mod turn_diff;

pub(crate) use error::PlanError;
use error::{ApplyError, ParseError};
pub(crate) use parse::Patch;
pub(crate) use plan::Plan;
pub(crate) use turn_diff::TurnDiff;
#[cfg(feature = "fuzzing")]
pub(crate) use {hunks::changed, parse::FilePatch};
