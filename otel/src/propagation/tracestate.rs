//! The `tracestate` header (W3C Trace Context level 2, section 3.3).

use std::collections::HashSet;

use crate::CarrierError;

/// The most members that a list may have (section 3.3.1.1).
const MEMBERS: usize = 32;

/// A checked list of members, as it is forwarded.
///
/// The `TraceState` of `opentelemetry` cannot hold every list that level 2 allows (it still has the level 1 rule for
/// `@` in a key), so a context carries this value beside its span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct State(pub(crate) String);

/// Reads a header; `Ok(None)` when it has no member. A header outside the grammar is refused whole.
///
/// Of a key that stands twice the first member is kept: the left-most is the newest, and only one may be forwarded.
pub(crate) fn parse(header: &str) -> Result<Option<State>, CarrierError> {
    let mut list = String::with_capacity(header.len());
    let mut keys = HashSet::new();
    let mut members = 0;
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
        members += 1;
        if members > MEMBERS {
            return Err(CarrierError::StateMembers);
        }
        if keys.insert(key) {
            if !list.is_empty() {
                list.push(',');
            }
            list.push_str(member);
        }
    }
    Ok((!list.is_empty()).then_some(State(list)))
}

/// `key`, section 3.3.1.3.1: a lower-case letter or a digit, then up to 255 of `keychar`.
pub(super) fn is_key(key: &str) -> bool {
    let key = key.as_bytes();
    matches!(key.first(), Some(b'a'..=b'z' | b'0'..=b'9'))
        && key.len() <= 256
        && key.iter().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' | b'*' | b'/' | b'@'))
}

/// `value`, section 3.3.1.3.2: up to 256 printable ASCII characters but `,` and `=`, not ending in a space.
pub(super) fn is_value(value: &str) -> bool {
    let value = value.as_bytes();
    (1..=256).contains(&value.len())
        && value.iter().all(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b',' | b'='))
        && value.last() != Some(&b' ')
}
