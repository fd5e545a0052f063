//! Searches of the web.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What the model does in the web.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum WebSearchAction {
    /// It searches.
    Search {
        /// One query.
        query: Option<String>,
        /// Several queries.
        queries: Option<Vec<String>>,
    },
    /// It opens a page.
    OpenPage {
        /// The page.
        url: Option<String>,
    },
    /// It searches in a page.
    FindInPage {
        /// The page.
        url: Option<String>,
        /// What it looks for.
        pattern: Option<String>,
    },
    /// Something else.
    Other,
}
