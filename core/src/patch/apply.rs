//! Writing what a patch does: all of it, or nothing.

use std::{
    io,
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
};

use super::{
    ApplyError, Plan,
    files::{self, Snapshot},
    plan::{FilePlan, State},
};

impl Plan {
    /// Writes it. Where a file is not as it was, or cannot be written, all is put back. Blocks.
    /// When `stopped` says so before it is done, all is put back too.
    pub(crate) fn apply(&self, stopped: &AtomicBool) -> Result<(), ApplyError> {
        self.write(|_| {
            if stopped.load(Ordering::Relaxed) { Err(io::ErrorKind::Interrupted.into()) } else { Ok(()) }
        })
    }

    /// As [`apply`](Self::apply); `before` is called with each file before it is written, and may refuse.
    fn write(&self, mut before: impl FnMut(&Path) -> io::Result<()>) -> Result<(), ApplyError> {
        for file in &self.files {
            if !is_still(&file.path, &file.before) {
                return Err(ApplyError::Changed { path: file.path.clone() });
            }
        }
        let mut done = Done::default();
        // New content first: if all ends half-way, something is there twice and nothing is lost.
        let (gone, kept): (Vec<_>, Vec<_>) = self
            .files
            .iter()
            .filter(|file| file.before != file.after)
            .partition(|file| file.after == State::Nothing);
        for file in kept.into_iter().chain(gone) {
            if let Err(source) = before(&file.path).and_then(|()| done.write(file)) {
                let lost = done.undo();
                let path = file.path.clone();
                return Err(if lost.is_empty() {
                    ApplyError::Write { path, source }
                } else {
                    ApplyError::Torn { path, source, lost }
                });
            }
        }
        Ok(())
    }
}

/// What has been written so far.
#[derive(Default)]
struct Done<'a> {
    files: Vec<&'a FilePlan>,
    folders: Vec<PathBuf>,
}

impl<'a> Done<'a> {
    fn write(&mut self, file: &'a FilePlan) -> io::Result<()> {
        let FilePlan { path, before, after } = file;
        if matches!(before, State::Nothing) {
            self.folders.extend(files::create_folders(path)?);
        }
        if matches!(before, State::File(_)) && after.content().is_some() {
            // It is emptied first, so what fails half-way has to be put back too.
            self.files.push(file);
            return put(path, after, before);
        }
        put(path, after, before)?;
        self.files.push(file);
        Ok(())
    }

    /// Puts all back. Returns what could not be.
    fn undo(self) -> Vec<PathBuf> {
        let lost = self.files.iter().rev().filter(|file| put(&file.path, &file.before, &file.after).is_err());
        let lost = lost.map(|file| file.path.clone()).collect();
        files::remove_folders(&self.folders);
        lost
    }
}

/// Makes a path what it should be from what it is.
fn put(path: &Path, new: &State, old: &State) -> io::Result<()> {
    match (old, new) {
        (State::File(_) | State::New(_), State::File(Snapshot { content, .. }) | State::New(content)) => {
            files::overwrite(path, content)
        }
        (State::Nothing, State::File(Snapshot { content, mode })) => {
            files::create(path, content, Some(*mode))
        }
        (State::Nothing, State::New(content)) => files::create(path, content, None),
        (State::File(_) | State::New(_) | State::Link(_), State::Nothing) => files::remove(path),
        (State::Nothing, State::Link(target)) => std::os::unix::fs::symlink(target, path),
        (State::Nothing, State::Nothing) | (State::Link(_), State::Link(_)) => Ok(()),
        (State::Link(_), State::File(_) | State::New(_))
        | (State::File(_) | State::New(_), State::Link(_)) => Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "a link and a file cannot take each other's place",
        )),
    }
}

fn is_still(path: &Path, state: &State) -> bool {
    match (state, files::link_at(path)) {
        (State::Link(target), now) => now.as_ref() == Some(target),
        (State::New(_), None) | (_, Some(_)) => false,
        (State::Nothing, None) => files::read(path).is_ok_and(|now| now.is_none()),
        (State::File(before), None) => files::read(path).is_ok_and(|now| now.as_ref() == Some(before)),
    }
}

#[cfg(test)]
mod tests {
    use std::{
        fs,
        os::unix::fs::{MetadataExt, PermissionsExt, symlink},
    };

    use super::*;
    use crate::patch::Patch;

    fn plan(cwd: &Path, inner: &str) -> Result<Plan, String> {
        let patch = Patch::parse(&format!("*** Begin Patch\n{inner}\n*** End Patch")).unwrap();
        Plan::make(&patch, cwd).map_err(|error| error.to_string())
    }

    /// All files below a folder, with their content.
    fn tree(folder: &Path) -> Vec<(String, String)> {
        let mut found: Vec<_> = walkdir::WalkDir::new(folder)
            .into_iter()
            .map(Result::unwrap)
            .filter(|entry| !entry.file_type().is_dir())
            .map(|entry| {
                let name = entry.path().strip_prefix(folder).unwrap().display().to_string();
                (name, fs::read_to_string(entry.path()).unwrap_or_default())
            })
            .collect();
        found.sort();
        found
    }

    fn text(tree: &[(String, String)]) -> String {
        tree.iter().map(|(name, content)| format!("{name}={content:?}")).collect::<Vec<_>>().join(" ")
    }

    const FILES: [(&str, &str); 3] = [("a", "1\n2\n"), ("b", "x\n"), ("c", "y\n")];

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in FILES {
            fs::write(folder.path().join(name), content).unwrap();
        }
        folder
    }

    #[test]
    fn a_patch_does_all_that_it_says() {
        for (inner, expected, summary) in [
            ("*** Add File: d/e/f\n+n", r#"a="1\n2\n" b="x\n" c="y\n" d/e/f="n\n""#, "A d/e/f\n"),
            ("*** Delete File: a", r#"b="x\n" c="y\n""#, "D a\n"),
            ("*** Update File: ./a\n-2\n+3", r#"a="1\n3\n" b="x\n" c="y\n""#, "M ./a\n"),
            (
                "*** Update File: a\n*** Move to: d/a\n@@\n-2\n+3",
                r#"b="x\n" c="y\n" d/a="1\n3\n""#,
                "M d/a\n",
            ),
            (
                "*** Delete File: b\n*** Update File: a\n-1\n+0\n*** Update File: a\n-2\n*** Add File: b\n+new",
                r#"a="0\n" b="new\n" c="y\n""#,
                "A b\nM a\nM a\nD b\n",
            ),
            (
                "*** Add File: d\n+1\n*** Update File: d\n-1\n+2",
                r#"a="1\n2\n" b="x\n" c="y\n" d="2\n""#,
                "A d\nM d\n",
            ),
        ] {
            let folder = folder();
            let plan = plan(folder.path(), inner).unwrap();
            plan.apply(&AtomicBool::new(false)).unwrap();
            assert_eq!(text(&tree(folder.path())), expected, "{inner}");
            assert_eq!(plan.summary(), format!("Success. Updated the following files:\n{summary}"));
        }
    }

    #[test]
    fn whatever_fails_nothing_has_changed() {
        let inner = "*** Add File: d/e\n+n\n*** Update File: a\n-2\n+3\n*** Delete File: b\n*** Update File: c\n*** Move to: z/c\n@@\n-y\n+Y";
        let mut writes = 0;
        loop {
            let folder = folder();
            let before = tree(folder.path());
            let plan = plan(folder.path(), inner).unwrap();
            let mut seen = 0;
            let failed = plan.write(|_| {
                seen += 1;
                if seen > writes { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
            });
            if failed.is_ok() {
                break;
            }
            assert_eq!(tree(folder.path()), before, "after {writes} writes");
            assert!(!folder.path().join("d").exists() && !folder.path().join("z").exists());
            writes += 1;
        }
        assert_eq!(writes, 5, "each file fails once");
    }

    #[test]
    fn a_file_that_changed_meanwhile_stays() {
        let folder = folder();
        let plan = plan(folder.path(), "*** Update File: b\n-x\n+X\n*** Update File: a\n-2\n+3").unwrap();
        fs::write(folder.path().join("a"), "2\nmine\n").unwrap();
        let error = plan.apply(&AtomicBool::new(false)).unwrap_err();
        assert!(matches!(error, ApplyError::Changed { .. }), "{error}");
        assert_eq!(text(&tree(folder.path())), r#"a="2\nmine\n" b="x\n" c="y\n""#);
    }

    #[test]
    fn links_and_permissions_are_kept() {
        let folder = folder();
        let at = |name: &str| folder.path().join(name);
        symlink("a", at("link")).unwrap();
        symlink("gone", at("dangling")).unwrap();
        fs::hard_link(at("b"), at("hard")).unwrap();
        fs::set_permissions(at("a"), PermissionsExt::from_mode(0o751)).unwrap();
        plan(
            folder.path(),
            "*** Update File: link\n-2\n+3\n*** Update File: b\n-x\n+X\n*** Delete File: dangling",
        )
        .unwrap()
        .apply(&AtomicBool::new(false))
        .unwrap();
        assert!(at("link").is_symlink() && !at("dangling").is_symlink());
        assert_eq!(fs::read_to_string(at("a")).unwrap(), "1\n3\n");
        assert_eq!(fs::read_to_string(at("hard")).unwrap(), "X\n");
        assert_eq!(at("a").metadata().unwrap().mode() & 0o777, 0o751);
        plan(folder.path(), "*** Update File: a\n*** Move to: moved\n@@\n-3")
            .unwrap()
            .apply(&AtomicBool::new(false))
            .unwrap();
        assert_eq!(at("moved").metadata().unwrap().mode() & 0o777, 0o751);
    }

    #[test]
    fn a_link_put_in_between_leads_nowhere() {
        let (folder, outside) = (folder(), tempfile::tempdir().unwrap());
        fs::create_dir(folder.path().join("sub")).unwrap();
        let plan = plan(folder.path(), "*** Add File: sub/f\n+n").unwrap();
        fs::remove_dir(folder.path().join("sub")).unwrap();
        symlink(outside.path(), folder.path().join("sub")).unwrap();
        assert!(plan.apply(&AtomicBool::new(false)).is_err());
        assert_eq!(tree(outside.path()), []);
    }

    #[test]
    fn names_of_nothing_that_can_be_patched_are_refused() {
        let folder = folder();
        fs::create_dir(folder.path().join("sub")).unwrap();
        symlink("gone", folder.path().join("dangling")).unwrap();
        rustix::fs::mknodat(
            rustix::fs::CWD,
            folder.path().join("pipe"),
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::from_raw_mode(0o600),
            0,
        )
        .unwrap();
        for (inner, expected) in [
            ("*** Delete File: none", "none: there is no such file"),
            ("*** Update File: none\n+a", "none: there is no such file"),
            ("*** Delete File: ..", "..: this is the name of a folder"),
            ("*** Add File: no/../x\n+a", "no/../x: `..` in a folder that is not there"),
            ("*** Update File: a\0\n+b", "a\0: the name holds a NUL"),
            ("*** Add File: dangling\n+b", "dangling: it is a link that leads nowhere"),
            ("*** Update File: pipe\n+b", "cannot read pipe: it is no regular file"),
            ("*** Delete File: sub", "cannot read sub: it is no regular file"),
            ("*** Add File: a/b\n+c", "a/b: Not a directory (os error 20)"),
        ] {
            assert_eq!(plan(folder.path(), inner).unwrap_err(), expected, "{inner}");
        }
    }
}
