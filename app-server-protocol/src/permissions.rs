//! `item/permissions/requestApproval`: the agent asks for more permissions.

use codex_protocol::{ItemId, ThreadId, TurnId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Permissions that the agent wants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "PermissionsRequestApprovalParams", rename_all = "camelCase")]
pub struct RequestApprovalParams {
    /// The thread.
    pub thread_id: ThreadId,
    /// The turn, which waits.
    pub turn_id: TurnId,
    /// The item that they are for.
    pub item_id: ItemId,
    /// Where they would hold, by name.
    #[serde(default)]
    pub environment_id: Option<String>,
    /// Since when the turn waits, in Unix milliseconds.
    #[ts(type = "number")]
    pub started_at_ms: i64,
    /// The folder they would hold in.
    pub cwd: String,
    /// Why the agent wants them.
    pub reason: Option<String>,
    /// Which ones.
    pub permissions: RequestedPermissions,
}

/// What the user gave. None of what was asked for is a refusal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "PermissionsRequestApprovalResponse", rename_all = "camelCase")]
pub struct RequestApprovalResponse {
    /// Which ones. What was not asked for is not given.
    pub permissions: GrantedPermissions,
    /// For how long.
    #[serde(default)]
    pub scope: GrantScope,
    /// Whether every further command of the turn is to be reviewed.
    #[serde(default)]
    #[ts(optional = nullable)]
    pub strict_auto_review: Option<bool>,
}

/// For how long permissions hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "PermissionGrantScope", rename_all = "camelCase")]
pub enum GrantScope {
    /// For the rest of the turn.
    #[default]
    Turn,
    /// For as long as the thread is loaded.
    Session,
}

/// The permissions that are asked for, beside those of the sandbox.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "RequestPermissionProfile", rename_all = "camelCase", default)]
pub struct RequestedPermissions {
    /// The network.
    pub network: Option<NetworkPermissions>,
    /// Files.
    pub file_system: Option<FileSystemPermissions>,
}

/// The permissions that are given, beside those of the sandbox.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "GrantedPermissionProfile", rename_all = "camelCase", default)]
#[ts(optional_fields = nullable)]
pub struct GrantedPermissions {
    /// The network.
    pub network: Option<NetworkPermissions>,
    /// Files.
    pub file_system: Option<FileSystemPermissions>,
}

/// What may be done with the network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "AdditionalNetworkPermissions", rename_all = "camelCase", default)]
pub struct NetworkPermissions {
    /// Whether it may be used.
    pub enabled: Option<bool>,
}

/// What may be done with files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "AdditionalFileSystemPermissions", rename_all = "camelCase", default)]
#[ts(optional_fields = nullable)]
pub struct FileSystemPermissions {
    /// Paths that may be read, for clients that do not know `entries`.
    pub read: Option<Vec<String>>,
    /// Paths that may be written, for clients that do not know `entries`.
    pub write: Option<Vec<String>>,
    /// How deep patterns are looked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub glob_scan_max_depth: Option<u32>,
    /// Paths and what may be done there.
    pub entries: Option<Vec<FileSystemEntry>>,
}

/// A path and what may be done there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "FileSystemSandboxEntry", rename_all = "camelCase")]
pub struct FileSystemEntry {
    /// Where.
    pub path: FileSystemPath,
    /// What.
    pub access: FileSystemAccess,
}

/// What may be done with files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "FileSystemAccessMode", rename_all = "camelCase")]
pub enum FileSystemAccess {
    /// Read them.
    Read,
    /// Read and write them.
    Write,
    /// Neither.
    Deny,
}

/// A place in the file system.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum FileSystemPath {
    /// This path, and all below it.
    Path {
        /// The path.
        path: String,
    },
    /// What a pattern matches.
    GlobPattern {
        /// The pattern.
        pattern: String,
    },
    /// A place by its role.
    Special {
        /// The role.
        value: FileSystemSpecialPath,
    },
}

/// A place in the file system by its role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FileSystemSpecialPath {
    /// Everything.
    Root,
    /// What programs cannot do without.
    Minimal,
    /// The folders that the thread works in.
    ProjectRoots {
        /// A path within each.
        #[serde(default)]
        #[ts(optional = nullable)]
        subpath: Option<String>,
    },
    /// The folder of temporary files of the environment.
    Tmpdir,
    /// `/tmp`.
    SlashTmp,
    /// One that is not known here.
    Unknown {
        /// Its name.
        path: String,
        /// A path within it.
        #[serde(default)]
        #[ts(optional = nullable)]
        subpath: Option<String>,
    },
}
