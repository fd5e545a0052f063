//! The folders that skills are looked for in.

use std::path::{Path, PathBuf};

use super::SkillScope;

/// The user's own: below the configuration folder, and below the home folder.
pub(super) fn of_user(codex_home: &Path, home: Option<&Path>) -> Vec<(PathBuf, SkillScope)> {
    let mut roots = vec![(codex_home.join("skills"), SkillScope::User)];
    roots.extend(home.map(|home| (home.join(".agents/skills"), SkillScope::User)));
    roots
}

/// The working directory's: its own, and those of the folders above it up to the root of the repository.
pub(super) fn of_cwd(cwd: &Path) -> Vec<(PathBuf, SkillScope)> {
    let root = cwd.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(cwd);
    let folders = cwd.ancestors().take_while(|folder| folder.starts_with(root));
    let mut roots = vec![(cwd.join(".codex/skills"), SkillScope::Repo)];
    roots.extend(folders.map(|folder| (folder.join(".agents/skills"), SkillScope::Repo)));
    roots
}
