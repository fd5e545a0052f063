//! What a message is: told by hand from the members it has.
//!
//! An untagged enum would lose a request whose id has an unexpected shape, and would parse everything twice.

use std::borrow::Cow;

use serde_json::value::RawValue;

use crate::{Envelope, ErrorCode, MAX_DEPTH, RequestId, RpcError, TraceMember};

/// What a message is.
#[derive(Clone, Debug)]
pub enum Incoming<'a> {
    /// Wants exactly one response.
    Request {
        /// What the response is matched by.
        id: RequestId,
        /// The method's name, in a table or not.
        method: Cow<'a, str>,
        /// The params as they came.
        params: Option<&'a RawValue>,
        /// The sender's trace context.
        trace: TraceMember<'a>,
    },
    /// Wants no response.
    Notification {
        /// The method's name, in a table or not.
        method: Cow<'a, str>,
        /// The params as they came.
        params: Option<&'a RawValue>,
        /// The sender's trace context.
        trace: TraceMember<'a>,
    },
    /// The result of a request that we sent.
    Response {
        /// Our request's id.
        id: RequestId,
        /// The result as it came.
        result: &'a RawValue,
        /// The answerer's trace context.
        trace: TraceMember<'a>,
    },
    /// The failure of a request that we sent.
    ErrorResponse {
        /// Our request's id; none where the other side could not read it. Never to be answered.
        id: Option<RequestId>,
        /// The error as it came, usually an [`RpcError`].
        error: &'a RawValue,
        /// The answerer's trace context.
        trace: TraceMember<'a>,
    },
}

/// Bytes that are no message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind}")]
pub struct Malformed {
    /// What is wrong with them.
    pub kind: MalformedKind,
    /// The id to answer to, where one can be read.
    pub id: Option<RequestId>,
}

/// The ways in which bytes can fail to be a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MalformedKind {
    /// Not UTF-8.
    #[error("the message is not UTF-8")]
    NotUtf8,
    /// Not JSON.
    #[error("the message is not JSON")]
    NotJson,
    /// Nested deeper than [`MAX_DEPTH`].
    #[error("the message is nested deeper than {MAX_DEPTH} levels")]
    TooDeep,
    /// An array: the reference protocol has no batches.
    #[error("batches are not supported: send one message at a time")]
    Batch,
    /// JSON, but no object.
    #[error("a message is a JSON object")]
    NotAnObject,
    /// An id that is neither text nor a 64-bit integer.
    #[error("`id` must be a string or a 64-bit integer")]
    Id,
    /// A method that is no text.
    #[error("`method` must be a string")]
    Method,
    /// Neither `method`, nor `result`, nor `error`.
    #[error("a message has a `method`, a `result` or an `error`")]
    Nothing,
    /// A `result` and an `error`.
    #[error("a response has either a `result` or an `error`")]
    ResultAndError,
}

impl MalformedKind {
    /// The code of the answer: `-32700` where the text could not be read, `-32600` where it is JSON but no message.
    pub const fn code(self) -> ErrorCode {
        match self {
            Self::NotUtf8 | Self::NotJson | Self::TooDeep => ErrorCode::PARSE_ERROR,
            Self::Batch
            | Self::NotAnObject
            | Self::Id
            | Self::Method
            | Self::Nothing
            | Self::ResultAndError => ErrorCode::INVALID_REQUEST,
        }
    }
}

impl From<&Malformed> for RpcError {
    fn from(malformed: &Malformed) -> Self {
        Self::new(malformed.kind.code(), malformed.kind.to_string())
    }
}

impl From<MalformedKind> for Malformed {
    fn from(kind: MalformedKind) -> Self {
        Self { kind, id: None }
    }
}

impl<'a> Envelope<'a> {
    /// Tells what the message is.
    pub fn classify(self) -> Result<Incoming<'a>, Malformed> {
        let trace = TraceMember::new(self.trace);
        let id = self.id.and_then(RequestId::from_raw);
        if let Some(method) = self.method {
            let Some(method) = string(method) else {
                return Err(Malformed { kind: MalformedKind::Method, id });
            };
            return match (self.id, id) {
                (None, _) => Ok(Incoming::Notification { method, params: self.params, trace }),
                (Some(_), Some(id)) => Ok(Incoming::Request { id, method, params: self.params, trace }),
                (Some(_), None) => Err(MalformedKind::Id.into()),
            };
        }
        // Peers that follow JSON-RPC 1.0 send both members, one of them null.
        match (self.result, self.error.filter(|error| error.get() != "null")) {
            (Some(result), None) => match id {
                Some(id) => Ok(Incoming::Response { id, result, trace }),
                None => Err(MalformedKind::Id.into()),
            },
            (None, Some(error)) => Ok(Incoming::ErrorResponse { id, error, trace }),
            (Some(result), Some(error)) if result.get() == "null" => {
                Ok(Incoming::ErrorResponse { id, error, trace })
            }
            (Some(_), Some(_)) => Err(Malformed { kind: MalformedKind::ResultAndError, id }),
            (None, None) => Err(Malformed { kind: MalformedKind::Nothing, id }),
        }
    }
}

impl<'a> Incoming<'a> {
    /// Reads one message from bytes and tells what it is.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Malformed> {
        Envelope::parse(bytes)?.classify()
    }
}

/// The text of a JSON string, borrowed where it has no escapes.
fn string(raw: &RawValue) -> Option<Cow<'_, str>> {
    let quoted = raw.get();
    let inner = quoted.strip_prefix('"')?.strip_suffix('"')?;
    if inner.contains('\\') { serde_json::from_str(quoted).ok() } else { Some(Cow::Borrowed(inner)) }
}
