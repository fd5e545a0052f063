//! May this be written, where no sandbox would keep it from being written: by the server itself, for the agent.

use std::path::{Component, Path};

use super::Confinement;

impl Confinement {
    /// Whether a file at that path, which is one without links, may be written.
    pub(crate) fn may_write(&self, path: &Path) -> bool {
        let real = |path: &Path| path.canonicalize().ok();
        let inside = self.writable.iter().filter_map(|root| real(root)).any(|root| {
            // A repository inside of a folder is as much one as that of the folder itself.
            path.strip_prefix(root).is_ok_and(|rest| !rest.as_os_str().is_empty() && !names_repository(rest))
        });
        let keeps = |kept: &Path| path.starts_with(kept);
        // What is not there yet is kept too, below the folder that it would be in.
        let below_real = |path: &Path| Some(real(path.parent()?)?.join(path.file_name()?));
        inside
            && !self.protected.iter().any(|kept| {
                keeps(kept) || real(kept).or_else(|| below_real(kept)).is_some_and(|kept| keeps(&kept))
            })
    }
}

fn names_repository(path: &Path) -> bool {
    path.components().any(|part| matches!(part, Component::Normal(name) if name.eq_ignore_ascii_case(".git")))
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::symlink};

    use codex_protocol::SandboxPolicy;

    use super::*;

    #[test]
    fn the_working_directory_may_be_written_and_repositories_may_not() {
        let folder = tempfile::tempdir().unwrap();
        let top = folder.path().canonicalize().unwrap();
        fs::create_dir_all(top.join("w/sub")).unwrap();
        symlink("w", top.join("link")).unwrap();
        let policy = SandboxPolicy::WorkspaceWrite {
            writable_roots: Vec::new(),
            network_access: false,
            exclude_tmpdir_env_var: true,
            exclude_slash_tmp: true,
        };
        for cwd in ["w", "link"] {
            let confinement = Confinement::of(&policy, &top.join(cwd), &top.join("home")).unwrap();
            for (path, expected) in [
                ("w/a", true),
                ("w/new/a", true),
                ("w/.gitignore", true),
                ("w", false),
                ("a", false),
                ("w2/a", false),
                ("w/.git/config", false),
                ("w/.git", false),
                ("w/sub/.git/hooks/x", false),
                ("w/.codex/x", false),
                ("home/config.toml", false),
            ] {
                assert_eq!(confinement.may_write(&top.join(path)), expected, "{cwd}: {path}");
            }
        }
        let read_only =
            Confinement::of(&SandboxPolicy::ReadOnly { network_access: false }, &top, &top).unwrap();
        assert!(!read_only.may_write(&top.join("w/a")));
    }
}
