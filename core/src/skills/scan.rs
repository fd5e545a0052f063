//! Finds skills below their roots.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{SkillInterface, SkillTool, front_matter, openai_yaml, roots};
use crate::regular_file::{self, Links};

/// How deep below a root a skill may be.
const MAX_DEPTH: usize = 6;

/// How many folders of a root are looked into: a link to the whole disk must not keep a client waiting.
const MAX_FOLDERS: usize = 2_000;

/// How much of a `SKILL.md` is read to list it, in bytes: its head is at the beginning.
const MAX_BYTES: u64 = 64 << 10;

/// Where the reference server puts the skills that it brings along.
const SYSTEM: &str = ".system";

/// A skill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skill {
    /// Its name.
    pub name: String,
    /// When to use it, for the model.
    pub description: String,
    /// When to use it, in few words.
    pub short_description: Option<String>,
    /// How clients show it.
    pub interface: Option<SkillInterface>,
    /// The tools that it needs.
    pub tools: Vec<SkillTool>,
    /// Its `SKILL.md`.
    pub path: PathBuf,
    /// Whose it is.
    pub scope: SkillScope,
}

/// Whose a skill is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SkillScope {
    /// The user's.
    User,
    /// The working directory's.
    Repo,
    /// It came with a server.
    System,
}

/// A file or folder that could not be read as a skill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkillError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub message: String,
}

/// The skills of one working directory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Skills {
    /// The skills, the working directory's own first, each by name.
    pub skills: Vec<Skill>,
    /// The files that could not be read.
    pub errors: Vec<SkillError>,
}

/// The skills that a thread in each of the working directories has, read from the files now.
pub async fn list_skills(codex_home: &Path, cwds: Vec<PathBuf>) -> Vec<Skills> {
    let home = std::env::var_os("HOME").filter(|home| !home.is_empty()).map(PathBuf::from);
    list(codex_home.to_owned(), home, cwds).await
}

async fn list(codex_home: PathBuf, home: Option<PathBuf>, cwds: Vec<PathBuf>) -> Vec<Skills> {
    let listed = tokio::task::spawn_blocking(move || {
        let of_user = roots::of_user(&codex_home, home.as_deref());
        let own = scan_all(&of_user);
        cwds.iter()
            .map(|cwd| {
                // A thread in the home folder would have each skill twice.
                let mut roots = roots::of_cwd(cwd);
                roots.retain(|(root, _)| !of_user.iter().any(|(other, _)| other == root));
                let mut all = scan_all(&roots);
                all.skills.extend(own.skills.iter().cloned());
                all.errors.extend(own.errors.iter().cloned());
                all
            })
            .collect()
    });
    match listed.await {
        Ok(listed) => listed,
        // It is never cancelled, so it panicked: the caller's own isolation deals with that.
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

/// What is found below some roots, the server's own skills last, each by name.
fn scan_all(roots: &[(PathBuf, SkillScope)]) -> Skills {
    let mut all = Skills::default();
    for (root, scope) in roots {
        let found = scan(root, *scope);
        all.skills.extend(found.skills);
        all.errors.extend(found.errors);
    }
    all.skills.sort_by(|one, other| {
        let system = |skill: &Skill| skill.scope == SkillScope::System;
        (system(one), &one.name, &one.path).cmp(&(system(other), &other.name, &other.path))
    });
    all.errors.sort_by(|one, other| one.path.cmp(&other.path));
    all
}

fn scan(root: &Path, scope: SkillScope) -> Skills {
    let mut found = Skills::default();
    let mut folders = vec![(root.to_owned(), 0, scope)];
    let mut left = MAX_FOLDERS;
    while let Some((folder, depth, scope)) = folders.pop() {
        if left == 0 {
            let message = format!("more than {MAX_FOLDERS} folders: the others are left out");
            found.errors.push(SkillError { path: root.to_owned(), message });
            break;
        }
        left -= 1;
        match look_into(&folder, scope, &mut found) {
            Ok(below) if depth < MAX_DEPTH => {
                folders.extend(below.into_iter().map(|(folder, scope)| (folder, depth + 1, scope)));
            }
            Ok(_) => {}
            Err(error) if depth == 0 && error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => found.errors.push(SkillError { path: folder, message: error.to_string() }),
        }
    }
    found
}

/// The skill of a folder, if it is one; else the folders in it. What lies below a skill belongs to it.
fn look_into(folder: &Path, scope: SkillScope, found: &mut Skills) -> io::Result<Vec<(PathBuf, SkillScope)>> {
    let path = folder.join("SKILL.md");
    match regular_file::read(&path, Links::Anywhere, MAX_BYTES) {
        Ok(file) => {
            let text = String::from_utf8_lossy(&file.bytes);
            let name = folder.file_name().unwrap_or_default().to_string_lossy();
            match front_matter::parse(&text, &name) {
                Ok(head) => {
                    let (interface, tools) = openai_yaml::read(folder);
                    found.skills.push(Skill {
                        name: head.name,
                        description: head.description,
                        short_description: head.short_description,
                        interface,
                        tools,
                        path,
                        scope,
                    });
                }
                Err(error) => found.errors.push(SkillError { path, message: error.to_string() }),
            }
            return Ok(Vec::new());
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => {
            found.errors.push(SkillError { path, message: error.to_string() });
            return Ok(Vec::new());
        }
    }
    let mut below = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let scope = if name == SYSTEM { SkillScope::System } else { scope };
        let hidden = name.as_encoded_bytes().starts_with(b".") && name != SYSTEM;
        // A link to a folder is followed; the depth bounds one that leads to itself.
        if !hidden && entry.path().is_dir() {
            below.push((entry.path(), scope));
        }
    }
    Ok(below)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn skill(folder: &Path, text: &str) {
        fs::create_dir_all(folder).unwrap();
        fs::write(folder.join("SKILL.md"), text).unwrap();
    }

    async fn listed(home: &Path, cwd: &Path) -> Skills {
        list(home.to_owned(), None, vec![cwd.to_owned()]).await.remove(0)
    }

    fn names(skills: &Skills) -> Vec<(&str, SkillScope)> {
        skills.skills.iter().map(|skill| (skill.name.as_str(), skill.scope)).collect()
    }

    #[tokio::test]
    async fn skills_of_both_roots_are_found_at_any_depth() {
        let home = tempfile::tempdir().unwrap();
        let cwd = tempfile::tempdir().unwrap();
        skill(&home.path().join("skills/mine"), "---\ndescription: d\n---\n");
        skill(&home.path().join("skills/group/b"), "---\nname: a\ndescription: d\n---\n");
        skill(&home.path().join("skills/.system/theirs"), "---\ndescription: d\n---\n");
        skill(&home.path().join("skills/.git/no"), "---\ndescription: d\n---\n");
        skill(&home.path().join("skills/mine/inner"), "---\ndescription: d\n---\n");
        skill(&cwd.path().join(".codex/skills/ours"), "---\ndescription: d\n---\n");
        let found = listed(home.path(), cwd.path()).await;
        let expected = [
            ("ours", SkillScope::Repo),
            ("a", SkillScope::User),
            ("mine", SkillScope::User),
            ("theirs", SkillScope::System),
        ];
        assert_eq!(names(&found), expected);
        assert_eq!(found.skills[0].path, cwd.path().join(".codex/skills/ours/SKILL.md"));
        assert_eq!(found.errors, []);
    }

    #[tokio::test]
    async fn skills_of_the_folders_above_and_of_the_home_folder_are_found() {
        let dir = tempfile::tempdir().unwrap();
        let (home, repo) = (dir.path().join("home"), dir.path().join("repo"));
        let cwd = repo.join("a/b");
        fs::create_dir_all(repo.join(".git")).unwrap();
        for (folder, name) in [
            (dir.path().to_owned(), "outside"),
            (home.clone(), "mine"),
            (repo.clone(), "root"),
            (cwd.clone(), "deep"),
        ] {
            skill(&folder.join(".agents/skills").join(name), "---\ndescription: one: two\n---\n");
        }
        skill(&repo.join(".codex/skills/not-here"), "---\ndescription: d\n---\n");
        let found = list(dir.path().join("none"), Some(home), vec![cwd]).await.remove(0);
        let expected = [("deep", SkillScope::Repo), ("root", SkillScope::Repo), ("mine", SkillScope::User)];
        assert_eq!(names(&found), expected);
        assert_eq!(found.skills[0].description, "one: two");
    }

    #[tokio::test]
    async fn a_broken_skill_is_told_and_the_others_are_found() {
        let home = tempfile::tempdir().unwrap();
        skill(&home.path().join("skills/bad"), "no head");
        skill(&home.path().join("skills/good"), "---\ndescription: d\n---\n");
        let found = listed(home.path(), home.path()).await;
        assert_eq!(names(&found), [("good", SkillScope::User)]);
        assert_eq!(found.errors.len(), 1);
        assert_eq!(found.errors[0].path, home.path().join("skills/bad/SKILL.md"));
    }

    #[tokio::test]
    async fn a_link_that_leads_to_itself_ends() {
        let home = tempfile::tempdir().unwrap();
        let root = home.path().join("skills");
        fs::create_dir(&root).unwrap();
        std::os::unix::fs::symlink(&root, root.join("again")).unwrap();
        assert_eq!(listed(home.path(), home.path()).await, Skills::default());
    }

    #[tokio::test]
    async fn no_folder_means_no_skills() {
        let home = tempfile::tempdir().unwrap();
        assert_eq!(listed(&home.path().join("none"), home.path()).await, Skills::default());
    }
}
