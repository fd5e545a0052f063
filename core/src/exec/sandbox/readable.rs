//! All files but some: Landlock has no exceptions, so what is beside them is named.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    path::{Path, PathBuf},
};

use rustix::fs::{Mode, OFlags};

/// The largest parts of the file system that hold none of these paths, which are without links, each opened.
pub(super) fn beside(hidden: &[PathBuf]) -> Vec<(File, PathBuf)> {
    let above: BTreeSet<&Path> = hidden.iter().flat_map(|path| path.ancestors().skip(1)).collect();
    let mut found = Vec::new();
    for folder in &above {
        // Who cannot list a folder cannot be told what is in it either; nothing there can be read then.
        let Ok(entries) = fs::read_dir(folder) else { continue };
        for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
            if above.contains(path.as_path()) || hidden.contains(&path) {
                continue;
            }
            // A link is looked up where it leads; a rule for it would be one for that.
            let flags = OFlags::PATH | OFlags::CLOEXEC | OFlags::NOFOLLOW;
            let Ok(file) = rustix::fs::open(&path, flags, Mode::empty()) else { continue };
            let file = File::from(file);
            if file.metadata().is_ok_and(|about| !about.is_symlink()) {
                found.push((file, path));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn all_but_what_is_hidden_and_no_links() {
        let top = tempfile::tempdir().unwrap();
        let top = top.path().canonicalize().unwrap();
        for folder in ["home/private/keys", "home/open", "work"] {
            fs::create_dir_all(top.join(folder)).unwrap();
        }
        fs::write(top.join("home/auth.json"), "").unwrap();
        symlink("home/private", top.join("link")).unwrap();
        let hidden = ["home/private", "home/auth.json"].map(|path| top.join(path));
        let mut found: Vec<_> = beside(&hidden).into_iter().map(|(_, path)| path).collect();
        found.retain(|path| path.starts_with(&top));
        found.sort();
        assert_eq!(found, ["home/open", "work"].map(|path| top.join(path)));
    }
}
