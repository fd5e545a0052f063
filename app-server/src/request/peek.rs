//! What layers want to know of the params, read once and without their type.

use std::borrow::Cow;

use codex_app_server_protocol::{MethodId, initialize::ClientInfo};
use codex_protocol::{ThreadId, W3cTraceContext};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::Target;

/// The members of the params that layers look at, whatever the types of the others.
#[derive(Debug, Default)]
pub(crate) struct Peeked {
    /// The thread.
    pub(crate) thread: Option<ThreadId>,
    /// The thread as it was sent, where that is no id: for the span alone.
    pub(crate) unreadable_thread: Option<Box<str>>,
    pub(crate) turn_id: Option<Box<str>>,
    pub(crate) process_id: Option<Box<str>>,
    pub(crate) session_id: Option<Box<str>>,
    pub(crate) watch_id: Option<Box<str>>,
    /// The trace context in `_meta`, where MCP and ACP clients put it.
    pub(crate) meta: Option<W3cTraceContext>,
    /// `clientInfo` of `initialize`.
    pub(crate) client_info: Option<ClientInfo>,
}

impl Peeked {
    pub(crate) fn of(target: &Target, params: &RawValue) -> Self {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Members<'a> {
            #[serde(borrow, default)]
            thread_id: Option<&'a RawValue>,
            #[serde(borrow, default)]
            turn_id: Option<&'a RawValue>,
            #[serde(borrow, default)]
            expected_turn_id: Option<&'a RawValue>,
            #[serde(borrow, default)]
            process_id: Option<&'a RawValue>,
            #[serde(borrow, default)]
            session_id: Option<&'a RawValue>,
            #[serde(borrow, default)]
            watch_id: Option<&'a RawValue>,
            #[serde(borrow, default, rename = "_meta")]
            meta: Option<&'a RawValue>,
            #[serde(borrow, default)]
            client_info: Option<&'a RawValue>,
        }
        let text = params.get();
        // `{}` is the most common params of all; an array would read as the members in their order.
        if text.len() <= 2 || !text.starts_with('{') {
            return Self::default();
        }
        let Ok(members) = serde_json::from_str::<Members<'_>>(text) else { return Self::default() };
        let thread = members.thread_id.and_then(short_text);
        let id = thread.as_deref().and_then(|text| text.parse().ok());
        let introduces = matches!(target, Target::Request(MethodId::Initialize));
        Self {
            thread: id,
            unreadable_thread: thread.filter(|_| id.is_none()).map(Into::into),
            turn_id: members.turn_id.and_then(boxed).or_else(|| members.expected_turn_id.and_then(boxed)),
            process_id: members.process_id.and_then(boxed),
            session_id: members.session_id.and_then(boxed),
            watch_id: members.watch_id.and_then(boxed),
            meta: members.meta.and_then(trace_context),
            client_info: members
                .client_info
                .filter(|_| introduces)
                .and_then(|info| serde_json::from_str(info.get()).ok()),
        }
    }
}

/// A JSON string of at most 128 characters: longer ones are no ids, and would only fill spans and lanes.
fn short_text(raw: &RawValue) -> Option<Cow<'_, str>> {
    let raw = raw.get();
    if raw.len() > 130 {
        return None;
    }
    serde_json::from_str::<Text<'_>>(raw).ok().map(|text| text.0)
}

/// Borrowed where the text has no escapes.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

fn boxed(raw: &RawValue) -> Option<Box<str>> {
    short_text(raw).map(Into::into)
}

fn trace_context(meta: &RawValue) -> Option<W3cTraceContext> {
    #[derive(Deserialize)]
    struct Meta {
        traceparent: Option<String>,
        tracestate: Option<String>,
    }
    let meta: Meta = serde_json::from_str(meta.get()).ok()?;
    Some(W3cTraceContext { traceparent: Some(meta.traceparent?), tracestate: meta.tracestate })
}
