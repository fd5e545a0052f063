//! Request ids: strings or 64-bit integers.

use std::{fmt, sync::Arc};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use ts_rs::TS;

/// What a response is matched to its request by. Cheap to clone.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema, TS)]
#[serde(untagged)]
pub enum RequestId {
    /// A whole number of 64 bits, with its sign.
    #[ts(type = "number")]
    Integer(i64),
    /// Any text.
    String(#[ts(type = "string")] Arc<str>),
}

impl RequestId {
    /// Reads an id from its JSON text; `None` for every other JSON value: `1.5`, an integer past 64 bits, `null`.
    pub fn from_raw(raw: &RawValue) -> Option<Self> {
        let text = raw.get();
        match text.as_bytes().first()? {
            b'"' => serde_json::from_str(text).ok().map(Self::String),
            b'-' | b'0'..=b'9' => text.parse().ok().map(Self::Integer),
            _ => None,
        }
    }
}

impl From<i64> for RequestId {
    fn from(id: i64) -> Self {
        Self::Integer(id)
    }
}

impl From<&str> for RequestId {
    fn from(id: &str) -> Self {
        Self::String(id.into())
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(id) => fmt::Display::fmt(id, f),
            Self::String(id) => fmt::Display::fmt(id, f),
        }
    }
}

impl fmt::Debug for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(id) => fmt::Debug::fmt(id, f),
            Self::String(id) => fmt::Debug::fmt(id, f),
        }
    }
}
