//! Putting threads away, bringing them back and deleting them: `thread/archive`, `thread/unarchive`, `thread/delete`.

use codex_protocol::{Thread, ThreadId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

macro_rules! names_a_thread {
    ($($(#[$doc:meta])* $name:ident = $wire:literal;)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
            #[serde(rename = $wire, rename_all = "camelCase")]
            pub struct $name {
                /// The thread.
                pub thread_id: ThreadId,
            }
        )*
    };
}

names_a_thread! {
    /// Which thread to put away.
    ArchiveParams = "ThreadArchiveParams";
    /// Which thread to bring back.
    UnarchiveParams = "ThreadUnarchiveParams";
    /// Which thread to delete.
    DeleteParams = "ThreadDeleteParams";
}

macro_rules! done {
    ($($(#[$doc:meta])* $name:ident = $wire:literal;)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
            #[serde(rename = $wire)]
            pub struct $name {}
        )*
    };
}

done! {
    /// The thread is put away.
    ArchiveResponse = "ThreadArchiveResponse";
    /// The thread is gone.
    DeleteResponse = "ThreadDeleteResponse";
}

/// The thread that came back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadUnarchiveResponse")]
pub struct UnarchiveResponse {
    /// The thread, not loaded.
    pub thread: Thread,
}
