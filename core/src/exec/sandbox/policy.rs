//! From a sandbox policy to what a command may touch.

use std::{
    env,
    path::{Path, PathBuf},
};

use codex_protocol::SandboxPolicy;

/// The folder below it that no confined command can read: tokens are in it.
const PRIVATE: &str = "app-server";

/// What the server keeps below its configuration folder.
const STATE: [&str; 10] = [
    PRIVATE,
    "sessions",
    "archived_sessions",
    "instances",
    "config.toml",
    "auth.json",
    "skills",
    "AGENTS.md",
    "AGENTS.override.md",
    "log",
];

/// What a confined command may do beside reading.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Confinement {
    /// Where it may write.
    pub(crate) writable: Vec<PathBuf>,
    /// What it may not write even so, where the sandbox can keep it.
    pub(crate) protected: Vec<PathBuf>,
    /// What it may not even read.
    pub(crate) hidden: Vec<PathBuf>,
    /// Whether it may use the network.
    pub(crate) network: bool,
}

impl Confinement {
    /// What a command in that folder is held to; none where the policy holds it to nothing, or leaves that to others.
    pub(crate) fn of(policy: &SandboxPolicy, cwd: &Path, codex_home: &Path) -> Option<Self> {
        match policy {
            SandboxPolicy::DangerFullAccess | SandboxPolicy::ExternalSandbox { .. } => None,
            SandboxPolicy::ReadOnly { network_access } => {
                let hidden = hidden(codex_home);
                Some(Self { writable: Vec::new(), protected: Vec::new(), hidden, network: *network_access })
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
                let protected = protected(&writable, codex_home);
                Some(Self { writable, protected, hidden: hidden(codex_home), network: *network_access })
            }
        }
    }
}

/// What makes others run something, or is the server's own: hooks and settings of repositories, configuration, conversations.
fn protected(writable: &[PathBuf], codex_home: &Path) -> Vec<PathBuf> {
    let mut protected: Vec<PathBuf> =
        writable.iter().flat_map(|root| [root.join(".git"), root.join(".codex")]).collect();
    if writable.iter().any(|root| root.starts_with(codex_home)) {
        // Whoever works on the configuration folder itself may write there, but not what the server lives by.
        protected.extend(STATE.iter().map(|name| codex_home.join(name)));
    } else {
        protected.push(codex_home.to_owned());
    }
    protected
}

/// The folder of a configuration folder that confined commands cannot read.
pub fn private_folder(codex_home: &Path) -> PathBuf {
    codex_home.join(PRIVATE)
}

/// Credentials: with them a command could drive the server, or be the user elsewhere.
fn hidden(codex_home: &Path) -> Vec<PathBuf> {
    vec![private_folder(codex_home), codex_home.join("auth.json")]
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
        let (cwd, home) = (Path::new("/w"), Path::new("/h/.codex"));
        assert_eq!(Confinement::of(&SandboxPolicy::DangerFullAccess, cwd, home), None);
        let read_only = SandboxPolicy::ReadOnly { network_access: true };
        assert_eq!(
            Confinement::of(&read_only, cwd, home),
            Some(Confinement {
                writable: Vec::new(),
                protected: Vec::new(),
                hidden: ["/h/.codex/app-server", "/h/.codex/auth.json"].map(PathBuf::from).to_vec(),
                network: true
            })
        );
        let paths = |policy: &SandboxPolicy| Confinement::of(policy, cwd, home).unwrap().writable;
        assert_eq!(paths(&workspace(&[], false)), [Path::new("/w"), Path::new("/tmp")]);
        assert_eq!(
            paths(&workspace(&["sub", "/other"], true)),
            [Path::new("/w"), Path::new("/w/sub"), Path::new("/other")]
        );
    }

    #[test]
    fn repositories_and_the_servers_own_are_kept() {
        let kept = |cwd: &str| {
            let confinement = Confinement::of(&workspace(&[], true), Path::new(cwd), Path::new("/h/.codex"));
            confinement.unwrap().protected
        };
        assert_eq!(kept("/w"), ["/w/.git", "/w/.codex", "/h/.codex"].map(PathBuf::from));
        assert!(kept("/h").contains(&PathBuf::from("/h/.codex")));
        assert!(!kept("/h/.codex").contains(&PathBuf::from("/h/.codex")));
        assert!(kept("/h/.codex/skills/a").contains(&PathBuf::from("/h/.codex/sessions")));
    }
}
