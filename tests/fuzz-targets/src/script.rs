//! A shell script: the parser says what it is sure of, and nothing else.

pub(crate) const CORPUS: &[&str] = &[
    "cd sub && ls -la | grep x",
    "git status; rm -rf \"$HOME/x\"",
    "cat <<'EOF'\ntext\nEOF\n",
    "for f in *.rs; do echo \"$f\"; done > out 2>&1 &",
    "sed -n '1,5p' 'a b'",
];

/// Parses a script. What it says is run contains no more words than the script can hold.
pub fn script(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Some(commands) = codex_core::fuzzing::script(text) else { return };
    let words: usize = commands.iter().map(Vec::len).sum();
    assert!(words <= text.len(), "{words} words in {text:?}");
}
