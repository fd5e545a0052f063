//! Files by name, without being led astray: links are followed when the patch is placed, and never again after that.

use std::{
    fs::File,
    io::{self, Read, Write},
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Component, Path, PathBuf},
};

use rustix::{
    fs::{AtFlags, CWD, Mode, OFlags},
    io::Errno,
};

/// The largest file that is patched.
const MAX_BYTES: u64 = 64 << 20;

/// A file as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Snapshot {
    pub(super) content: Vec<u8>,
    /// Its permissions.
    pub(super) mode: u32,
}

/// Where a name leads: a path without links, whose last part may not be there. The last part of what is to be removed is not
/// followed.
pub(super) fn resolve(cwd: &Path, name: &str, follow: bool) -> io::Result<PathBuf> {
    if name.contains('\0') {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "the name holds a NUL"));
    }
    let path = cwd.join(name);
    let last = match path.components().next_back() {
        Some(Component::Normal(last)) => last.to_owned(),
        _ => return Err(io::Error::new(io::ErrorKind::InvalidInput, "this is the name of a folder")),
    };
    if follow {
        match path.canonicalize() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            found => return found,
        }
    }
    let parent = path.parent().unwrap_or(Path::new("/"));
    Ok(existing(parent)?.join(last))
}

/// A folder, of which the last parts may not be there, without links.
fn existing(folder: &Path) -> io::Result<PathBuf> {
    match folder.canonicalize() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            match (folder.parent(), folder.components().next_back()) {
                (Some(parent), Some(Component::Normal(name))) => {
                    // A link that leads nowhere is not made to lead somewhere.
                    if folder.symlink_metadata().is_ok() {
                        return Err(error);
                    }
                    Ok(existing(parent)?.join(name))
                }
                _ => Err(io::Error::new(io::ErrorKind::NotFound, "`..` in a folder that is not there")),
            }
        }
        found => found,
    }
}

/// Reads a file; none where nothing is there.
pub(super) fn read(path: &Path) -> io::Result<Option<Snapshot>> {
    // Not waiting: a pipe would take for ever.
    let mut file = match open(path, OFlags::RDONLY | OFlags::NONBLOCK, Mode::empty()) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let about = file.metadata()?;
    if !about.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no regular file"));
    }
    if about.len() > MAX_BYTES {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "it is larger than 64 MiB"));
    }
    let mut content = Vec::new();
    (&mut file).take(MAX_BYTES + 1).read_to_end(&mut content)?;
    Ok(Some(Snapshot { content, mode: about.mode() & 0o7777 }))
}

/// Overwrites a file that is there, which stays the same file: its permissions, owner and links are kept.
pub(super) fn overwrite(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = open(path, OFlags::WRONLY | OFlags::NONBLOCK, Mode::empty())?;
    file.set_len(0)?;
    file.write_all(content)
}

/// Makes a file that is not there, with these permissions or the usual ones.
pub(super) fn create(path: &Path, content: &[u8], mode: Option<u32>) -> io::Result<()> {
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL;
    let mut file = open(path, flags, Mode::from_raw_mode(0o666))?;
    let written = (|| {
        if let Some(mode) = mode {
            file.set_permissions(PermissionsExt::from_mode(mode))?;
        }
        file.write_all(content)
    })();
    if written.is_err() {
        // What has begun and failed is not left behind.
        remove(path)?;
    }
    written
}

/// Makes the folders that a file is to be in. Returns those that were not there, the outermost first.
pub(super) fn create_folders(path: &Path) -> io::Result<Vec<PathBuf>> {
    let mut missing = Vec::new();
    let mut folder = path.parent();
    while let Some(path) = folder.filter(|path| path.symlink_metadata().is_err()) {
        missing.push(path.to_owned());
        folder = path.parent();
    }
    missing.reverse();
    for (made, folder) in missing.iter().enumerate() {
        let created = within_parent(folder, |parent, name| {
            Ok(rustix::fs::mkdirat(parent, name, Mode::from_raw_mode(0o777))?)
        });
        if let Err(error) = created {
            remove_folders(&missing[..made]);
            return Err(error);
        }
    }
    Ok(missing)
}

/// Takes back folders that were made, as far as nobody uses them.
pub(super) fn remove_folders(folders: &[PathBuf]) {
    for folder in folders.iter().rev() {
        let removed =
            within_parent(folder, |parent, name| Ok(rustix::fs::unlinkat(parent, name, AtFlags::REMOVEDIR)?));
        if removed.is_err() {
            break;
        }
    }
}

/// Removes a file, or a link.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    within_parent(path, |parent, name| Ok(rustix::fs::unlinkat(parent, name, AtFlags::empty())?))
}

/// The link at that path; none where there is none.
pub(super) fn link_at(path: &Path) -> Option<PathBuf> {
    std::fs::read_link(path).ok()
}

fn within_parent(
    path: &Path,
    work: impl FnOnce(&File, &std::ffi::OsStr) -> io::Result<()>,
) -> io::Result<()> {
    let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
        return Err(io::ErrorKind::InvalidInput.into());
    };
    work(&open(parent, OFlags::RDONLY | OFlags::DIRECTORY, Mode::empty())?, name)
}

/// Opens what is at a path without links. One that has become a link since is refused, whichever part of it.
fn open(path: &Path, flags: OFlags, mode: Mode) -> io::Result<File> {
    let flags = flags | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    #[cfg(target_os = "linux")]
    match rustix::fs::openat2(CWD, path, flags, mode, rustix::fs::ResolveFlags::NO_SYMLINKS) {
        // Before Linux 5.6, and where a filter of system calls knows nothing newer.
        Err(Errno::NOSYS | Errno::PERM) => {}
        opened => return Ok(opened?.into()),
    }
    if let Some(parent) = path.parent()
        && parent.canonicalize()? != parent
    {
        return Err(Errno::LOOP.into());
    }
    Ok(rustix::fs::openat(CWD, path, flags, mode)?.into())
}
