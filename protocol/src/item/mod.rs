//! The items that a turn is made of.

mod agent;
mod collab;
mod command;
mod file;
mod image;
mod kind;
mod thread_item;
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
pub use kind::ThreadItemKind;
pub use thread_item::ThreadItem;
pub use tool::{
    DynamicToolCallOutputContentItem, DynamicToolCallStatus, FunctionCallOutputBody, McpAppDisplayMode,
    McpAppUi, McpToolCallAppContext, McpToolCallError, McpToolCallResult, McpToolCallStatus,
};
pub use web::WebSearchAction;
