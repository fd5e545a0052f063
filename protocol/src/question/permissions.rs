//! The question whether the agent may have more permissions.

use crate::ItemId;

/// May the agent have more permissions?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PermissionsApproval {
    /// The item that they are for.
    pub item_id: ItemId,
    /// Where they would hold.
    pub cwd: String,
    /// Which ones.
    pub permissions: AdditionalPermissions,
    /// Why.
    pub reason: Option<String>,
}

/// Permissions beside those of the sandbox.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AdditionalPermissions {
    /// Paths, and what may be done there.
    pub file_system: Vec<FileSystemPermission>,
    /// Whether the network may be used; none where that is not asked for.
    pub network: Option<bool>,
}

/// A path, and what may be done there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileSystemPermission {
    /// The path.
    pub path: String,
    /// What may be done.
    pub access: FileSystemAccess,
}

/// What may be done with a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileSystemAccess {
    /// Read it.
    Read,
    /// Read and write it.
    Write,
    /// Neither.
    Deny,
}

/// The permissions that the user gave. None of them is a refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PermissionsGrant {
    /// Which ones.
    pub permissions: AdditionalPermissions,
    /// For how long.
    pub scope: GrantScope,
    /// Whether every further command of the turn is to be reviewed.
    pub strict_auto_review: bool,
}

/// For how long something is allowed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GrantScope {
    /// For the rest of the turn.
    #[default]
    Turn,
    /// For as long as the thread is loaded.
    Session,
}
