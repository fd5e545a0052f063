//! Adding items to what the model of a thread sees: `thread/inject_items`.

use codex_protocol::ThreadId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

/// A thread, and what its model is to see besides.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadInjectItemsParams", rename_all = "camelCase")]
pub struct InjectItemsParams {
    /// The thread, which must be loaded.
    pub thread_id: ThreadId,
    /// Items in the form of the model's interface.
    #[ts(type = "Array<unknown>")]
    pub items: Vec<Value>,
}

/// The model sees them from its next request on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadInjectItemsResponse")]
pub struct InjectItemsResponse {}
