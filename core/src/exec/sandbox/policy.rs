//! From a sandbox policy to what a command may touch.

use std::{
    env,
    path::{Path, PathBuf},
};

use codex_protocol::SandboxPolicy;

/// What a confined command may do beside reading.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Confinement {
    /// Where it may write.
    pub(crate) writable: Vec<PathBuf>,
    /// Whether it may use the network.
    pub(crate) network: bool,
}

impl Confinement {
    /// What a command in that folder is held to; none where the policy holds it to nothing, or leaves that to others.
    pub(crate) fn of(policy: &SandboxPolicy, cwd: &Path) -> Option<Self> {
        match policy {
            SandboxPolicy::DangerFullAccess | SandboxPolicy::ExternalSandbox { .. } => None,
            SandboxPolicy::ReadOnly { network_access } => {
                Some(Self { writable: Vec::new(), network: *network_access })
            }
            SandboxPolicy::WorkspaceWrite {
                writable_roots,
                network_access,
                exclude_tmpdir_env_var,
                exclude_slash_tmp,
            } => {
                let mut writable = vec![cwd.to_owned()];
                writable.extend(writable_roots.iter().map(|root| cwd.join(root)));
                if !exclude_slash_tmp {
                    writable.push(PathBuf::from("/tmp"));
                }
                if !exclude_tmpdir_env_var {
                    writable
                        .extend(env::var_os("TMPDIR").filter(|folder| !folder.is_empty()).map(PathBuf::from));
                }
                writable.dedup();
                Some(Self { writable, network: *network_access })
            }
        }
    }
}

/// The policy by name, as spans show it.
pub(crate) const fn name(policy: &SandboxPolicy) -> &'static str {
    match policy {
        SandboxPolicy::DangerFullAccess => "danger-full-access",
        SandboxPolicy::ReadOnly { .. } => "read-only",
        SandboxPolicy::ExternalSandbox { .. } => "external",
        SandboxPolicy::WorkspaceWrite { .. } => "workspace-write",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workspace(roots: &[&str], exclude: bool) -> SandboxPolicy {
        SandboxPolicy::WorkspaceWrite {
            writable_roots: roots.iter().map(|root| (*root).to_owned()).collect(),
            network_access: false,
            exclude_tmpdir_env_var: true,
            exclude_slash_tmp: exclude,
        }
    }

    #[test]
    fn what_each_policy_leaves_open() {
        let cwd = Path::new("/w");
        assert_eq!(Confinement::of(&SandboxPolicy::DangerFullAccess, cwd), None);
        let read_only = SandboxPolicy::ReadOnly { network_access: true };
        assert_eq!(
            Confinement::of(&read_only, cwd),
            Some(Confinement { writable: Vec::new(), network: true })
        );
        let paths = |policy: &SandboxPolicy| Confinement::of(policy, cwd).unwrap().writable;
        assert_eq!(paths(&workspace(&[], false)), [Path::new("/w"), Path::new("/tmp")]);
        assert_eq!(
            paths(&workspace(&["sub", "/other"], true)),
            [Path::new("/w"), Path::new("/w/sub"), Path::new("/other")]
        );
    }
}
