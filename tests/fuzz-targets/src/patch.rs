//! A patch as a model writes it, and behind a NUL the file that it is for.

pub(crate) const CORPUS: &[&str] = &[
    "*** Begin Patch\n*** Update File: a\n@@ fn main\n b\n-c\n+d\n*** End of File\n*** End Patch\n\0fn main\nb\nc\n",
    "*** Begin Patch\n*** Update File: a\n*** Move to: b\n-a\n+b\n\n@@\n+c\n*** End Patch\0\ta \r\n\r\nb",
    "<<'EOF'\n*** Begin Patch\r\n*** Add File: x y\r\n+1\r\n*** Delete File: z\r\n*** End Patch\r\nEOF",
    "*** Begin Patch\n*** Update File: a\n-\u{201c}a\u{201d}\n+\n*** End Patch\0\"a\"\n\u{fffd}\n",
];

/// Reads the patch and applies it. What it makes of the file is no longer than both together, each line ended.
pub fn patch(bytes: &[u8]) {
    let (text, content) = match bytes.iter().position(|byte| *byte == 0) {
        Some(at) => (&bytes[..at], &bytes[at + 1..]),
        None => (bytes, &[][..]),
    };
    let Ok(text) = std::str::from_utf8(text) else { return };
    for changed in codex_core::fuzzing::patch(text, content) {
        // A new line may get the carriage return of the one that it replaces.
        assert!(changed.len() <= content.len() + 2 * text.len(), "{text:?} makes {changed:?} of {content:?}");
    }
}
