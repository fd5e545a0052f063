//! Plain data that every crate of the workspace shares.
//!
//! Nothing here does I/O, waits, or knows JSON-RPC. Types that reach a client serialize exactly as the codex
//! app-server protocol v2 spells them, so that the same value goes to the wire and to the rollout.

mod approval;
mod clock;
mod event;
mod ids;
mod input;
mod item;
mod policy;
mod question;
mod settings;
mod submission;
mod thread;
mod trace;
mod turn;
mod usage;

pub use approval::{CommandApproval, CommandDecision};
pub use clock::now_ms;
pub use event::{Delta, Event, EventMsg};
pub use ids::{IdError, ItemId, SubmissionId, ThreadId, TurnId};
pub use input::{ImageDetail, MediaSource, TextElement, TextRange, UserInput};
pub use item::{
    AgentMessageDelivery, AgentMessageDisplay, AgentMessageModeration, AsyncUserInputQuestion,
    CollabAgentState, CollabAgentStatus, CollabAgentTool, CollabAgentToolCallStatus, CommandAction,
    CommandExecutionSource, CommandExecutionStatus, DynamicToolCallOutputContentItem, DynamicToolCallStatus,
    FileUpdateChange, FunctionCallOutputBody, HookPromptFragment, ImageGenerationFailure,
    ImageGenerationInputImage, ImageGenerationOutput, McpAppDisplayMode, McpAppUi, McpToolCallAppContext,
    McpToolCallError, McpToolCallResult, McpToolCallStatus, MemoryCitation, MemoryCitationEntry,
    PatchApplyStatus, PatchChangeKind, SubAgentActivityKind, ThreadItem, ThreadItemKind, WebSearchAction,
};
pub use policy::{
    ApprovalPolicy, ApprovalsReviewer, GranularApproval, NetworkAccess, SandboxMode, SandboxPolicy,
};
pub use question::{
    AdditionalPermissions, Answer, Ask, DynamicToolCall, DynamicToolResult, ElicitationAction,
    ElicitationAnswer, ElicitationMode, ElicitationRequest, FileSystemAccess, FileSystemPermission,
    GrantScope, PatchApproval, PatchDecision, PermissionsApproval, PermissionsGrant, Question, QuestionId,
    QuestionRequest, UserInputAnswers, UserInputOption, UserInputQuestion, UserInputRequest,
};
pub use settings::{ActivePermissionProfile, SandboxChoice, SettingsChange, ThreadSettings};
pub use submission::{GitChange, Op, ReadChange, Submission, TurnKind, UserTurn};
pub use thread::{
    GitInfo, HistoryMode, SessionSource, SubAgentSource, SubAgentSpawn, Thread, ThreadActiveFlag,
    ThreadEnvironment, ThreadSection, ThreadSectionAppearance, ThreadStatus,
};
pub use trace::W3cTraceContext;
pub use turn::{
    CodexErrorInfo, ItemsView, NonSteerableTurnKind, PlanStep, PlanStepStatus, Turn, TurnError, TurnStatus,
};
pub use usage::{ThreadTokenUsage, TokenUsage};
