//! Questions to the user and to clients, and their answers.

mod ask;
mod elicitation;
mod patch;
mod permissions;
mod tool_call;
mod user_input;

pub use ask::{Answer, Ask, Question, QuestionId, QuestionRequest};
pub use elicitation::{ElicitationAction, ElicitationAnswer, ElicitationMode, ElicitationRequest};
pub use patch::{PatchApproval, PatchDecision};
pub use permissions::{
    AdditionalPermissions, FileSystemAccess, FileSystemPermission, GrantScope, PermissionsApproval,
    PermissionsGrant,
};
pub use tool_call::{DynamicToolCall, DynamicToolResult};
pub use user_input::{UserInputAnswers, UserInputOption, UserInputQuestion, UserInputRequest};
