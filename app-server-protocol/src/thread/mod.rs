//! `thread/…`: conversations.

mod archive;
mod compact;
mod fork;
mod history;
mod inject_items;
mod list;
mod maybe_empty_id;
mod metadata;
mod notification;
mod read;
mod resume;
mod revert;
mod search;
mod settings;
mod settings_update;
mod start;

pub use archive::{
    ArchiveParams, ArchiveResponse, DeleteParams, DeleteResponse, UnarchiveParams, UnarchiveResponse,
};
pub use compact::{CompactStartParams, CompactStartResponse};
pub use fork::{ForkParams, ForkResponse};
pub use history::{ItemEntry, ItemsListParams, ItemsListResponse, TurnsListParams, TurnsListResponse};
pub use inject_items::{InjectItemsParams, InjectItemsResponse};
pub use list::{
    CwdFilter, ListParams, ListResponse, LoadedListParams, LoadedListResponse, SortDirection, SortKey,
    SourceKind,
};
pub use metadata::{
    GitInfoUpdate, MetadataUpdateParams, MetadataUpdateResponse, ReadStateOperation, ReadStateUpdateParams,
    ReadStateUpdateResponse, SetNameParams, SetNameResponse,
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
pub use revert::{RevertParams, RevertResponse};
pub use search::{SearchParams, SearchResponse, SearchResult, SearchSortKey};
pub use settings::{
    CollaborationMode, CollaborationSettings, EnvironmentParams, ModeKind, MultiAgentMode, Personality,
    ReasoningSummary, Settings,
};
pub use settings_update::{SettingsUpdateParams, SettingsUpdateResponse};
pub use start::{
    CapabilityRoot, CapabilityRootLocation, DynamicTool, DynamicToolSpec, StartParams, StartResponse,
    StartSource,
};
