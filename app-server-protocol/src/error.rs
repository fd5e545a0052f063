//! The error object of the wire, and every code in use.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use ts_rs::TS;

/// The code of an error: the JSON-RPC 2.0 specification, section 5.1, and one of our own range.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(transparent)]
pub struct ErrorCode(#[ts(type = "number")] pub i64);

impl ErrorCode {
    /// The bytes are no JSON, no UTF-8, or nested too deep: nothing of them can be trusted, not even an id.
    pub const PARSE_ERROR: Self = Self(-32700);
    /// JSON, but no message; or a message that the state of the connection, thread or turn does not allow.
    /// The reference server uses this code for the latter too, and clients match on it.
    pub const INVALID_REQUEST: Self = Self(-32600);
    /// A method that is in no table. Apart from `INVALID_REQUEST` so that a client can try an older method.
    pub const METHOD_NOT_FOUND: Self = Self(-32601);
    /// Params that do not fit the method. Apart from `INVALID_REQUEST` because only the client's author can help.
    pub const INVALID_PARAMS: Self = Self(-32602);
    /// Our own failure. The text is fixed, the cause is in the server's log under the trace id.
    pub const INTERNAL_ERROR: Self = Self(-32603);
    /// Too much at once: the one error after which the same request, later, may succeed.
    pub const OVERLOADED: Self = Self(-32001);
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The error object of a response.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS, thiserror::Error)]
#[error("{message} ({code})")]
pub struct RpcError {
    /// The kind of error, for programs.
    pub code: ErrorCode,
    /// What happened, for people.
    pub message: String,
    /// More, for programs.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "object_or_nothing")]
    #[ts(optional)]
    pub data: Option<Box<ErrorData>>,
}

/// What an error carries beside its text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct ErrorData {
    /// The trace that the error happened in: 32 hex digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub trace_id: Option<String>,
    /// What only some errors have.
    #[serde(flatten)]
    #[ts(skip)]
    pub more: Map<String, Value>,
}

impl RpcError {
    /// An error with a text and no data.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), data: None }
    }

    /// A request that the state of its connection, thread or turn does not allow.
    pub fn invalid_request(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::INVALID_REQUEST, message)
    }

    /// Anything but `initialize` before `initialize`.
    pub fn not_initialized() -> Self {
        Self::invalid_request("Not initialized")
    }

    /// A second `initialize`.
    pub fn already_initialized() -> Self {
        Self::invalid_request("Already initialized")
    }

    /// A method that is in no table. A very long name is cut, so that it does not come back as a very long error.
    pub fn method_not_found(name: &str) -> Self {
        Self::new(ErrorCode::METHOD_NOT_FOUND, format!("no method `{}`", shortened(name)))
    }

    /// Params that do not fit the method; `message` names the field by path.
    pub fn invalid_params(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::INVALID_PARAMS, message)
    }

    /// Our own failure: one text for all, so that nothing of the cause leaks.
    pub fn internal() -> Self {
        Self::new(ErrorCode::INTERNAL_ERROR, "internal error")
    }

    /// Too much at once.
    pub fn overloaded() -> Self {
        Self::new(ErrorCode::OVERLOADED, "Server overloaded; retry later.")
    }

    /// The same error, naming the trace that it happened in.
    #[must_use]
    pub fn with_trace_id(mut self, trace_id: impl Into<String>) -> Self {
        self.data.get_or_insert_default().trace_id = Some(trace_id.into());
        self
    }
}

/// The longest part of a client's own text that an error repeats, in characters.
const LONGEST_ECHO: usize = 200;

/// The text, or as much of it as an error may repeat.
fn shortened(text: &str) -> &str {
    text.char_indices().nth(LONGEST_ECHO).map_or(text, |(end, _)| &text[..end])
}

/// Other servers put anything into `data`; a client must still be able to read the error.
fn object_or_nothing<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Box<ErrorData>>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(value.is_object().then(|| serde_json::from_value(value).ok()).flatten())
}
