//! The records of a rollout.

use codex_protocol::{
    ActivePermissionProfile, ApprovalPolicy, ApprovalsReviewer, GitInfo, SandboxPolicy, ThreadItem,
    TokenUsage, Turn, TurnId,
};
use serde::{Deserialize, Serialize};

use super::ThreadMeta;
use crate::conversation::ConversationItem;

/// The version that this server writes, and the newest it reads.
pub(super) const VERSION: u32 = 1;

/// One line of a rollout.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Line<R> {
    /// Version of the record.
    pub(super) v: u32,
    /// When it was written, in Unix milliseconds.
    pub(super) at: i64,
    pub(super) record: R,
}

/// What a line says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum Record {
    /// The thread itself: the first line.
    Thread(ThreadMeta),
    /// What can change about a thread, as it stands from here on. Written with each turn's beginning and end too, so
    /// that it is found near the end of any rollout.
    State(ThreadState),
    /// A turn began.
    TurnStarted {
        /// The turn as it stood.
        turn: Turn,
    },
    /// An item reached its final form, or another one than before.
    Item {
        /// Its turn.
        turn_id: TurnId,
        /// The item.
        item: ThreadItem,
        /// Whether the model does not see what the item says: a message that broke off, or one whose files were read
        /// when it was said, which the context after it has.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        unseen: bool,
    },
    /// Something that only the model sees: its context, tool calls and their results.
    Context {
        /// What it sees.
        item: ConversationItem,
    },
    /// A turn ended.
    TurnEnded {
        /// The turn as it ended, without its items.
        turn: Turn,
        /// The tokens of the whole thread so far.
        usage: TokenUsage,
        /// The tokens of the last model call.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        last: Option<TokenUsage>,
    },
    /// A turn of the reference server ended. Never written: its usage stands elsewhere.
    #[serde(skip)]
    CodexTurnEnded { turn: Turn },
    /// Tokens that the reference server counted. Never written.
    #[serde(skip)]
    CodexUsage { total: TokenUsage, last: TokenUsage },
}

/// What can change about a thread.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct ThreadState {
    pub(crate) name: Option<String>,
    pub(crate) preview: String,
    pub(crate) git_info: Option<GitInfo>,
    pub(crate) read: ReadMark,
    pub(crate) settings: StoredSettings,
}

/// What the user has read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct ReadMark {
    /// The first turn that is unread; none where all is read.
    pub(crate) first_unread: Option<TurnId>,
    /// Unread from the beginning on, because the user said so.
    pub(crate) from_start: bool,
    /// Changes with each change; none before the first.
    pub(crate) revision: Option<String>,
}

/// A thread's settings. What is left out comes from the configuration.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct StoredSettings {
    pub(crate) cwd: Option<String>,
    pub(crate) model: Option<String>,
    pub(crate) model_provider: Option<String>,
    pub(crate) effort: Option<String>,
    pub(crate) approval_policy: Option<ApprovalPolicy>,
    pub(crate) approvals_reviewer: Option<ApprovalsReviewer>,
    pub(crate) sandbox_policy: Option<SandboxPolicy>,
    /// The profile that the sandbox is; none where it was chosen in another way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) permission_profile: Option<ActivePermissionProfile>,
}
