//! Where configuration and threads are.

use std::path::PathBuf;

/// `$CODEX_HOME`, else `~/.codex`.
pub(crate) fn codex_home() -> PathBuf {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    set("CODEX_HOME").unwrap_or_else(|| set("HOME").unwrap_or_default().join(".codex"))
}
