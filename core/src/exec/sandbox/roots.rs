//! The writable folders of a confinement, opened: never again by a path that may have become a link.

use std::{
    collections::HashMap,
    fs::File,
    io,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use rustix::{
    fs::{CWD, Mode, OFlags, ResolveFlags, openat2},
    io::Errno,
};

use super::{Confinement, SpawnError};

/// Where the writable folders of this process really are, as it was when each was first used.
#[derive(Debug, Default)]
pub(super) struct Roots {
    known: Mutex<HashMap<PathBuf, PathBuf>>,
}

/// A writable folder, or a file.
#[derive(Debug)]
pub(super) struct Root {
    /// Its path without links.
    pub(super) path: PathBuf,
    /// Itself, to be named to the kernel.
    pub(super) file: File,
}

impl Roots {
    /// Opens the writable folders. Those that are not there are left out: they cannot be written to either. One that became
    /// a link since it was first used, or that is one where a command could have made it, is refused.
    pub(super) fn open(&self, confinement: &Confinement) -> Result<Vec<Root>, SpawnError> {
        let mut roots = Vec::new();
        for named in &confinement.writable {
            let Some(path) = self.real(named, confinement)? else { continue };
            match open_without_links(&path) {
                Ok(file) => roots.push(Root { path, file }),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(_) => return Err(refused(named)),
            }
        }
        Ok(roots)
    }

    /// Where a folder really is; none where it is not there.
    fn real(&self, named: &Path, confinement: &Confinement) -> Result<Option<PathBuf>, SpawnError> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(path) = known.get(named) {
            return Ok(Some(path.clone()));
        }
        let real = match named.canonicalize() {
            Ok(real) => real,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let below = |other: &&PathBuf| named.starts_with(other) && named != other.as_path();
        for other in confinement.writable.iter().filter(below) {
            // What lies between the two can be written by commands.
            let rest = named.strip_prefix(other).unwrap_or(named);
            if other.canonicalize().is_ok_and(|other| other.join(rest) != real) {
                return Err(refused(named));
            }
        }
        known.insert(named.to_owned(), real.clone());
        Ok(Some(real))
    }
}

fn open_without_links(path: &Path) -> io::Result<File> {
    // With `NOFOLLOW` a link at the end would be opened itself.
    let flags = OFlags::PATH | OFlags::CLOEXEC;
    match openat2(CWD, path, flags, Mode::empty(), ResolveFlags::NO_SYMLINKS) {
        // Before Linux 5.6 only the last part is looked at, and the whole compared.
        Err(Errno::NOSYS) => {
            if path.canonicalize()? != path {
                return Err(io::Error::other("it became a link"));
            }
            Ok(rustix::fs::open(path, flags, Mode::empty()).map(File::from)?)
        }
        opened => Ok(opened.map(File::from)?),
    }
}

fn refused(named: &Path) -> SpawnError {
    SpawnError::Refused { reason: format!("the writable folder {} is or became a link", named.display()) }
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::symlink};

    use super::*;

    fn confinement(writable: &[&Path]) -> Confinement {
        let writable = writable.iter().map(|path| (*path).to_owned()).collect();
        Confinement { writable, protected: Vec::new(), hidden: Vec::new(), network: false }
    }

    fn paths(roots: &Roots, confinement: &Confinement) -> Option<Vec<PathBuf>> {
        let opened = roots.open(confinement).ok()?;
        Some(opened.into_iter().map(|root| root.path).collect())
    }

    #[test]
    fn a_folder_that_becomes_a_link_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let top = dir.path().canonicalize().unwrap();
        let (cwd, sub, none) = (top.join("w"), top.join("w/sub"), top.join("none"));
        fs::create_dir_all(&sub).unwrap();
        let confinement = confinement(&[&cwd, &sub, &none]);
        let roots = Roots::default();
        assert_eq!(paths(&roots, &confinement), Some(vec![cwd.clone(), sub.clone()]));
        fs::remove_dir(&sub).unwrap();
        assert_eq!(paths(&roots, &confinement), Some(vec![cwd.clone()]));
        symlink("/", &sub).unwrap();
        assert_eq!(paths(&roots, &confinement), None);
        // Also where the process has not seen it before.
        assert_eq!(paths(&Roots::default(), &confinement), None);
        fs::remove_file(&sub).unwrap();
        fs::create_dir(&sub).unwrap();
        assert_eq!(paths(&roots, &confinement), Some(vec![cwd, sub]));
    }

    #[test]
    fn a_working_directory_may_be_a_link_of_the_users() {
        let dir = tempfile::tempdir().unwrap();
        let top = dir.path().canonicalize().unwrap();
        fs::create_dir(top.join("real")).unwrap();
        let link = top.join("link");
        symlink("real", &link).unwrap();
        assert_eq!(paths(&Roots::default(), &confinement(&[&link])), Some(vec![top.join("real")]));
    }
}
