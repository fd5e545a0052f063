//! Everything that an item can be.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

use super::{
    AgentMessageDelivery, AgentMessageModeration, AsyncUserInputQuestion, CollabAgentState, CollabAgentTool,
    CollabAgentToolCallStatus, CommandAction, CommandExecutionSource, CommandExecutionStatus,
    DynamicToolCallOutputContentItem, DynamicToolCallStatus, FileUpdateChange, FunctionCallOutputBody,
    HookPromptFragment, ImageGenerationFailure, ImageGenerationInputImage, ImageGenerationOutput, McpAppUi,
    McpToolCallAppContext, McpToolCallError, McpToolCallResult, McpToolCallStatus, MemoryCitation,
    PatchApplyStatus, SubAgentActivityKind, WebSearchAction,
};
use crate::{ItemId, UserInput};

/// What an item is. The order of the fields is the reference's order on the wire.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ThreadItemKind {
    /// What the user said.
    UserMessage {
        /// The item's id.
        id: ItemId,
        /// The id that the client gave the message.
        client_id: Option<String>,
        /// What was said.
        content: Vec<UserInput>,
    },
    /// What hooks told the agent.
    HookPrompt {
        /// The item's id.
        id: ItemId,
        /// What each hook told it.
        fragments: Vec<HookPromptFragment>,
    },
    /// What the agent said.
    AgentMessage {
        /// What a moderator said of it.
        moderation: Option<AgentMessageModeration>,
        /// The item's id.
        id: ItemId,
        /// What was said so far.
        text: String,
        /// `commentary`, `partial_answer` or `final_answer`, where the model tells.
        phase: Option<String>,
        /// What it drew on from the agent's memory.
        memory_citation: Option<MemoryCitation>,
        /// How it came, unless within the turn's own course.
        delivery: Option<AgentMessageDelivery>,
        /// Questions that the user may answer later.
        questions: Option<Vec<AsyncUserInputQuestion>>,
    },
    /// What a tool gave back that ran outside a turn.
    FunctionCallOutput {
        /// The item's id.
        id: ItemId,
        /// The tool.
        name: String,
        /// The group that the tool belongs to.
        namespace: Option<String>,
        /// What it gave back.
        output: FunctionCallOutputBody,
    },
    /// A plan that the agent proposes.
    Plan {
        /// The item's id.
        id: ItemId,
        /// The plan, in Markdown.
        text: String,
    },
    /// What the agent thought.
    Reasoning {
        /// The item's id.
        id: ItemId,
        /// The parts of the summary.
        #[serde(default)]
        summary: Vec<String>,
        /// The raw text, where the model shows it.
        #[serde(default)]
        content: Vec<String>,
    },
    /// A command.
    CommandExecution {
        /// The item's id.
        id: ItemId,
        /// The plug-in that it comes from.
        plugin_id: Option<String>,
        /// The plug-in's script.
        script_path: Option<String>,
        /// The command, as a shell would take it.
        command: String,
        /// Where it runs.
        cwd: String,
        /// Its process, for `thread/backgroundTerminals`.
        process_id: Option<String>,
        /// Who wanted it.
        #[serde(default)]
        source: CommandExecutionSource,
        /// How it stands.
        status: CommandExecutionStatus,
        /// What its parts do.
        command_actions: Vec<CommandAction>,
        /// Its output and errors together; null while it runs.
        aggregated_output: Option<String>,
        /// Its exit code; null while it runs.
        exit_code: Option<i32>,
        /// Its duration in milliseconds; null while it runs.
        #[ts(type = "number | null")]
        duration_ms: Option<i64>,
    },
    /// A change of files.
    FileChange {
        /// The item's id.
        id: ItemId,
        /// The change of each file.
        changes: Vec<FileUpdateChange>,
        /// How it stands.
        status: PatchApplyStatus,
    },
    /// A call to a tool of an MCP server.
    McpToolCall {
        /// The item's id.
        id: ItemId,
        /// The MCP server.
        server: String,
        /// The tool.
        tool: String,
        /// How it stands.
        status: McpToolCallStatus,
        /// The arguments.
        #[ts(type = "unknown")]
        arguments: Value,
        /// Which app it belongs to.
        app_context: Option<Box<McpToolCallAppContext>>,
        /// How the app wants to be shown.
        mcp_app_ui: Option<Box<McpAppUi>>,
        /// The app's page, in the old place.
        mcp_app_resource_uri: Option<String>,
        /// The plug-in that the server comes from.
        plugin_id: Option<String>,
        /// Whether the tool says that it changes nothing.
        read_only_hint: Option<bool>,
        /// What it gave back.
        result: Option<Box<McpToolCallResult>>,
        /// Why it failed.
        error: Option<McpToolCallError>,
        /// Its duration in milliseconds.
        #[ts(type = "number | null")]
        duration_ms: Option<i64>,
    },
    /// A call to a tool that the client runs.
    DynamicToolCall {
        /// The item's id.
        id: ItemId,
        /// The group that the tool belongs to.
        namespace: Option<String>,
        /// The tool.
        tool: String,
        /// The arguments.
        #[ts(type = "unknown")]
        arguments: Value,
        /// How it stands.
        status: DynamicToolCallStatus,
        /// What it gave back.
        content_items: Option<Vec<DynamicToolCallOutputContentItem>>,
        /// Whether the client says that it went well.
        success: Option<bool>,
        /// Its duration in milliseconds.
        #[ts(type = "number | null")]
        duration_ms: Option<i64>,
    },
    /// A call of one agent to others.
    CollabAgentToolCall {
        /// The item's id.
        id: ItemId,
        /// What it asks.
        tool: CollabAgentTool,
        /// How it stands.
        status: CollabAgentToolCallStatus,
        /// The thread of the agent that asks.
        sender_thread_id: String,
        /// The threads of the agents that are asked.
        receiver_thread_ids: Vec<String>,
        /// What they are told.
        prompt: Option<String>,
        /// The model for a new agent.
        model: Option<String>,
        /// The reasoning effort for a new agent.
        reasoning_effort: Option<String>,
        /// How they stand, by thread id.
        agents_states: BTreeMap<String, CollabAgentState>,
    },
    /// What an agent that was called did.
    SubAgentActivity {
        /// The item's id.
        id: ItemId,
        /// What it did.
        kind: SubAgentActivityKind,
        /// The agent's thread.
        agent_thread_id: String,
        /// The agent's place among the agents.
        agent_path: String,
        /// Its model.
        model: Option<String>,
        /// Its reasoning effort.
        reasoning_effort: Option<String>,
    },
    /// A search of the web.
    WebSearch {
        /// The item's id.
        id: ItemId,
        /// What the model looks for.
        query: String,
        /// What it does.
        action: Option<WebSearchAction>,
        /// What was found.
        #[ts(type = "Array<unknown> | null")]
        results: Option<Vec<Value>>,
    },
    /// An image that the agent looked at.
    ImageView {
        /// The item's id.
        id: ItemId,
        /// The file.
        path: String,
    },
    /// A pause.
    Sleep {
        /// The item's id.
        id: ItemId,
        /// How long, in milliseconds.
        #[ts(type = "number")]
        duration_ms: u64,
    },
    /// An image that the model made.
    ImageGeneration {
        /// The item's id.
        id: ItemId,
        /// How it stands, in the provider's words.
        status: String,
        /// What the model made of the prompt.
        revised_prompt: Option<String>,
        /// The image.
        #[serde(flatten)]
        output: ImageGenerationOutput,
        /// Where it was saved; left out where it was not.
        #[serde(skip_serializing_if = "Option::is_none")]
        saved_path: Option<String>,
        /// The provider's id for the image.
        generation_id: Option<String>,
        /// The images it was made from.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        input_images: Vec<ImageGenerationInputImage>,
        /// Whether it has a transparent background.
        transparent_background: Option<bool>,
        /// Why there is none.
        failure: Option<ImageGenerationFailure>,
    },
    /// A review begins here.
    EnteredReviewMode {
        /// The item's id.
        id: ItemId,
        /// What is reviewed.
        review: String,
    },
    /// A review ends here.
    ExitedReviewMode {
        /// The item's id.
        id: ItemId,
        /// What it found.
        review: String,
    },
    /// The history was compacted here.
    ContextCompaction {
        /// The item's id.
        id: ItemId,
    },
}
