//! What is kept beside the turns of a thread: `thread/name/set`, `thread/metadata/update`, `thread/readState/update`.

use codex_protocol::{Thread, ThreadId};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use ts_rs::TS;

use super::ReadState;

/// A thread, and its new name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadSetNameParams", rename_all = "camelCase")]
pub struct SetNameParams {
    /// The thread, loaded or not.
    pub thread_id: ThreadId,
    /// The name.
    pub name: String,
}

/// The thread has that name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadSetNameResponse")]
pub struct SetNameResponse {}

/// A thread, and what is known about it now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadMetadataUpdateParams", rename_all = "camelCase")]
#[ts(optional_fields = nullable)]
pub struct MetadataUpdateParams {
    /// The thread, loaded or not.
    pub thread_id: ThreadId,
    /// The state of its repository.
    pub git_info: Option<GitInfoUpdate>,
    /// The project it belongs to; empty for none.
    pub project_id: Option<String>,
    /// Kept, never used: bound to the vendor's cloud.
    pub daybreak_enabled: Option<bool>,
}

/// The state of a repository: what is absent stays, what is null is cleared.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadMetadataGitInfoUpdateParams", rename_all = "camelCase", default)]
#[ts(optional_fields = nullable)]
pub struct GitInfoUpdate {
    /// The commit checked out.
    #[serde(deserialize_with = "told", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    #[ts(optional = nullable, as = "Option<String>")]
    pub sha: Option<Option<String>>,
    /// The branch checked out.
    #[serde(deserialize_with = "told", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    #[ts(optional = nullable, as = "Option<String>")]
    pub branch: Option<Option<String>>,
    /// Where it came from.
    #[serde(deserialize_with = "told", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    #[ts(optional = nullable, as = "Option<String>")]
    pub origin_url: Option<Option<String>>,
}

/// A null that is there is told apart from a member that is not.
#[expect(clippy::option_option, reason = "absent is one thing, null another")]
fn told<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// The thread with what is known about it now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadMetadataUpdateResponse")]
pub struct MetadataUpdateResponse {
    /// The thread, without turns.
    pub thread: Thread,
}

/// What the user says about what they have read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadReadStateUpdateParams", rename_all = "camelCase")]
pub struct ReadStateUpdateParams {
    /// The thread, loaded or not.
    pub thread_id: ThreadId,
    /// The revision that the client knows; another one is an error.
    pub expected_revision: String,
    /// What to note.
    pub operation: ReadStateOperation,
}

/// What to note of what the user has read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadReadStateOperation", tag = "type", rename_all = "camelCase")]
pub enum ReadStateOperation {
    /// All of it.
    Read,
    /// None of it.
    Unread,
}

/// What is noted now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadReadStateUpdateResponse", rename_all = "camelCase")]
pub struct ReadStateUpdateResponse {
    /// What the user has read.
    pub read_state: ReadState,
}
