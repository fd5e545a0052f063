//! `thread/…`: conversations.

mod change;
mod compact;
mod fork;
mod history;
mod keep;
mod list;
mod maybe_empty_id;
mod notification;
mod read;
mod resume;
mod search;
mod settings;
mod start;

pub use change::{
    InjectItemsParams, InjectItemsResponse, RevertParams, RevertResponse, SettingsUpdateParams,
    SettingsUpdateResponse,
};
pub use compact::{CompactStartParams, CompactStartResponse};
pub use fork::{ForkParams, ForkResponse};
pub use history::{ItemEntry, ItemsListParams, ItemsListResponse, TurnsListParams, TurnsListResponse};
pub use keep::{
    ArchiveParams, ArchiveResponse, DeleteParams, DeleteResponse, GitInfoUpdate, MetadataUpdateParams,
    MetadataUpdateResponse, ReadStateOperation, ReadStateUpdateParams, ReadStateUpdateResponse,
    SetNameParams, SetNameResponse, UnarchiveParams, UnarchiveResponse,
};
pub use list::{
    CwdFilter, ListParams, ListResponse, LoadedListParams, LoadedListResponse, SortDirection, SortKey,
    SourceKind,
};
pub use notification::{
    ArchivedNotification, ClosedNotification, CompactedNotification, DeletedNotification,
    GoalClearedNotification, NameUpdatedNotification, ReadStateChangedNotification, RevertedNotification,
    SettingsUpdatedNotification, StartedNotification, StatusChangedNotification,
    TokenUsageUpdatedNotification, UnarchivedNotification,
};
pub use read::{
    ReadParams, ReadResponse, ReadState, UnreadPosition, UnsubscribeParams, UnsubscribeResponse,
    UnsubscribeStatus,
};
pub use resume::{InitialTurnsPage, ResumeParams, ResumeResponse, TurnsPage};
pub use search::{SearchParams, SearchResponse, SearchResult, SearchSortKey};
pub use settings::{
    ActivePermissionProfile, CollaborationMode, CollaborationSettings, EnvironmentParams, ModeKind,
    MultiAgentMode, Personality, ReasoningSummary, Settings,
};
pub use start::{
    CapabilityRoot, CapabilityRootLocation, DynamicTool, DynamicToolSpec, StartParams, StartResponse,
    StartSource,
};
