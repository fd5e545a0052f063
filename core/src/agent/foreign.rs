//! Threads in files that somebody else may have written: they say what was talked about, not what commands may do.

use std::path::Path;

use crate::store::{LoadedThread, ThreadRef};

/// Takes from a thread what only this server's own files may say: policy, sandbox, base instructions. For one whose file lies
/// outside of the configuration folder; links are followed.
pub(super) fn distrust(loaded: &mut LoadedThread, thread: &ThreadRef, codex_home: &Path) {
    let ThreadRef::Location(path) = thread else { return };
    let own = codex_home.canonicalize();
    if path.canonicalize().is_ok_and(|path| own.is_ok_and(|own| path.starts_with(own))) {
        return;
    }
    let settings = &mut loaded.state.settings;
    settings.approval_policy = None;
    settings.approvals_reviewer = None;
    settings.sandbox_policy = None;
    settings.permission_profile = None;
    loaded.meta.base_instructions = None;
}
