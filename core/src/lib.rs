//! The agent itself: threads, submission loops, turns, the model client, tools, the rollout store and configuration.
//!
//! A front end holds an [`Agent`], gives [`Op`](codex_protocol::Op)s to a [`CodexThread`] and reads
//! [`Event`](codex_protocol::Event)s from an [`EventSink`]. Nothing here knows JSON-RPC or a method name.
//! Trace context enters with each submission and is never handled by callers: [`CodexThread::submit`] captures it.

mod agent;
mod approval;
mod config;
mod conversation;
mod exec;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod git;
mod instructions;
mod journal;
mod log_events;
mod metrics;
mod model;
mod patch;
mod regular_file;
mod skills;
mod store;
mod thread;
mod tools;
mod turn;

pub use agent::{
    AccountInfo, Agent, Diagnostics, ForkError, ForkThread, JoinedTurns, JoinedTurnsQuery, ModelInfo,
    ModelsError, ReasoningEffort, ResumeError, ResumeThread, StartError, StartThread, ThreadView,
    TurnsPageQuery,
};
pub use config::{
    Config, ConfigError, ConfigLayer, ConfigOrigin, ConfigSection, ConfigSource, ConfigView, LocalProvider,
    ModelPrice, PermissionProfile, PermissionProfileSummary, PermissionsError, PropagateTrace,
    ProviderConfig, WireApi, secret_on_command_line,
};
pub use exec::sandbox::{private_folder, sandbox_unavailable};
pub use journal::{EventSink, SubscriberId};
pub use skills::{Skill, SkillError, SkillInterface, SkillScope, SkillTool, Skills, list_skills};
pub use store::{
    HistoryEnds, HistoryQuery, ItemEntry, ListError, ListQuery, OpenError, Page, ReadError, SortKey,
    StoreError, ThreadRef,
};
pub use thread::{
    ActiveTurnInfo, CodexThread, InjectError, InterruptError, Joined, MetadataError, ReadStateError,
    ReadView, RevertError, SettingsError, StartTurnError, SteerError, SubmitError, ThreadSnapshot,
    UnarchiveError,
};
