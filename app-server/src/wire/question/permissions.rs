//! Whether the agent may have more permissions.

use codex_app_server_protocol::{
    permissions::{
        self, FileSystemEntry, FileSystemPath, FileSystemPermissions, GrantedPermissions, NetworkPermissions,
        RequestApprovalParams, RequestApprovalResponse, RequestedPermissions,
    },
    server_requests,
};
use codex_protocol::{
    AdditionalPermissions, FileSystemAccess, FileSystemPermission, GrantScope, PermissionsApproval,
    PermissionsGrant,
};

use super::{ClientQuestion, InvalidResponse, QuestionContext};
use crate::wire::LOCAL;

impl ClientQuestion for PermissionsApproval {
    type Request = server_requests::ItemPermissionsRequestApproval;

    fn params(&self, context: QuestionContext) -> RequestApprovalParams {
        let QuestionContext { thread_id, turn_id, started_at_ms } = context;
        let Self { item_id, cwd, permissions, reason } = self.clone();
        RequestApprovalParams {
            thread_id,
            turn_id,
            item_id,
            environment_id: Some(LOCAL.to_owned()),
            started_at_ms,
            cwd,
            reason,
            permissions: requested(permissions),
        }
    }

    /// What was not asked for is not given, whatever the client says.
    fn read(&self, response: RequestApprovalResponse) -> Result<PermissionsGrant, InvalidResponse> {
        let RequestApprovalResponse { permissions, scope, strict_auto_review } = response;
        Ok(PermissionsGrant {
            permissions: within(granted(permissions)?, &self.permissions),
            scope: match scope {
                permissions::GrantScope::Turn => GrantScope::Turn,
                permissions::GrantScope::Session => GrantScope::Session,
            },
            strict_auto_review: strict_auto_review.unwrap_or_default(),
        })
    }

    fn outcome(answer: &PermissionsGrant) -> &'static str {
        if answer.permissions == AdditionalPermissions::default() { "decline" } else { "accept" }
    }
}

fn requested(permissions: AdditionalPermissions) -> RequestedPermissions {
    let AdditionalPermissions { file_system, network } = permissions;
    let paths = |wanted: FileSystemAccess| {
        let paths = file_system.iter().filter(|entry| entry.access == wanted);
        paths.map(|entry| entry.path.clone()).collect::<Vec<_>>()
    };
    let entry = |FileSystemPermission { path, access }: &FileSystemPermission| FileSystemEntry {
        path: FileSystemPath::Path { path: path.clone() },
        access: match access {
            FileSystemAccess::Read => permissions::FileSystemAccess::Read,
            FileSystemAccess::Write => permissions::FileSystemAccess::Write,
            FileSystemAccess::Deny => permissions::FileSystemAccess::Deny,
        },
    };
    let files = || FileSystemPermissions {
        read: Some(paths(FileSystemAccess::Read)),
        write: Some(paths(FileSystemAccess::Write)),
        glob_scan_max_depth: None,
        entries: Some(file_system.iter().map(entry).collect()),
    };
    RequestedPermissions {
        network: network.map(|enabled| NetworkPermissions { enabled: Some(enabled) }),
        file_system: (!file_system.is_empty()).then(files),
    }
}

/// `entries` say all where they are there; older clients send lists of paths.
fn granted(permissions: GrantedPermissions) -> Result<AdditionalPermissions, InvalidResponse> {
    let GrantedPermissions { network, file_system } = permissions;
    let FileSystemPermissions { read, write, glob_scan_max_depth: _, entries } =
        file_system.unwrap_or_default();
    let listed = |paths: Option<Vec<String>>, access| {
        paths.unwrap_or_default().into_iter().map(move |path| FileSystemPermission { path, access })
    };
    let file_system = match entries {
        Some(entries) => entries.into_iter().map(permission).collect::<Result<_, _>>()?,
        None => listed(read, FileSystemAccess::Read).chain(listed(write, FileSystemAccess::Write)).collect(),
    };
    Ok(AdditionalPermissions { file_system, network: network.and_then(|network| network.enabled) })
}

fn permission(entry: FileSystemEntry) -> Result<FileSystemPermission, InvalidResponse> {
    let FileSystemEntry { path, access } = entry;
    let FileSystemPath::Path { path } = path else { return Err(InvalidResponse::NotAPath) };
    let access = match access {
        permissions::FileSystemAccess::Read => FileSystemAccess::Read,
        permissions::FileSystemAccess::Write => FileSystemAccess::Write,
        permissions::FileSystemAccess::Deny => FileSystemAccess::Deny,
    };
    Ok(FileSystemPermission { path, access })
}

/// What of the `granted` permissions was `asked` for. To read is part of to write.
fn within(granted: AdditionalPermissions, asked: &AdditionalPermissions) -> AdditionalPermissions {
    let AdditionalPermissions { mut file_system, network } = granted;
    file_system.retain(|given| {
        asked.file_system.iter().any(|asked| {
            asked.path == given.path
                && (asked.access == given.access
                    || (asked.access, given.access) == (FileSystemAccess::Write, FileSystemAccess::Read))
        })
    });
    let network = network.filter(|enabled| *enabled && asked.network == Some(true));
    AdditionalPermissions { file_system, network }
}
