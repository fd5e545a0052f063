//! Reading files that others may have put there: regular ones alone, up to a limit, and not past the folder that they
//! belong to. A pipe or a device in such a place must not hold up a thread, or fill the memory.

use std::{
    fs::{File, Metadata},
    io::{self, Read},
    path::Path,
};

/// Where the links on the way to a file may lead.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Links<'a> {
    /// Wherever they like: the user chose the path.
    Anywhere,
    /// Nowhere out of this folder.
    Within(&'a Path),
}

/// A file as far as it was read.
#[derive(Debug)]
pub(crate) struct RegularFile {
    /// At most as many bytes as were asked for.
    pub(crate) bytes: Vec<u8>,
    /// What the system says of it.
    pub(crate) metadata: Metadata,
}

/// Reads the first `max_bytes` of a regular file. Blocks, but never waits for a writer.
pub(crate) fn read(path: &Path, links: Links<'_>, max_bytes: u64) -> io::Result<RegularFile> {
    let file = match links {
        Links::Anywhere => open(path)?,
        Links::Within(folder) => open_within(folder, path)?,
    };
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
    }
    let mut bytes = Vec::with_capacity(metadata.len().min(max_bytes) as usize);
    file.take(max_bytes).read_to_end(&mut bytes)?;
    Ok(RegularFile { bytes, metadata })
}

#[cfg(unix)]
const FLAGS: rustix::fs::OFlags = rustix::fs::OFlags::RDONLY
    .union(rustix::fs::OFlags::NONBLOCK)
    .union(rustix::fs::OFlags::NOCTTY)
    .union(rustix::fs::OFlags::CLOEXEC);

/// Opens without waiting: a pipe may have nobody at its other end.
#[cfg(unix)]
fn open(path: &Path) -> io::Result<File> {
    Ok(rustix::fs::open(path, FLAGS, rustix::fs::Mode::empty()).map(File::from)?)
}

/// As [`open`], and the kernel follows no link out of the folder.
#[cfg(target_os = "linux")]
fn open_within(folder: &Path, path: &Path) -> io::Result<File> {
    use rustix::{
        fs::{Mode, OFlags, ResolveFlags, open, openat2},
        io::Errno,
    };
    let Ok(below) = path.strip_prefix(folder) else { return open_checked(folder, path) };
    let root = open(folder, OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?;
    let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_MAGICLINKS;
    match openat2(root, below, FLAGS, Mode::empty(), resolve) {
        // Before Linux 5.6, or under a filter.
        Err(Errno::NOSYS | Errno::PERM) => open_checked(folder, path),
        opened => Ok(opened.map(File::from)?),
    }
}

#[cfg(not(target_os = "linux"))]
fn open_within(folder: &Path, path: &Path) -> io::Result<File> {
    open_checked(folder, path)
}

/// Opens what the path leads to if that lies in the folder.
fn open_checked(folder: &Path, path: &Path) -> io::Result<File> {
    let real = path.canonicalize()?;
    if !real.starts_with(folder.canonicalize()?) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "a link that leads out of its folder"));
    }
    open(&real)
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::symlink};

    use super::*;

    fn bytes(path: &Path, links: Links<'_>) -> Option<Vec<u8>> {
        read(path, links, 4).ok().map(|file| file.bytes)
    }

    #[test]
    fn only_regular_files_are_read_and_only_so_far() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        fs::write(&file, "12345").unwrap();
        assert_eq!(bytes(&file, Links::Anywhere).unwrap(), b"1234");
        let pipe = dir.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
        assert!(made.success());
        for path in [&pipe, Path::new("/dev/zero"), dir.path(), &dir.path().join("none")] {
            assert_eq!(bytes(path, Links::Anywhere), None, "{}", path.display());
        }
    }

    #[test]
    fn links_lead_nowhere_out_of_the_folder() {
        let dir = tempfile::tempdir().unwrap();
        let (inside, outside) = (dir.path().join("in"), dir.path().join("out"));
        fs::create_dir(&inside).unwrap();
        fs::write(inside.join("file"), "in").unwrap();
        fs::write(&outside, "out").unwrap();
        for (name, target, read) in [
            ("near", "file", true),
            ("far", "../out", false),
            ("absolute", outside.to_str().unwrap(), false),
            ("input", "/dev/stdin", false),
            ("self", "/proc/self/fd/0", false),
        ] {
            let link = inside.join(name);
            symlink(target, &link).unwrap();
            assert_eq!(bytes(&link, Links::Within(&inside)).is_some(), read, "{name}");
            assert_eq!(open_checked(&inside, &link).is_ok_and(|_| true), read, "{name}, the other way");
        }
        assert!(bytes(&inside.join("far"), Links::Anywhere).is_some());
    }
}
