//! `thread/…`: conversations.

mod compact;
mod fork;
mod list;
mod notification;
mod read;
mod resume;
mod settings;
mod start;

pub use compact::{CompactStartParams, CompactStartResponse};
pub use fork::{ForkParams, ForkResponse};
pub use list::{
    CwdFilter, ListParams, ListResponse, LoadedListParams, LoadedListResponse, SortDirection, SortKey,
    SourceKind,
};
pub use notification::{
    ArchivedNotification, ClosedNotification, CompactedNotification, DeletedNotification,
    NameUpdatedNotification, ReadStateChangedNotification, RevertedNotification, SettingsUpdatedNotification,
    StartedNotification, StatusChangedNotification, TokenUsageUpdatedNotification, UnarchivedNotification,
};
pub use read::{
    ReadParams, ReadResponse, ReadState, UnreadPosition, UnsubscribeParams, UnsubscribeResponse,
    UnsubscribeStatus,
};
pub use resume::{InitialTurnsPage, ResumeParams, ResumeResponse, TurnsPage};
pub use settings::{
    ActivePermissionProfile, CollaborationMode, CollaborationSettings, EnvironmentParams, ModeKind,
    MultiAgentMode, Personality, ReasoningSummary, Settings,
};
pub use start::{
    CapabilityRoot, CapabilityRootLocation, DynamicTool, DynamicToolSpec, StartParams, StartResponse,
    StartSource,
};
