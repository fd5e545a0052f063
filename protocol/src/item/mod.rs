//! The items that a turn is made of.

mod agent;
mod collab;
mod command;
mod file;
mod image;
mod kind;
mod tool;
mod web;

pub use agent::{
    AgentMessageDelivery, AgentMessageDisplay, AgentMessageModeration, AsyncUserInputQuestion,
    HookPromptFragment, MemoryCitation, MemoryCitationEntry,
};
pub use collab::{
    CollabAgentState, CollabAgentStatus, CollabAgentTool, CollabAgentToolCallStatus, SubAgentActivityKind,
};
pub use command::{CommandAction, CommandExecutionSource, CommandExecutionStatus};
pub use file::{FileUpdateChange, PatchApplyStatus, PatchChangeKind};
pub use image::{ImageGenerationFailure, ImageGenerationInputImage, ImageGenerationOutput};
pub use kind::{ThreadItem, ThreadItemKind};
pub use tool::{
    DynamicToolCallOutputContentItem, DynamicToolCallStatus, FunctionCallOutputBody, McpAppDisplayMode,
    McpAppUi, McpToolCallAppContext, McpToolCallError, McpToolCallResult, McpToolCallStatus,
};
pub use web::WebSearchAction;
