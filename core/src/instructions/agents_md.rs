//! `AGENTS.md` files: from the root of the repository down to the working directory.

use std::{
    fs::Metadata,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use crate::regular_file::{self, Links};

/// The files' names in a folder: the first that is there counts.
const NAMES: [&str; 2] = ["AGENTS.override.md", "AGENTS.md"];

/// An `AGENTS.md` file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ProjectDoc {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
}

/// The files that hold for `cwd`, the most general first: the user's own below `codex_home`, then those of the
/// repository from its root down. Outside of a repository only `cwd` counts. Together at most `max_bytes`. Blocks.
pub(crate) fn project_docs(codex_home: &Path, cwd: &Path, max_bytes: usize) -> Vec<ProjectDoc> {
    let trusted = Owners::of(cwd);
    let is_root = |folder: &&Path| {
        // One of somebody else above would speak for folders that are not theirs.
        folder.join(".git").symlink_metadata().is_ok_and(|git| *folder == cwd || trusted.own(&git))
    };
    let root = cwd.ancestors().find(is_root).unwrap_or(cwd);
    let mut left = max_bytes;
    let mut docs = Vec::new();
    let mut take = |folder: &Path, links: Links<'_>| {
        let Some(doc) = doc_of(folder, links, left, &trusted) else { return };
        left = left.saturating_sub(doc.text.len());
        docs.push(doc);
    };
    // The user's own folder may well be full of links.
    take(codex_home, Links::Anywhere);
    let below: Vec<&Path> = cwd.ancestors().take_while(|folder| folder.starts_with(root)).collect();
    for folder in below.into_iter().rev() {
        take(folder, Links::Within(root));
    }
    docs
}

/// The file of a folder. One that cannot be read is as good as none.
fn doc_of(folder: &Path, links: Links<'_>, max_bytes: usize, trusted: &Owners) -> Option<ProjectDoc> {
    let path =
        NAMES.map(|name| folder.join(name)).into_iter().find(|path| path.symlink_metadata().is_ok())?;
    if max_bytes == 0 {
        return None;
    }
    let file = match regular_file::read(&path, links, max_bytes as u64) {
        Ok(file) if trusted.own(&file.metadata) => file,
        Ok(_) => {
            tracing::warn!(path = %path.display(), "the file belongs to another user, it is not used");
            return None;
        }
        Err(error) => {
            tracing::warn!(path = %path.display(), %error, "the file cannot be read, it is not used");
            return None;
        }
    };
    let bytes = file.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&file.bytes);
    let text = String::from_utf8_lossy(bytes).into_owned();
    (!text.trim().is_empty()).then_some(ProjectDoc { path, text })
}

/// Users whose files are believed: this process's own, the system's, and whoever owns the working directory.
struct Owners([u32; 3]);

impl Owners {
    fn of(cwd: &Path) -> Self {
        let own = rustix::process::geteuid().as_raw();
        Self([own, 0, cwd.metadata().map_or(own, |folder| folder.uid())])
    }

    fn own(&self, file: &Metadata) -> bool {
        self.0.contains(&file.uid())
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::symlink};

    use super::*;

    const NAME: &str = NAMES[1];

    fn texts(home: &Path, cwd: &Path, max: usize) -> Vec<String> {
        project_docs(home, cwd, max).into_iter().map(|doc| doc.text).collect()
    }

    #[test]
    fn from_the_root_of_the_repository_down() {
        let dir = tempfile::tempdir().unwrap();
        let (home, repo) = (dir.path().join("home"), dir.path().join("repo"));
        let deep = repo.join("a/b");
        fs::create_dir_all(&deep).unwrap();
        fs::create_dir_all(&home).unwrap();
        fs::create_dir(repo.join(".git")).unwrap();
        fs::write(dir.path().join(NAME), "outside").unwrap();
        fs::write(home.join(NAME), "user").unwrap();
        fs::write(repo.join(NAME), "root").unwrap();
        fs::write(deep.join(NAME), "deep").unwrap();
        assert_eq!(texts(&home, &deep, 1000), ["user", "root", "deep"]);
        assert_eq!(texts(&home, &deep, 5), ["user", "r"], "the limit holds over all files");
        fs::write(deep.join(NAMES[0]), "mine").unwrap();
        fs::write(repo.join(NAMES[0]), "").unwrap();
        assert_eq!(texts(&home, &deep, 1000), ["user", "mine"], "what overrides comes in its place");
    }

    #[test]
    fn outside_of_a_repository_only_the_folder_itself() {
        let dir = tempfile::tempdir().unwrap();
        let cwd = dir.path().join("a");
        fs::create_dir_all(&cwd).unwrap();
        fs::write(dir.path().join(NAME), "above").unwrap();
        fs::write(cwd.join(NAME), "here").unwrap();
        assert_eq!(texts(&dir.path().join("none"), &cwd, 1000), ["here"]);
    }

    #[test]
    fn what_would_never_end_or_lies_elsewhere_is_not_read() {
        let dir = tempfile::tempdir().unwrap();
        let repo = dir.path().join("repo");
        fs::create_dir_all(repo.join(".git")).unwrap();
        fs::write(dir.path().join("secret"), "secret").unwrap();
        fs::write(repo.join("CLAUDE.md"), "shared").unwrap();
        for (target, found) in [
            ("CLAUDE.md", ["shared"].as_slice()),
            ("../secret", &[]),
            ("/dev/zero", &[]),
            ("/dev/stdin", &[]),
            ("/proc/self/environ", &[]),
        ] {
            symlink(target, repo.join(NAME)).unwrap();
            assert_eq!(texts(&dir.path().join("none"), &repo, 1000), found, "{target}");
            fs::remove_file(repo.join(NAME)).unwrap();
        }
        let made = std::process::Command::new("mkfifo").arg(repo.join(NAME)).status().unwrap();
        assert!(made.success());
        assert!(texts(&dir.path().join("none"), &repo, 1000).is_empty());
    }
}
