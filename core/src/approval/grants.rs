//! What the user allowed for as long as the thread is loaded.

use std::{collections::HashSet, path::PathBuf};

use arc_swap::ArcSwap;
use codex_protocol::{ApprovalPolicy, CommandDecision, SandboxPolicy};

/// What was allowed: this program with these arguments in this folder, in or out of the sandbox, under these policies. Under
/// others it is asked again: who tightens them takes back what was allowed before. A file that the command runs may have
/// changed meanwhile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Grant {
    pub(crate) words: Vec<String>,
    pub(crate) cwd: PathBuf,
    /// Whether it was to leave the sandbox.
    pub(crate) escalated: bool,
    pub(crate) approval_policy: ApprovalPolicy,
    pub(crate) sandbox_policy: SandboxPolicy,
}

/// What the user allowed for as long as the thread is loaded. Read by every command and changed by few answers.
#[derive(Debug, Default)]
pub(crate) struct SessionGrants {
    granted: ArcSwap<Vec<Grant>>,
    /// First words of commands, each list on its own.
    prefixes: ArcSwap<Vec<Vec<String>>>,
    /// Files that may be changed.
    files: ArcSwap<HashSet<PathBuf>>,
}

impl SessionGrants {
    /// Keeps what the user allowed beyond this once.
    pub(crate) fn grant(&self, decision: &CommandDecision, grant: &Grant) {
        match decision {
            CommandDecision::AcceptForSession => {
                self.granted.rcu(|granted| {
                    let mut granted = Vec::clone(granted);
                    granted.push(grant.clone());
                    granted
                });
            }
            CommandDecision::AcceptWithExecpolicyAmendment { execpolicy_amendment: words } => {
                // No words would be the beginning of everything.
                if !words.is_empty() {
                    self.prefixes.rcu(|prefixes| {
                        let mut prefixes = Vec::clone(prefixes);
                        prefixes.push(words.clone());
                        prefixes
                    });
                }
            }
            CommandDecision::Accept | CommandDecision::Decline | CommandDecision::Cancel => {}
        }
    }

    /// Keeps that the user allowed changes of these files.
    pub(crate) fn grant_files(&self, paths: &[PathBuf]) {
        self.files.rcu(|files| {
            let mut files = HashSet::clone(files);
            files.extend(paths.iter().cloned());
            files
        });
    }

    /// Whether the user allowed changes of all these files.
    pub(crate) fn are_files_granted(&self, paths: &[PathBuf]) -> bool {
        let files = self.files.load();
        !paths.is_empty() && paths.iter().all(|path| files.contains(path))
    }

    /// Whether the user allowed this for as long as the thread is loaded.
    pub(crate) fn is_granted(&self, grant: &Grant) -> bool {
        self.granted.load().contains(grant)
    }

    /// Whether the user allowed whatever begins as each of these commands does.
    pub(crate) fn covers(&self, commands: &[Vec<String>]) -> bool {
        let prefixes = self.prefixes.load();
        commands.iter().all(|words| prefixes.iter().any(|prefix| words.starts_with(prefix)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant(script: &str) -> Grant {
        Grant {
            words: vec!["sh".to_owned(), "-c".to_owned(), script.to_owned()],
            cwd: PathBuf::from("/w"),
            escalated: false,
            approval_policy: ApprovalPolicy::Untrusted,
            sandbox_policy: SandboxPolicy::ReadOnly { network_access: true },
        }
    }

    #[test]
    fn a_grant_covers_what_was_asked_and_nothing_beside_it() {
        let grants = SessionGrants::default();
        grants.grant(&CommandDecision::Accept, &grant("touch a"));
        assert!(!grants.is_granted(&grant("touch a")), "once is once");
        grants.grant(&CommandDecision::AcceptForSession, &grant("touch a"));
        assert!(grants.is_granted(&grant("touch a")));
        assert!(!grants.is_granted(&grant("touch b")));
        let sandbox_policy = SandboxPolicy::ReadOnly { network_access: false };
        for other in [
            Grant { cwd: PathBuf::from("/x"), ..grant("touch a") },
            Grant { escalated: true, ..grant("touch a") },
            Grant { approval_policy: ApprovalPolicy::OnRequest, ..grant("touch a") },
            Grant { sandbox_policy, ..grant("touch a") },
        ] {
            assert!(!grants.is_granted(&other), "{other:?}");
        }
    }

    #[test]
    fn a_beginning_covers_scripts_of_such_commands_alone() {
        let grants = SessionGrants::default();
        let words = |words: &str| words.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let covers =
            |commands: &[&str]| grants.covers(&commands.iter().copied().map(words).collect::<Vec<_>>());
        let empty = CommandDecision::AcceptWithExecpolicyAmendment { execpolicy_amendment: Vec::new() };
        grants.grant(&empty, &grant("x"));
        assert!(!covers(&["x"]), "no words are no beginning");
        let amendment =
            CommandDecision::AcceptWithExecpolicyAmendment { execpolicy_amendment: words("cargo test") };
        grants.grant(&amendment, &grant("cargo test"));
        assert!(covers(&["cargo test -p core"]));
        assert!(!covers(&["cargo test", "rm a"]));
        assert!(!covers(&["cargo build"]));
    }
}
