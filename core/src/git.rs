//! What the repository of a folder is at: commit, branch and origin, read from its files.
//!
//! No `git` is run: a repository may configure programs of its own, and a thread must not wait for a process. What cannot be
//! read that way (another form of references) is left out.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

use codex_protocol::GitInfo;

/// How much of a file is read at most.
const LIMIT: u64 = 1 << 20;

/// The longest chain of symbolic references that is followed.
const MAX_DEPTH: usize = 5;

/// What is known of the repository that a folder is in; none where it is in none. Blocks.
pub(crate) fn info(cwd: &Path) -> Option<GitInfo> {
    let repository = cwd.ancestors().filter(|root| is_believed(root, cwd)).find_map(Repository::at)?;
    let head = repository.text("HEAD")?;
    let info = GitInfo {
        sha: repository.resolve(&head, MAX_DEPTH),
        branch: head.strip_prefix("ref: refs/heads/").map(str::to_owned),
        origin_url: repository.origin().map(|url| without_credentials(&url)),
    };
    (info.sha.is_some() || info.branch.is_some() || info.origin_url.is_some()).then_some(info)
}

/// Whether the repository that has this folder as its root is the user's, the system's, or belongs to whoever owns the
/// working directory: one of somebody else above would speak for folders that are not theirs.
fn is_believed(root: &Path, cwd: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let Ok(git) = root.join(".git").symlink_metadata() else { return false };
    let own = rustix::process::geteuid().as_raw();
    [own, 0].contains(&git.uid()) || cwd.metadata().is_ok_and(|folder| folder.uid() == git.uid())
}

/// Where the files of a repository are.
struct Repository {
    /// Those of this working tree.
    own: PathBuf,
    /// Those that all its working trees share.
    common: PathBuf,
}

impl Repository {
    /// The repository whose working tree has this folder as its root.
    fn at(root: &Path) -> Option<Self> {
        let mut own = root.join(".git");
        if !own.is_dir() {
            // A linked working tree or a submodule says where its files are.
            let text = read(&own)?;
            own = root.join(text.trim().strip_prefix("gitdir: ")?);
        }
        own.join("HEAD").is_file().then_some(())?;
        let common = read(&own.join("commondir")).map_or_else(|| own.clone(), |text| own.join(text.trim()));
        Some(Self { own, common })
    }

    /// A file of this working tree, else of all.
    fn text(&self, name: &str) -> Option<String> {
        let text = read(&self.own.join(name)).or_else(|| read(&self.common.join(name)))?;
        Some(text.trim().to_owned())
    }

    /// The commit that a reference's text leads to.
    fn resolve(&self, text: &str, depth: usize) -> Option<String> {
        let Some(name) = text.strip_prefix("ref: ") else {
            return is_commit(text).then(|| text.to_owned());
        };
        // A name of a repository that we do not know: it must not lead out of its folder.
        if depth == 0 || !name.starts_with("refs/") || name.split('/').any(|part| part == "..") {
            return None;
        }
        match self.text(name) {
            Some(text) => self.resolve(&text, depth - 1),
            None => self.packed(name),
        }
    }

    fn packed(&self, name: &str) -> Option<String> {
        let packed = read(&self.common.join("packed-refs"))?;
        let found =
            packed.lines().find_map(|line| line.split_once(' ').filter(|(_, packed)| *packed == name));
        found.map(|(commit, _)| commit.to_owned()).filter(|commit| is_commit(commit))
    }

    /// The first URL of the remote `origin`.
    fn origin(&self) -> Option<String> {
        let config = read(&self.common.join("config"))?;
        let mut in_origin = false;
        for line in config.lines().map(str::trim) {
            if line.starts_with('[') {
                in_origin = line == r#"[remote "origin"]"#;
            } else if in_origin
                && let Some((key, value)) = line.split_once('=')
                && key.trim().eq_ignore_ascii_case("url")
            {
                return Some(value.trim().trim_matches('"').to_owned()).filter(|url| !url.is_empty());
            }
        }
        None
    }
}

/// The text of a regular file.
fn read(path: &Path) -> Option<String> {
    // Opening anything else may wait, or do something.
    path.metadata().ok().filter(std::fs::Metadata::is_file)?;
    let mut text = String::new();
    File::open(path).ok()?.take(LIMIT).read_to_string(&mut text).ok()?;
    Some(text)
}

fn is_commit(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A URL without what might be secret in it: a password, a token in place of a user, a query. A user of ssh is not.
pub(crate) fn without_credentials(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    let Some((user, host)) = authority.rsplit_once('@') else { return format!("{scheme}://{rest}") };
    let user = user.split(':').next().unwrap_or_default();
    if scheme.eq_ignore_ascii_case("ssh") && !user.is_empty() {
        format!("{scheme}://{user}@{host}{path}")
    } else {
        format!("{scheme}://{host}{path}")
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const COMMIT: &str = "fdfbc0f146a6dc032e3891aa26810396308efc25";

    /// A repository with these files in its folder.
    fn repository(files: &[(&str, &str)]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        write(&root.path().join(".git"), files);
        root
    }

    fn write(folder: &Path, files: &[(&str, &str)]) {
        for (name, text) in files {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }

    fn known(sha: Option<&str>, branch: Option<&str>, origin_url: Option<&str>) -> GitInfo {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        GitInfo { sha: owned(sha), branch: owned(branch), origin_url: owned(origin_url) }
    }

    #[test]
    fn commit_branch_and_origin() {
        let config = "[core]\n\tbare = false\n[remote \"other\"]\n\turl = x\n[remote \"origin\"]\n\tfetch = +a:b\n\tURL = https://me:secret@host/lab.git\n";
        let root = repository(&[
            ("HEAD", "ref: refs/heads/a/b\n"),
            ("refs/heads/a/b", &format!("{COMMIT}\n")),
            ("config", config),
        ]);
        let expected = Some(known(Some(COMMIT), Some("a/b"), Some("https://host/lab.git")));
        assert_eq!(info(root.path()), expected);
        let deep = root.path().join("x/y");
        fs::create_dir_all(&deep).unwrap();
        assert_eq!(info(&deep), expected);
    }

    #[test]
    fn a_detached_head_and_packed_references() {
        assert_eq!(info(repository(&[("HEAD", COMMIT)]).path()), Some(known(Some(COMMIT), None, None)));
        let packed = format!("# pack-refs with: peeled\n{COMMIT} refs/heads/main\n^{COMMIT}\n");
        let root = repository(&[("HEAD", "ref: refs/heads/main"), ("packed-refs", &packed)]);
        assert_eq!(info(root.path()), Some(known(Some(COMMIT), Some("main"), None)));
    }

    #[test]
    fn a_branch_without_a_commit() {
        assert_eq!(
            info(repository(&[("HEAD", "ref: refs/heads/main\n")]).path()),
            Some(known(None, Some("main"), None))
        );
    }

    #[test]
    fn a_linked_working_tree() {
        let root = repository(&[
            ("HEAD", "ref: refs/heads/main"),
            ("refs/heads/side", COMMIT),
            ("config", "[remote \"origin\"]\nurl = git@host:lab.git\n"),
            ("worktrees/side/HEAD", "ref: refs/heads/side"),
            ("worktrees/side/commondir", "../..\n"),
        ]);
        let tree = tempfile::tempdir().unwrap();
        let link = format!("gitdir: {}\n", root.path().join(".git/worktrees/side").display());
        fs::write(tree.path().join(".git"), link).unwrap();
        assert_eq!(info(tree.path()), Some(known(Some(COMMIT), Some("side"), Some("git@host:lab.git"))));
    }

    #[test]
    fn what_a_repository_says_leads_nowhere_else() {
        let root = repository(&[("HEAD", "ref: refs/../../secret"), ("loop", "x")]);
        fs::write(root.path().join("secret"), COMMIT).unwrap();
        assert_eq!(info(root.path()), None);
        let circle = repository(&[("HEAD", "ref: refs/heads/a"), ("refs/heads/a", "ref: refs/heads/a")]);
        assert_eq!(info(circle.path()), Some(known(None, Some("a"), None)));
        assert_eq!(info(repository(&[("HEAD", "not a commit")]).path()), None);
    }

    #[test]
    fn credentials_are_cut_off() {
        for (url, expected) in [
            ("https://host/a.git", "https://host/a.git"),
            ("https://token@host/a.git", "https://host/a.git"),
            ("https://me:p@ss@host:8443/a.git", "https://host:8443/a.git"),
            ("https://host/a.git?private_token=x#y", "https://host/a.git"),
            ("ssh://git@host/a.git", "ssh://git@host/a.git"),
            ("ssh://git:secret@host/a.git", "ssh://git@host/a.git"),
            ("git@host:a.git", "git@host:a.git"),
            ("/srv/a.git", "/srv/a.git"),
        ] {
            assert_eq!(without_credentials(url), expected);
        }
    }
}
