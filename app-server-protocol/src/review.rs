//! `review/…`: code reviews.

use codex_protocol::{ThreadId, Turn};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What to review, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ReviewStartParams", rename_all = "camelCase")]
#[ts(optional_fields = nullable)]
pub struct StartParams {
    /// The thread that asks.
    pub thread_id: ThreadId,
    /// What to review.
    pub target: Target,
    /// Where the review runs; in the thread itself where absent.
    pub delivery: Option<Delivery>,
}

/// What to review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ReviewTarget", tag = "type", rename_all = "camelCase")]
pub enum Target {
    /// What is changed but not committed, new files included.
    UncommittedChanges,
    /// What the branch has that another one has not.
    BaseBranch {
        /// The other branch.
        branch: String,
    },
    /// One commit.
    Commit {
        /// The commit.
        sha: String,
        /// Its first line, for people.
        #[ts(optional = nullable)]
        title: Option<String>,
    },
    /// What these words say.
    Custom {
        /// The words.
        instructions: String,
    },
}

/// Where a review runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ReviewDelivery", rename_all = "camelCase")]
pub enum Delivery {
    /// In the thread itself.
    #[default]
    Inline,
}

/// The review that began.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ReviewStartResponse", rename_all = "camelCase")]
pub struct StartResponse {
    /// Its turn.
    pub turn: Turn,
    /// The thread that it runs in.
    pub review_thread_id: ThreadId,
}
