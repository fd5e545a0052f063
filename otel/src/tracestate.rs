//! The `tracestate` header (W3C Trace Context level 2, section 3.3).

use std::collections::HashSet;
use std::str::FromStr;

use opentelemetry::trace::TraceState;

use crate::CarrierError;

/// The most members that a list may have (section 3.3.1.1).
const MEMBERS: usize = 32;

/// Reads a header; `Ok(None)` when it has no member. A header outside the grammar is refused whole.
pub(crate) fn parse(header: &str) -> Result<Option<TraceState>, CarrierError> {
    let mut list = String::with_capacity(header.len());
    let mut keys = HashSet::new();
    for member in header.split(',') {
        let member = member.trim_matches([' ', '\t']);
        if member.is_empty() {
            // Empty members are allowed (section 3.3.1.2) and say nothing.
            continue;
        }
        let (key, value) = member.split_once('=').ok_or(CarrierError::StateMember)?;
        if !is_key(key) {
            return Err(CarrierError::StateKey);
        }
        if !is_value(value) {
            return Err(CarrierError::StateValue);
        }
        if !keys.insert(key) {
            return Err(CarrierError::StateDuplicate);
        }
        if keys.len() > MEMBERS {
            return Err(CarrierError::StateMembers);
        }
        if !list.is_empty() {
            list.push(',');
        }
        list.push_str(member);
    }
    if list.is_empty() {
        return Ok(None);
    }
    TraceState::from_str(&list).map(Some).map_err(|_| CarrierError::StateMember)
}

/// Writes the header; `None` for an empty list, and for one outside the grammar (which can only have come from code).
pub(crate) fn write(state: &TraceState) -> Option<String> {
    let header = state.header();
    if header.is_empty() { None } else { parse(&header).ok().flatten().map(|_| header) }
}

/// `key`, section 3.3.1.3.1: a simple key or `tenant@system`.
fn is_key(key: &str) -> bool {
    fn rest(text: &[u8]) -> bool {
        text.iter().all(|byte| {
            matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' | b'*' | b'/' | b'@')
        })
    }
    let key = key.as_bytes();
    // Level 2 has one form: a letter or a digit, then up to 255 characters, `@` among them.
    matches!(key.first(), Some(b'a'..=b'z' | b'0'..=b'9')) && key.len() <= 256 && rest(&key[1..])
}

/// `value`, section 3.3.1.3.2: up to 256 printable ASCII characters but `,` and `=`, not ending in a space.
fn is_value(value: &str) -> bool {
    let value = value.as_bytes();
    (1..=256).contains(&value.len())
        && value.iter().all(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b',' | b'='))
        && value.last() != Some(&b' ')
}
