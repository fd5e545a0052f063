//! `AGENTS.md` files: from the root of the repository down to the working directory.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

/// The file's name.
const NAME: &str = "AGENTS.md";

/// An `AGENTS.md` file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ProjectDoc {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
}

/// The files that hold for `cwd`, the most general first: the user's own below `codex_home`, then those of the
/// repository from its root down. Outside of a repository only `cwd` counts. Together at most `max_bytes`.
pub(crate) fn project_docs(codex_home: &Path, cwd: &Path, max_bytes: usize) -> Vec<ProjectDoc> {
    let root = cwd.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(cwd);
    let mut folders: Vec<&Path> = cwd.ancestors().take_while(|folder| folder.starts_with(root)).collect();
    folders.push(codex_home);
    let mut left = max_bytes;
    let mut docs = Vec::new();
    for path in folders.into_iter().rev().map(|folder| folder.join(NAME)) {
        if left == 0 {
            break;
        }
        let Some(text) = read(&path, left) else { continue };
        if text.trim().is_empty() {
            continue;
        }
        left = left.saturating_sub(text.len());
        docs.push(ProjectDoc { path, text });
    }
    docs
}

/// The beginning of a file, as text. A file that cannot be read is as good as none.
fn read(path: &Path, max_bytes: usize) -> Option<String> {
    let mut bytes = Vec::new();
    File::open(path).ok()?.take(max_bytes as u64).read_to_end(&mut bytes).ok()?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    Some(String::from_utf8_lossy(bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

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
}
