//! The question whether files may be changed.

use crate::ItemId;

/// May these files be changed? The changes stand on the item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatchApproval {
    /// The item that has the changes.
    pub item_id: ItemId,
    /// Why the agent wants what is not allowed without asking.
    pub reason: Option<String>,
    /// The folder that may be written to for as long as the thread is loaded, where that is asked for.
    pub grant_root: Option<String>,
}

/// An answer to the question whether files may be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PatchDecision {
    /// They may, this time.
    Accept,
    /// They may, and so may the same files again for as long as the thread is loaded.
    AcceptForSession,
    /// They may not. The turn goes on without it.
    Decline,
    /// They may not, and the turn ends.
    Cancel,
}
