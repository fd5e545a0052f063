//! A message as it arrives: one pass over the bytes, everything borrowed, classified by hand.
//!
//! An untagged enum would lose a request whose id has an unexpected shape, and would parse everything twice.

use std::{borrow::Cow, fmt, str};

use serde::{
    Deserialize, Deserializer,
    de::{self, DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

use crate::{ErrorCode, RequestId, RpcError, TraceMember};

/// How deep a message may be nested, its own braces included. Every payload type can decode this depth.
pub const MAX_DEPTH: usize = 127;

/// The members of a message that mean something; all others, `"jsonrpc"` included, are accepted and ignored.
///
/// Of a member that comes twice the last one counts, as most JSON readers have it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Envelope<'a> {
    /// Present, even when it is `null`.
    id: Option<&'a RawValue>,
    method: Option<&'a RawValue>,
    params: Option<&'a RawValue>,
    result: Option<&'a RawValue>,
    error: Option<&'a RawValue>,
    trace: Option<&'a RawValue>,
}

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
    /// Reads one message from bytes.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Malformed> {
        Self::parse_str(str::from_utf8(bytes).map_err(|_| MalformedKind::NotUtf8)?)
    }

    /// Reads one message from text that is known to be UTF-8, as a websocket's text frame is.
    pub fn parse_str(text: &'a str) -> Result<Self, Malformed> {
        if too_deep(text.as_bytes()) {
            return Err(MalformedKind::TooDeep.into());
        }
        match serde_json::from_str(text) {
            Ok(Shape::Object(envelope)) => Ok(envelope),
            Ok(Shape::Array) => Err(MalformedKind::Batch.into()),
            Ok(Shape::Other) => Err(MalformedKind::NotAnObject.into()),
            Err(_) => Err(MalformedKind::NotJson.into()),
        }
    }

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

/// `RawValue` skips over nested values without counting, so the depth is looked at here.
/// A message with few brackets cannot be deep: counting them runs at memory speed, and nearly always settles it.
fn too_deep(text: &[u8]) -> bool {
    let brackets = text.iter().filter(|byte| matches!(byte, b'[' | b'{')).count();
    brackets > MAX_DEPTH && deepest(text) > MAX_DEPTH
}

/// The deepest nesting of brackets outside strings.
fn deepest(text: &[u8]) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let (mut quoted, mut escaped) = (false, false);
    for byte in text {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'[' | b'{' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// Any JSON text, of which only objects are looked into.
enum Shape<'a> {
    Object(Envelope<'a>),
    Array,
    Other,
}

impl<'de> Deserialize<'de> for Shape<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ShapeVisitor)
    }
}

struct ShapeVisitor;

impl<'de> Visitor<'de> for ShapeVisitor {
    type Value = Shape<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Shape<'de>, A::Error> {
        let mut envelope = Envelope::default();
        while let Some(member) = members.next_key_seed(MemberVisitor)? {
            let slot = match member {
                Member::Id => &mut envelope.id,
                Member::Method => &mut envelope.method,
                Member::Params => &mut envelope.params,
                Member::Result => &mut envelope.result,
                Member::Error => &mut envelope.error,
                Member::Trace => &mut envelope.trace,
                Member::Unknown => {
                    members.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            *slot = Some(members.next_value()?);
        }
        Ok(Shape::Object(envelope))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Shape<'de>, A::Error> {
        while elements.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Shape::Array)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Shape<'de>, E> {
        Ok(Shape::Other)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Shape<'de>, E> {
        Ok(Shape::Other)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Shape<'de>, E> {
        Ok(Shape::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Shape<'de>, E> {
        Ok(Shape::Other)
    }

    fn visit_str<E>(self, _: &str) -> Result<Shape<'de>, E> {
        Ok(Shape::Other)
    }

    fn visit_unit<E>(self) -> Result<Shape<'de>, E> {
        Ok(Shape::Other)
    }
}

enum Member {
    Id,
    Method,
    Params,
    Result,
    Error,
    Trace,
    Unknown,
}

/// Reads a member's name as bytes: a name with a lone surrogate is no reason to lose the request.
struct MemberVisitor;

impl<'de> DeserializeSeed<'de> for MemberVisitor {
    type Value = Member;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Member, D::Error> {
        deserializer.deserialize_bytes(self)
    }
}

impl Visitor<'_> for MemberVisitor {
    type Value = Member;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member's name")
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<Member, E> {
        self.visit_bytes(name.as_bytes())
    }

    fn visit_bytes<E>(self, name: &[u8]) -> Result<Member, E> {
        Ok(match name {
            b"id" => Member::Id,
            b"method" => Member::Method,
            b"params" => Member::Params,
            b"result" => Member::Result,
            b"error" => Member::Error,
            b"trace" => Member::Trace,
            _ => Member::Unknown,
        })
    }
}
