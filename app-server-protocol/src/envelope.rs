//! A message as it arrives: one pass over the bytes, everything borrowed.

use std::{fmt, str};

use serde::{
    Deserialize, Deserializer,
    de::{self, DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

use crate::{Malformed, MalformedKind};

/// How deep a message may be nested, its own braces included. Every payload type can decode this depth.
pub const MAX_DEPTH: usize = 127;

/// The members of a message that mean something; all others, `"jsonrpc"` included, are accepted and ignored.
///
/// Of a member that comes twice the last one counts, as most JSON readers have it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Envelope<'a> {
    /// Present, even when it is `null`.
    pub(crate) id: Option<&'a RawValue>,
    pub(crate) method: Option<&'a RawValue>,
    pub(crate) params: Option<&'a RawValue>,
    pub(crate) result: Option<&'a RawValue>,
    pub(crate) error: Option<&'a RawValue>,
    pub(crate) trace: Option<&'a RawValue>,
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
