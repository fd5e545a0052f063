//! The tables: the only lists of methods and notifications in the workspace.
//!
//! A row reads `Marker = "wire/name" (params type) -> response type, lane;`, and its doc comment becomes the method's
//! paragraph in `docs/methods.md`. Feed a table to any macro that takes these rows. Where the response names a thread or
//! a turn that the params cannot name, `, names thread` or `, names turn` stands behind the lane.

use serde::{Deserialize, Serialize};

use crate::{
    account, approval, apps, background_terminal, collaboration_mode, config, config_requirements,
    elicitation, environment, experimental_feature, goal, hooks, initialize, item, mcp_server, model,
    model_provider, notice, permission_profile, permissions, plugins, realtime, review, server,
    server_request, skills, thread, tool, turn,
};

/// Feeds every request of a client to the macro `$then`.
///
/// The lane is `concurrent`, or what calls are ordered by: `thread`, `process`, `search`, `watch`, `config`, `account`.
#[macro_export]
macro_rules! request_table {
    ($then:ident) => {
        $then! {
            /// Introduces client and server to each other. The first request of every connection; all others wait for it.
            Initialize = "initialize" (initialize::Params) -> initialize::Response, concurrent;
            /// Starts a thread and subscribes the connection to it.
            ThreadStart = "thread/start" (thread::StartParams) -> thread::StartResponse, concurrent, names thread;
            /// Loads a stored thread, or joins a loaded one, and subscribes the connection to it.
            ThreadResume = "thread/resume" (thread::ResumeParams) -> thread::ResumeResponse, thread, names thread;
            /// Copies a thread up to one of its turns, and subscribes the connection to the copy.
            ThreadFork = "thread/fork" (thread::ForkParams) -> thread::ForkResponse, thread, names thread;
            /// Ends the connection's subscription to a thread. The thread and its turn go on.
            ThreadUnsubscribe = "thread/unsubscribe" (thread::UnsubscribeParams) -> thread::UnsubscribeResponse, thread;
            /// Lists stored threads, page by page.
            ThreadList = "thread/list" (thread::ListParams) -> thread::ListResponse, concurrent;
            /// Lists the threads that are in memory.
            ThreadLoadedList = "thread/loaded/list" (thread::LoadedListParams) -> thread::LoadedListResponse, concurrent;
            /// Reads a thread without loading it.
            ThreadRead = "thread/read" (thread::ReadParams) -> thread::ReadResponse, thread;
            /// Lists the turns of a thread, page by page from either end.
            ThreadTurnsList = "thread/turns/list" (thread::TurnsListParams) -> thread::TurnsListResponse, thread;
            /// Lists the items of a thread or of one of its turns, page by page from either end.
            ThreadItemsList = "thread/items/list" (thread::ItemsListParams) -> thread::ItemsListResponse, thread;
            /// Looks for words in the names and messages of threads.
            ThreadSearch = "thread/search" (thread::SearchParams) -> thread::SearchResponse, concurrent;
            /// Gives a thread a name.
            ThreadNameSet = "thread/name/set" (thread::SetNameParams) -> thread::SetNameResponse, thread;
            /// Changes what is known about a thread.
            ThreadMetadataUpdate = "thread/metadata/update" (thread::MetadataUpdateParams) -> thread::MetadataUpdateResponse, thread;
            /// Changes a thread's settings from its next turn on.
            ThreadSettingsUpdate = "thread/settings/update" (thread::SettingsUpdateParams) -> thread::SettingsUpdateResponse, thread;
            /// Notes what the user has read of a thread.
            ThreadReadStateUpdate = "thread/readState/update" (thread::ReadStateUpdateParams) -> thread::ReadStateUpdateResponse, thread;
            /// Puts a thread away. A loaded one is ended first.
            ThreadArchive = "thread/archive" (thread::ArchiveParams) -> thread::ArchiveResponse, thread;
            /// Brings a thread back from the archive.
            ThreadUnarchive = "thread/unarchive" (thread::UnarchiveParams) -> thread::UnarchiveResponse, thread;
            /// Deletes a thread for good. A loaded one is ended first.
            ThreadDelete = "thread/delete" (thread::DeleteParams) -> thread::DeleteResponse, thread;
            /// Takes back a turn and every one after it.
            ThreadRevert = "thread/revert" (thread::RevertParams) -> thread::RevertResponse, thread;
            /// Lets the model see items that no turn brought.
            ThreadInjectItems = "thread/inject_items" (thread::InjectItemsParams) -> thread::InjectItemsResponse, thread;
            /// Replaces the older part of a thread's history by a summary, in a turn of its own.
            ThreadCompactStart = "thread/compact/start" (thread::CompactStartParams) -> thread::CompactStartResponse, thread;
            /// Starts a turn with the user's input. The answer comes at once, the turn's course as notifications.
            TurnStart = "turn/start" (turn::StartParams) -> turn::StartResponse, thread, names turn;
            /// Adds input to the running turn.
            TurnSteer = "turn/steer" (turn::SteerParams) -> turn::SteerResponse, thread;
            /// Ends the running turn.
            TurnInterrupt = "turn/interrupt" (turn::InterruptParams) -> turn::InterruptResponse, thread;
            /// Starts a code review, in a turn of its own.
            ReviewStart = "review/start" (review::StartParams) -> review::StartResponse, thread;
            /// Lists the models that a thread can use, page by page.
            ModelList = "model/list" (model::ListParams) -> model::ListResponse, concurrent;
            /// Reads the configuration in force, and where each setting comes from.
            ConfigRead = "config/read" (config::ReadParams) -> config::ReadResponse, config;
            /// Lists the skills of each working directory.
            SkillsList = "skills/list" (skills::ListParams) -> skills::ListResponse, config;
            /// Lists the services that the user connected, page by page.
            AppList = "app/list" (apps::ListParams) -> apps::ListResponse, concurrent;
            /// Opens a realtime session in a thread.
            ThreadRealtimeStart = "thread/realtime/start" (realtime::StartParams) -> realtime::StartResponse, thread;
            /// Hands audio to the realtime session.
            ThreadRealtimeAppendAudio = "thread/realtime/appendAudio" (realtime::AppendAudioParams) -> realtime::AppendAudioResponse, thread;
            /// Hands text to the realtime session.
            ThreadRealtimeAppendText = "thread/realtime/appendText" (realtime::AppendTextParams) -> realtime::AppendTextResponse, thread;
            /// Ends the realtime session.
            ThreadRealtimeStop = "thread/realtime/stop" (realtime::StopParams) -> realtime::StopResponse, thread;
            /// Reads who is logged in.
            AccountRead = "account/read" (account::ReadParams) -> account::ReadResponse, account;
            /// Reads what a thread works towards.
            ThreadGoalGet = "thread/goal/get" (goal::GetParams) -> goal::GetResponse, thread;
            /// Lists the commands of a thread that go on after their turns, page by page.
            ThreadBackgroundTerminalsList = "thread/backgroundTerminals/list" (background_terminal::ListParams) -> background_terminal::ListResponse, thread;
            /// Reads how much of the quota is left. Only an account of the vendor has one.
            AccountRateLimitsRead = "account/rateLimits/read" (account::RateLimitsReadParams) -> account::RateLimitsReadResponse, account;
            /// Reads how many tokens the account used. Only an account of the vendor is counted.
            AccountUsageRead = "account/usage/read" (account::UsageReadParams) -> account::UsageReadResponse, account;
            /// Says whether Amazon Bedrock is used in a region of the government's, and whether it is set up for that.
            AccountBedrockCheckGovCloudRequirements = "account/bedrock/checkGovCloudRequirements" (account::BedrockCheckParams) -> account::BedrockCheckResponse, account;
            /// Reads what whoever manages the machine allows.
            ConfigRequirementsRead = "configRequirements/read" (config_requirements::ReadParams) -> config_requirements::ReadResponse, config;
            /// Lists the modes that a turn can be started in.
            CollaborationModeList = "collaborationMode/list" (collaboration_mode::ListParams) -> collaboration_mode::ListResponse, concurrent;
            /// Lists the hooks of each working directory.
            HooksList = "hooks/list" (hooks::ListParams) -> hooks::ListResponse, config;
            /// Lists the plug-ins that are installed.
            PluginInstalled = "plugin/installed" (plugins::InstalledParams) -> plugins::InstalledResponse, concurrent;
            /// Lists the plug-ins that can be installed.
            PluginList = "plugin/list" (plugins::ListParams) -> plugins::ListResponse, concurrent;
            /// Lists the features that can be switched on before they are finished, page by page.
            ExperimentalFeatureList = "experimentalFeature/list" (experimental_feature::ListParams) -> experimental_feature::ListResponse, config;
            /// Switches such features on and off until the server ends.
            ExperimentalFeatureEnablementSet = "experimentalFeature/enablement/set" (experimental_feature::EnablementSetParams) -> experimental_feature::EnablementSetResponse, config;
            /// Lists the names for what commands may do, page by page.
            PermissionProfileList = "permissionProfile/list" (permission_profile::ListParams) -> permission_profile::ListResponse, config;
            /// Lists the providers of models.
            ModelProviderList = "modelProvider/list" (model_provider::ListParams) -> model_provider::ListResponse, config;
            /// Reads what the configured provider does beside answering.
            ModelProviderCapabilitiesRead = "modelProvider/capabilities/read" (model_provider::CapabilitiesReadParams) -> model_provider::CapabilitiesReadResponse, config;
            /// Lists the MCP servers and what they offer, page by page.
            McpServerStatusList = "mcpServerStatus/list" (mcp_server::ListParams) -> mcp_server::ListResponse, concurrent;
            /// Tells what the server is doing: counts, queues, running turns with their traces, and what became of its telemetry.
            ServerDiagnostics = "server/diagnostics" (server::DiagnosticsParams) -> server::DiagnosticsResponse, concurrent;
            /// Reads about the machine that commands run on.
            EnvironmentInfo = "environment/info" (environment::InfoParams) -> environment::InfoResponse, concurrent;
        }
    };
}

/// Feeds every notification of a client to the macro `$then`.
#[macro_export]
macro_rules! notification_table {
    ($then:ident) => {
        $then! {
            /// The client is ready for notifications.
            Initialized = "initialized" (initialize::Initialized);
        }
    };
}

/// Feeds every request of the server to the macro `$then`.
#[macro_export]
macro_rules! server_request_table {
    ($then:ident) => {
        $then! {
            /// Asks whether a command may run. Every client that follows the thread is asked; the first valid answer counts.
            ItemCommandExecutionRequestApproval = "item/commandExecution/requestApproval" (approval::CommandApprovalParams) -> approval::CommandApprovalResponse;
            /// Asks whether files may be changed. Asked and answered as a command is.
            ItemFileChangeRequestApproval = "item/fileChange/requestApproval" (approval::FileChangeApprovalParams) -> approval::FileChangeApprovalResponse;
            /// Asks whether the agent may have more permissions. Asked and answered as a command is.
            ItemPermissionsRequestApproval = "item/permissions/requestApproval" (permissions::RequestApprovalParams) -> permissions::RequestApprovalResponse;
            /// Asks the user what the agent wants to know. Asked and answered as a command is.
            ItemToolRequestUserInput = "item/tool/requestUserInput" (tool::RequestUserInputParams) -> tool::RequestUserInputResponse;
            /// Calls a tool that clients have. Every client that follows the thread is called; the first valid answer counts.
            ItemToolCall = "item/tool/call" (tool::CallParams) -> tool::CallResponse;
            /// Asks the user what an MCP server wants to know. Asked and answered as a command is.
            McpServerElicitationRequest = "mcpServer/elicitation/request" (elicitation::RequestParams) -> elicitation::RequestResponse;
            /// Asks the client for its time.
            CurrentTimeRead = "currentTime/read" (server_request::CurrentTimeReadParams) -> server_request::CurrentTimeReadResponse;
        }
    };
}

/// Feeds every notification of the server to the macro `$then`.
#[macro_export]
macro_rules! server_notification_table {
    ($then:ident) => {
        $then! {
            /// Something went wrong in a turn.
            Error = "error" (notice::ErrorNotification);
            /// Something that the user should know and that stops nothing.
            Warning = "warning" (notice::WarningNotification);
            /// Something in use will go away.
            DeprecationNotice = "deprecationNotice" (notice::DeprecationNoticeNotification);
            /// A configuration file has something that is ignored.
            ConfigWarning = "configWarning" (notice::ConfigWarningNotification);
            /// A thread is loaded.
            ThreadStarted = "thread/started" (thread::StartedNotification);
            /// A thread became idle, active or broken.
            ThreadStatusChanged = "thread/status/changed" (thread::StatusChangedNotification);
            /// What the user has read of a thread changed.
            ThreadReadStateChanged = "thread/readState/changed" (thread::ReadStateChangedNotification);
            /// A thread was archived.
            ThreadArchived = "thread/archived" (thread::ArchivedNotification);
            /// A thread came back from the archive.
            ThreadUnarchived = "thread/unarchived" (thread::UnarchivedNotification);
            /// A thread was deleted.
            ThreadDeleted = "thread/deleted" (thread::DeletedNotification);
            /// A thread is no longer loaded.
            ThreadClosed = "thread/closed" (thread::ClosedNotification);
            /// A thread has no goal.
            ThreadGoalCleared = "thread/goal/cleared" (thread::GoalClearedNotification);
            /// The last turns of a thread were taken back.
            ThreadReverted = "thread/reverted" (thread::RevertedNotification);
            /// A thread got another name, or lost it.
            ThreadNameUpdated = "thread/name/updated" (thread::NameUpdatedNotification);
            /// A thread's settings changed.
            ThreadSettingsUpdated = "thread/settings/updated" (thread::SettingsUpdatedNotification);
            /// A thread used more tokens.
            ThreadTokenUsageUpdated = "thread/tokenUsage/updated" (thread::TokenUsageUpdatedNotification);
            /// A thread's history was compacted.
            ThreadCompacted = "thread/compacted" (thread::CompactedNotification);
            /// A turn began.
            TurnStarted = "turn/started" (turn::StartedNotification);
            /// A turn ended: completed, interrupted or failed.
            TurnCompleted = "turn/completed" (turn::CompletedNotification);
            /// The agent set or changed its plan.
            TurnPlanUpdated = "turn/plan/updated" (turn::PlanUpdatedNotification);
            /// A turn changed files.
            TurnDiffUpdated = "turn/diff/updated" (turn::DiffUpdatedNotification);
            /// An item began.
            ItemStarted = "item/started" (item::StartedNotification);
            /// An item reached its final form.
            ItemCompleted = "item/completed" (item::CompletedNotification);
            /// An agent's message grows.
            ItemAgentMessageDelta = "item/agentMessage/delta" (item::AgentMessageDeltaNotification);
            /// A proposed plan grows.
            ItemPlanDelta = "item/plan/delta" (item::PlanDeltaNotification);
            /// A part of a reasoning summary grows.
            ItemReasoningSummaryTextDelta = "item/reasoning/summaryTextDelta" (item::ReasoningSummaryTextDeltaNotification);
            /// A new part of a reasoning summary begins.
            ItemReasoningSummaryPartAdded = "item/reasoning/summaryPartAdded" (item::ReasoningSummaryPartAddedNotification);
            /// Raw reasoning text grows.
            ItemReasoningTextDelta = "item/reasoning/textDelta" (item::ReasoningTextDeltaNotification);
            /// A command's output grows.
            ItemCommandExecutionOutputDelta = "item/commandExecution/outputDelta" (item::CommandOutputDeltaNotification);
            /// Somebody typed into a command's terminal.
            ItemCommandExecutionTerminalInteraction = "item/commandExecution/terminalInteraction" (item::TerminalInteractionNotification);
            /// A file change's output grows.
            ItemFileChangeOutputDelta = "item/fileChange/outputDelta" (item::FileChangeOutputDeltaNotification);
            /// A file change got another content before it was made.
            ItemFileChangePatchUpdated = "item/fileChange/patchUpdated" (item::FileChangePatchUpdatedNotification);
            /// A call to an MCP server tells how far it is.
            ItemMcpToolCallProgress = "item/mcpToolCall/progress" (item::McpToolCallProgressNotification);
            /// A request of the server no longer needs an answer.
            ServerRequestResolved = "serverRequest/resolved" (server_request::ResolvedNotification);
            /// The provider answered with another model than the one asked for.
            ModelRerouted = "model/rerouted" (model::ReroutedNotification);
            /// A skill was added, changed or removed.
            SkillsChanged = "skills/changed" (skills::ChangedNotification);
            /// The apps changed.
            AppListUpdated = "app/list/updated" (apps::ListUpdatedNotification);
            /// A realtime session is open.
            ThreadRealtimeStarted = "thread/realtime/started" (realtime::StartedNotification);
            /// The provider added something to a realtime conversation.
            ThreadRealtimeItemAdded = "thread/realtime/itemAdded" (realtime::ItemAddedNotification);
            /// An item of a realtime timeline began.
            ThreadRealtimeItemStarted = "thread/realtime/item/started" (realtime::ItemStartedNotification);
            /// The transcript of such an item grows.
            ThreadRealtimeItemTranscriptDelta = "thread/realtime/item/transcript/delta" (realtime::ItemTranscriptDeltaNotification);
            /// An item of a realtime timeline reached its final form.
            ThreadRealtimeItemCompleted = "thread/realtime/item/completed" (realtime::ItemCompletedNotification);
            /// The transcript of a realtime session grows.
            ThreadRealtimeTranscriptDelta = "thread/realtime/transcript/delta" (realtime::TranscriptDeltaNotification);
            /// Somebody has spoken in a realtime session.
            ThreadRealtimeTranscriptDone = "thread/realtime/transcript/done" (realtime::TranscriptDoneNotification);
            /// More of the model's voice.
            ThreadRealtimeOutputAudioDelta = "thread/realtime/outputAudio/delta" (realtime::OutputAudioDeltaNotification);
            /// The provider's side of a WebRTC session.
            ThreadRealtimeSdp = "thread/realtime/sdp" (realtime::SdpNotification);
            /// A realtime session broke, or something in it did.
            ThreadRealtimeError = "thread/realtime/error" (realtime::ErrorNotification);
            /// A realtime session is closed.
            ThreadRealtimeClosed = "thread/realtime/closed" (realtime::ClosedNotification);
            /// Somebody logged in or out.
            AccountUpdated = "account/updated" (account::UpdatedNotification);
            /// The provider told how much of the quota is left.
            AccountRateLimitsUpdated = "account/rateLimits/updated" (account::RateLimitsUpdatedNotification);
        }
    };
}

request_table!(declare_requests);
notification_table!(declare_notifications);
server_request_table!(declare_server_requests);
server_notification_table!(declare_server_notifications);
