//! What changed in a file, as a unified diff.

use std::time::{Duration, Instant};

use similar::{Algorithm, TextDiff};

/// After this time a diff is made as it comes, not as short as it can be.
const TIMEOUT: Duration = Duration::from_millis(200);

/// The hunks of a unified diff, without the lines that name the files.
pub(super) fn unified(old: &[u8], new: &[u8], context: usize) -> String {
    let (old, new) = (String::from_utf8_lossy(old), String::from_utf8_lossy(new));
    let diff = TextDiff::configure()
        .algorithm(Algorithm::Myers)
        .deadline(Instant::now() + TIMEOUT)
        .diff_lines(&*old, &*new);
    diff.unified_diff().context_radius(context).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diff_has_hunks_alone() {
        assert_eq!(unified(b"a\nb\nc\nd\n", b"a\nb\nx\nd\n", 1), "@@ -2,3 +2,3 @@\n b\n-c\n+x\n d\n");
        assert_eq!(unified(b"a", b"a\n", 1), "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n");
        assert_eq!(unified(b"a\n", b"a\n", 1), "");
    }
}
