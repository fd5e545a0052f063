//! The `traceparent` header (W3C Trace Context level 2, section 3.2).

use opentelemetry::trace::{SpanContext, SpanId, TraceFlags, TraceId};

use crate::CarrierError;

/// Length of a version 00 header: `00-` 32 `-` 16 `-` 2.
const LENGTH: usize = 55;
/// The flags of level 2: sampled and random trace id.
const KNOWN_FLAGS: u8 = 0b11;

/// The parsed header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TraceParent {
    pub(crate) trace_id: TraceId,
    pub(crate) span_id: SpanId,
    pub(crate) flags: TraceFlags,
}

impl TraceParent {
    /// Reads a header. Outer spaces and tabs are trimmed, as around any HTTP header value.
    pub(crate) fn parse(header: &str) -> Result<Self, CarrierError> {
        let text = header.trim_matches([' ', '\t']).as_bytes();
        let Some((head, rest)) = text.split_at_checked(LENGTH) else {
            return Err(CarrierError::Length(text.len()));
        };
        if head[2] != b'-' || head[35] != b'-' || head[52] != b'-' {
            return Err(CarrierError::Shape);
        }
        let version = hex(&head[..2]).ok_or(CarrierError::Version)? as u8;
        match (version, rest) {
            (0xff, _) => return Err(CarrierError::Version),
            // A later version may say more after a dash (section 3.2.4), and means at least this much.
            (0, []) | (1.., [] | [b'-', ..]) => {}
            _ => return Err(CarrierError::Length(text.len())),
        }
        let trace_id = hex(&head[3..35]).filter(|id| *id != 0).ok_or(CarrierError::TraceId)?;
        let span_id = hex(&head[36..52]).filter(|id| *id != 0).ok_or(CarrierError::ParentId)?;
        let flags = hex(&head[53..]).ok_or(CarrierError::Flags)? as u8;
        Ok(Self {
            trace_id: TraceId::from(trace_id),
            span_id: SpanId::from(span_id as u64),
            flags: TraceFlags::new(flags & KNOWN_FLAGS),
        })
    }

    /// Writes a version 00 header.
    pub(crate) fn write(context: &SpanContext) -> String {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut text = String::with_capacity(LENGTH);
        let mut push = |byte: u8| {
            text.push(char::from(DIGITS[usize::from(byte >> 4)]));
            text.push(char::from(DIGITS[usize::from(byte & 15)]));
        };
        push(0);
        context.trace_id().to_bytes().into_iter().for_each(&mut push);
        context.span_id().to_bytes().into_iter().for_each(&mut push);
        push(context.trace_flags().to_u8() & KNOWN_FLAGS);
        text.insert(2, '-');
        text.insert(35, '-');
        text.insert(52, '-');
        text
    }
}

/// A number of lower-case hex digits, at most 32 of them.
fn hex(digits: &[u8]) -> Option<u128> {
    digits.iter().try_fold(0, |number, digit| {
        let value = match digit {
            b'0'..=b'9' => digit - b'0',
            b'a'..=b'f' => digit - b'a' + 10,
            _ => return None,
        };
        Some(number << 4 | u128::from(value))
    })
}
