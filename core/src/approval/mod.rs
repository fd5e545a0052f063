//! May this be done? What the policies say, how the user is asked, and what the user allowed.

mod decision;
mod grants;
mod questions;

pub(crate) use decision::{ApprovalDecision, CommandRequest, decide, decide_patch};
pub(crate) use grants::{Grant, SessionGrants};
pub(crate) use questions::{Asker, Followers, PendingQuestions, QuestionIds, QuestionMessage};
