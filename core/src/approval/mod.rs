//! May this be done? What the policies say, how the user is asked, and what the user allowed.

mod grants;
mod questions;
mod verdict;

pub(crate) use grants::{Grant, SessionGrants};
pub(crate) use questions::{Asker, Followers, PendingQuestions, QuestionIds, QuestionMessage};
pub(crate) use verdict::{Verdict, Wish, verdict};
