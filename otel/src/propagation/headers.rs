//! Carriers as HTTP headers, in and out.

use codex_protocol::W3cTraceContext;
use http::{HeaderMap, HeaderValue};

use crate::{check, propagates};

const PARENT: &str = "traceparent";
const STATE: &str = "tracestate";

/// Reads the carrier of a request; `None` without a valid one, or where context is not taken in.
///
/// More than one `traceparent` is none at all, several `tracestate` are one list in their order (level 2, sections 3.2
/// and 3.3). A state outside the grammar is dropped whole, and the parent stands.
pub fn from_headers(headers: &HeaderMap) -> Option<W3cTraceContext> {
    if !propagates() {
        return None;
    }
    let mut parents = headers.get_all(PARENT).iter();
    let (Some(parent), None) = (parents.next(), parents.next()) else { return None };
    let states: Option<Vec<&str>> = headers.get_all(STATE).iter().map(|state| state.to_str().ok()).collect();
    let carrier = W3cTraceContext {
        traceparent: Some(parent.to_str().ok()?.to_owned()),
        tracestate: states.filter(|states| !states.is_empty()).map(|states| states.join(",")),
    };
    match check(&carrier) {
        Ok(()) => Some(carrier),
        Err(error) if error.keeps_parent() => Some(W3cTraceContext { tracestate: None, ..carrier }),
        Err(_) => None,
    }
}

/// Writes a carrier into the headers of a request, the state only if `state` says so. What is not valid is not written,
/// and nothing is where context is not handed on.
pub fn into_headers(carrier: &W3cTraceContext, state: bool, headers: &mut HeaderMap) {
    let states = match check(carrier) {
        _ if !propagates() => return,
        Ok(()) => state,
        Err(error) if error.keeps_parent() => false,
        Err(_) => return,
    };
    let mut put = |name: &'static str, value: Option<&String>| {
        // What is within the grammar is a header value too, but for the spaces around it.
        if let Some(value) = value.and_then(|value| HeaderValue::try_from(value.trim()).ok()) {
            headers.insert(name, value);
        }
    };
    put(PARENT, carrier.traceparent.as_ref());
    if states {
        put(STATE, carrier.tracestate.as_ref());
    }
}
