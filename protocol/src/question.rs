//! Questions to the user, and their answers: one pair of enums for every kind.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{CommandApproval, CommandDecision, ItemId, TurnId};

/// A question to the user. Unique in the process, so that whoever hands it on needs no number of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct QuestionId(pub i64);

/// A question to the user, and what it belongs to.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// The question.
    pub id: QuestionId,
    /// The turn that waits for the answer.
    pub turn_id: TurnId,
    /// The item that it is about; none where it is about no item.
    pub item_id: Option<ItemId>,
    /// Since when the turn waits, in Unix milliseconds.
    pub started_at_ms: i64,
    /// What is asked.
    pub request: QuestionRequest,
}

/// What can be asked.
#[derive(Clone, Debug, PartialEq)]
pub enum QuestionRequest {
    /// May this command run?
    Command(CommandApproval),
    /// May these files be changed?
    Patch(PatchApproval),
    /// May the agent have more permissions?
    Permissions(PermissionsApproval),
    /// What does the user say to the agent's own questions?
    UserInput(UserInputRequest),
    /// What does the user say to an MCP server?
    Elicitation(ElicitationRequest),
}

/// What can be answered: to each kind of question its own.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// To [`QuestionRequest::Command`].
    Command(CommandDecision),
    /// To [`QuestionRequest::Patch`].
    Patch(PatchDecision),
    /// To [`QuestionRequest::Permissions`].
    Permissions(PermissionsGrant),
    /// To [`QuestionRequest::UserInput`].
    UserInput(UserInputAnswers),
    /// To [`QuestionRequest::Elicitation`].
    Elicitation(ElicitationAnswer),
}

/// A kind of question, with the type of its answer.
pub trait Ask: Into<QuestionRequest> {
    /// The answer to it.
    type Answer;

    /// The answer, if it is one to this kind of question.
    fn answer(answer: Answer) -> Option<Self::Answer>;
}

macro_rules! asks {
    ($($kind:ident: $request:ty => $answer:ty;)*) => {
        $(
            impl From<$request> for QuestionRequest {
                fn from(request: $request) -> Self {
                    Self::$kind(request)
                }
            }

            impl Ask for $request {
                type Answer = $answer;

                fn answer(answer: Answer) -> Option<Self::Answer> {
                    match answer {
                        Answer::$kind(answer) => Some(answer),
                        _ => None,
                    }
                }
            }
        )*

        impl QuestionRequest {
            /// Whether this is an answer to it.
            pub const fn takes(&self, answer: &Answer) -> bool {
                matches!((self, answer), $((Self::$kind(_), Answer::$kind(_)))|*)
            }
        }
    };
}

asks! {
    Command: CommandApproval => CommandDecision;
    Patch: PatchApproval => PatchDecision;
    Permissions: PermissionsApproval => PermissionsGrant;
    UserInput: UserInputRequest => UserInputAnswers;
    Elicitation: ElicitationRequest => ElicitationAnswer;
}

/// May these files be changed? The changes stand on the item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatchApproval {
    /// Why the agent wants what is not allowed without asking.
    pub reason: Option<String>,
    /// The folder that may be written to for as long as the thread is loaded, where that is asked for.
    pub grant_root: Option<String>,
}

/// An answer to the question whether files may be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PatchDecision {
    /// They may, this time.
    Accept,
    /// They may, and so may the same files again for as long as the thread is loaded.
    AcceptForSession,
    /// They may not. The turn goes on without it.
    Decline,
    /// They may not, and the turn ends.
    Cancel,
}

/// May the agent have more permissions?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PermissionsApproval {
    /// Where they would hold.
    pub cwd: String,
    /// Which ones.
    pub permissions: AdditionalPermissions,
    /// Why.
    pub reason: Option<String>,
}

/// Permissions beside those of the sandbox.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AdditionalPermissions {
    /// Paths, and what may be done there.
    pub file_system: Vec<FileSystemPermission>,
    /// Whether the network may be used; none where that is not asked for.
    pub network: Option<bool>,
}

/// A path, and what may be done there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileSystemPermission {
    /// The path.
    pub path: String,
    /// What may be done.
    pub access: FileSystemAccess,
}

/// What may be done with a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileSystemAccess {
    /// Read it.
    Read,
    /// Read and write it.
    Write,
    /// Neither.
    Deny,
}

/// The permissions that the user gave. None of them is a refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PermissionsGrant {
    /// Which ones.
    pub permissions: AdditionalPermissions,
    /// For how long.
    pub scope: GrantScope,
    /// Whether every further command of the turn is to be reviewed.
    pub strict_auto_review: bool,
}

/// For how long something is allowed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GrantScope {
    /// For the rest of the turn.
    #[default]
    Turn,
    /// For as long as the thread is loaded.
    Session,
}

/// The agent's own questions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserInputRequest {
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

/// A question of an MCP server.
#[derive(Clone, Debug, PartialEq)]
pub struct ElicitationRequest {
    /// The server.
    pub server_name: String,
    /// What it says.
    pub message: String,
    /// How it is answered.
    pub mode: ElicitationMode,
    /// What the server sent beside it.
    pub meta: Option<Value>,
}

/// How a question of an MCP server is answered.
#[derive(Clone, Debug, PartialEq)]
pub enum ElicitationMode {
    /// By filling in a form.
    Form {
        /// JSON schema of the answer.
        requested_schema: Value,
    },
    /// On a web page.
    Url {
        /// The server's own id of the question.
        elicitation_id: String,
        /// The page.
        url: String,
    },
}

/// An answer to a question of an MCP server.
#[derive(Clone, PartialEq)]
pub enum ElicitationAnswer {
    /// This.
    Accept {
        /// What was filled in.
        content: Option<Value>,
    },
    /// No.
    Decline,
    /// Nothing: the user went away from it.
    Cancel,
}

/// A user's words may be a secret, so none of them is shown.
impl std::fmt::Debug for UserInputAnswers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// A user's words may be a secret, so none of them is shown.
impl std::fmt::Debug for ElicitationAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Accept { .. } => "Accept",
            Self::Decline => "Decline",
            Self::Cancel => "Cancel",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_takes_an_answer_of_its_own_kind_alone() {
        let patch = QuestionRequest::from(PatchApproval { reason: None, grant_root: None });
        assert!(patch.takes(&Answer::Patch(PatchDecision::Accept)));
        assert!(!patch.takes(&Answer::Command(CommandDecision::Accept)));
        assert_eq!(PatchApproval::answer(Answer::Patch(PatchDecision::Cancel)), Some(PatchDecision::Cancel));
        assert_eq!(PatchApproval::answer(Answer::Command(CommandDecision::Cancel)), None);
    }

    #[test]
    fn what_the_user_wrote_is_not_shown() {
        let answers = UserInputAnswers([("token".to_owned(), vec!["canary".to_owned()])].into());
        let content = Some(Value::String("canary".to_owned()));
        let shown = format!("{answers:?} {:?}", ElicitationAnswer::Accept { content });
        assert_eq!(shown, r#"{"token"} Accept"#);
    }
}
