//! The on-disk sink: OTLP/JSON lines, the file format of the collector, rotated by size.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

/// Where lines go, and how much is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FileTarget {
    /// The file that is written; older ones stand beside it as `NAME.1.jsonl` and so on.
    pub(crate) path: PathBuf,
    /// A file that would grow past this is rotated first.
    pub(crate) max_bytes: u64,
    /// How many older files are kept.
    pub(crate) keep: u32,
}

/// How often, and with what pause, a lock that another process holds is asked for.
const TRIES: u32 = 40;
const PAUSE: Duration = Duration::from_millis(50);

impl FileTarget {
    /// Appends whole lines. Several processes may write the same file: a lock keeps lines and rotations apart.
    pub(super) fn append(&self, lines: &[u8]) -> io::Result<()> {
        if let Some(folder) = self.path.parent() {
            DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        }
        // Held until the end of this function.
        let _lock = self.lock()?;
        let mut file = self.open()?;
        let mut length = file.metadata()?.len();
        if length > 0 && length + lines.len() as u64 > self.max_bytes {
            self.rotate()?;
            file = self.open()?;
            length = 0;
        }
        if length > 0 && !ends_line(&file, length)? {
            // A process died in the middle of a line: that line is lost, not ours.
            file.write_all(b"\n")?;
        }
        file.write_all(lines)
    }

    fn lock(&self) -> io::Result<File> {
        let path = self.path.with_extension("lock");
        let file = OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(path)?;
        for _ in 0..TRIES {
            match file.try_lock() {
                Ok(()) => return Ok(file),
                Err(TryLockError::WouldBlock) => sleep(PAUSE),
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
        Err(io::Error::new(io::ErrorKind::TimedOut, "another process holds the lock of the file"))
    }

    fn open(&self) -> io::Result<File> {
        OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(&self.path)
    }

    fn rotate(&self) -> io::Result<()> {
        if self.keep == 0 {
            return std::fs::remove_file(&self.path);
        }
        for number in (1..self.keep).rev() {
            match std::fs::rename(rotated(&self.path, number), rotated(&self.path, number + 1)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        std::fs::rename(&self.path, rotated(&self.path, 1))
    }
}

/// The name of a file after so many rotations: `traces.jsonl` becomes `traces.1.jsonl`.
pub(crate) fn rotated(path: &Path, number: u32) -> PathBuf {
    let extension = path.extension().map(|extension| extension.to_string_lossy().into_owned());
    path.with_extension(extension.map_or_else(|| number.to_string(), |last| format!("{number}.{last}")))
}

fn ends_line(file: &File, length: u64) -> io::Result<bool> {
    let mut last = [0];
    file.read_exact_at(&mut last, length - 1)?;
    Ok(last == *b"\n")
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn target(folder: &tempfile::TempDir, max_bytes: u64, keep: u32) -> FileTarget {
        FileTarget { path: folder.path().join("deep/traces.jsonl"), max_bytes, keep }
    }

    #[track_caller]
    fn check(target: &FileTarget, number: u32, expected: Option<&str>) {
        let path = if number == 0 { target.path.clone() } else { rotated(&target.path, number) };
        assert_eq!(std::fs::read_to_string(path).ok().as_deref(), expected, "file {number}");
    }

    #[test]
    fn the_oldest_file_goes() {
        let folder = tempfile::tempdir().unwrap();
        let target = target(&folder, 4, 2);
        for line in ["a\n", "b\n", "c\n", "d\n", "long enough alone\n", "e\n", "f\n"] {
            target.append(line.as_bytes()).unwrap();
        }
        check(&target, 0, Some("e\nf\n"));
        check(&target, 1, Some("long enough alone\n"));
        check(&target, 2, Some("c\nd\n"));
        check(&target, 3, None);
    }

    #[test]
    fn nothing_is_kept_where_nothing_is_to_be_kept() {
        let folder = tempfile::tempdir().unwrap();
        let target = target(&folder, 2, 0);
        target.append(b"a\n").unwrap();
        target.append(b"b\n").unwrap();
        check(&target, 0, Some("b\n"));
        check(&target, 1, None);
    }

    #[test]
    fn only_the_owner_reads() {
        let folder = tempfile::tempdir().unwrap();
        let target = target(&folder, 2, 1);
        target.append(b"a\n").unwrap();
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&target.path), 0o600);
        assert_eq!(mode(target.path.parent().unwrap()), 0o700);
    }

    #[test]
    fn a_torn_line_costs_itself_alone() {
        let folder = tempfile::tempdir().unwrap();
        let target = target(&folder, 100, 1);
        target.append(b"whole\n").unwrap();
        target.append(b"torn").unwrap();
        target.append(b"next\n").unwrap();
        check(&target, 0, Some("whole\ntorn\nnext\n"));
    }

    #[test]
    fn writers_of_one_file_keep_their_lines_whole() {
        let folder = tempfile::tempdir().unwrap();
        let target = target(&folder, 2_000, 100);
        std::thread::scope(|scope| {
            for name in ["a", "b", "c"] {
                let target = target.clone();
                scope.spawn(move || {
                    for _ in 0..50 {
                        target.append(format!("{}\n", name.repeat(99)).as_bytes()).unwrap();
                    }
                });
            }
        });
        let files = (0..=100)
            .map(|number| if number == 0 { target.path.clone() } else { rotated(&target.path, number) });
        let text: String = files.filter_map(|path| std::fs::read_to_string(path).ok()).collect();
        assert_eq!(text.lines().count(), 150);
        assert!(
            text.lines().all(|line| line.len() == 99 && line.bytes().all(|byte| byte == line.as_bytes()[0]))
        );
    }
}
