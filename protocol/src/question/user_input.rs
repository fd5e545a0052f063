//! The agent's own questions to the user.

use std::collections::BTreeMap;

use crate::ItemId;

/// The agent's own questions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserInputRequest {
    /// The call that they belong to.
    pub item_id: ItemId,
    /// The questions, in the order to show them in.
    pub questions: Vec<UserInputQuestion>,
    /// Whether the turn waits for the answers.
    pub is_blocking: bool,
}

/// One of the agent's own questions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserInputQuestion {
    /// Its name among them.
    pub id: String,
    /// A heading.
    pub header: String,
    /// The question.
    pub question: String,
    /// The answers to choose from; none where any text will do.
    pub options: Option<Vec<UserInputOption>>,
    /// Whether an answer of the user's own is taken beside the options.
    pub is_other: bool,
    /// Whether the answer must not be shown.
    pub is_secret: bool,
}

/// An answer to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserInputOption {
    /// The answer.
    pub label: String,
    /// What it means.
    pub description: String,
}

/// What the user said to the agent's questions, by their names.
#[derive(Clone, PartialEq, Eq)]
pub struct UserInputAnswers(pub BTreeMap<String, Vec<String>>);

/// A user's words may be a secret, so none of them is shown.
impl std::fmt::Debug for UserInputAnswers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
