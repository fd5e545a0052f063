//! A question and its answer: one pair of enums for every kind.

use super::{
    DynamicToolCall, DynamicToolResult, ElicitationAnswer, ElicitationRequest, PatchApproval, PatchDecision,
    PermissionsApproval, PermissionsGrant, UserInputAnswers, UserInputRequest,
};
use crate::{CommandApproval, CommandDecision, ThreadActiveFlag, TurnId};

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
    /// What does a client's tool give back?
    ToolCall(DynamicToolCall),
    /// What does the user say to an MCP server?
    Elicitation(ElicitationRequest),
}

impl QuestionRequest {
    /// What a turn that waits for the answer waits for, as those who follow the thread are told. A client's tool is work
    /// like that of any tool.
    pub const fn waits_for(&self) -> Option<ThreadActiveFlag> {
        match self {
            Self::Command(_) | Self::Patch(_) | Self::Permissions(_) | Self::Elicitation(_) => {
                Some(ThreadActiveFlag::WaitingOnApproval)
            }
            Self::UserInput(_) => Some(ThreadActiveFlag::WaitingOnUserInput),
            Self::ToolCall(_) => None,
        }
    }
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
    /// To [`QuestionRequest::ToolCall`].
    ToolCall(DynamicToolResult),
    /// To [`QuestionRequest::Elicitation`].
    Elicitation(ElicitationAnswer),
}

/// A kind of question, with the type of its answer.
pub trait Ask: Into<QuestionRequest> {
    /// The answer to it.
    type Answer: Into<Answer>;

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

            impl From<$answer> for Answer {
                fn from(answer: $answer) -> Self {
                    Self::$kind(answer)
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
    ToolCall: DynamicToolCall => DynamicToolResult;
    Elicitation: ElicitationRequest => ElicitationAnswer;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ElicitationAction, ItemId};

    #[test]
    fn a_question_takes_an_answer_of_its_own_kind_alone() {
        let patch = QuestionRequest::from(PatchApproval {
            item_id: ItemId::from("call"),
            reason: None,
            grant_root: None,
        });
        assert!(patch.takes(&Answer::Patch(PatchDecision::Accept)));
        assert!(!patch.takes(&Answer::Command(CommandDecision::Accept)));
        assert_eq!(PatchApproval::answer(Answer::Patch(PatchDecision::Cancel)), Some(PatchDecision::Cancel));
        assert_eq!(PatchApproval::answer(Answer::Command(CommandDecision::Cancel)), None);
    }

    #[test]
    fn what_the_user_wrote_is_not_shown() {
        let answers = UserInputAnswers([("token".to_owned(), vec!["canary".to_owned()])].into());
        let (content, meta) = (Some("canary".into()), Some("canary".into()));
        let answer = ElicitationAnswer { action: ElicitationAction::Accept, content, meta };
        assert_eq!(
            format!("{answers:?} {answer:?}"),
            r#"{"token"} ElicitationAnswer { action: Accept, .. }"#
        );
    }
}
