//! Sorting what arrives: answers to who asked, everything else in order to who listens.

use std::sync::Arc;

use codex_app_server_protocol::{Incoming as Message, RequestId, RpcError, TraceCarrier, TraceMember};
use codex_protocol::W3cTraceContext;
use serde_json::value::RawValue;
use tokio::sync::mpsc;

use crate::pending::Pending;

/// A message of the server that is no answer.
#[derive(Clone, Debug)]
pub enum Incoming {
    /// Something happened.
    Notification {
        /// The method's name.
        method: String,
        /// The params as they stood in the message; `{}` where there were none.
        params: Box<RawValue>,
        /// The span that it belongs to, where the client asked for it in `initialize`.
        trace: Option<W3cTraceContext>,
    },
    /// The server asks, and waits for [`Client::respond`](crate::Client::respond).
    Request {
        /// What the answer must carry.
        id: RequestId,
        /// The method's name.
        method: String,
        /// The params as they stood in the message; `{}` where there were none.
        params: Box<RawValue>,
        /// The span that asks.
        trace: Option<W3cTraceContext>,
    },
}

/// Runs until the connection ends, then fails what is still in flight.
pub(crate) async fn dispatch(
    mut incoming: mpsc::Receiver<String>,
    pending: Arc<Pending>,
    events: mpsc::Sender<Incoming>,
) {
    while let Some(text) = incoming.recv().await {
        let Ok(message) = Message::parse(text.as_bytes()) else {
            tracing::warn!(bytes = text.len(), "the server sent something that is no message; skipped");
            continue;
        };
        let event = match message {
            Message::Response { id: RequestId::Integer(id), result, .. } => {
                pending.resolve(id, Ok(result.to_owned()));
                continue;
            }
            Message::ErrorResponse { id: Some(RequestId::Integer(id)), error, .. } => {
                let error = serde_json::from_str(error.get()).unwrap_or_else(|_| {
                    RpcError::invalid_request(format!("an error that cannot be read: {}", error.get()))
                });
                pending.resolve(id, Err(error));
                continue;
            }
            Message::Response { .. } | Message::ErrorResponse { .. } => continue,
            Message::Notification { method, params, trace } => Incoming::Notification {
                method: method.into_owned(),
                params: owned(params),
                trace: carrier(trace),
            },
            Message::Request { id, method, params, trace } => Incoming::Request {
                id,
                method: method.into_owned(),
                params: owned(params),
                trace: carrier(trace),
            },
        };
        // Without a listener the events are dropped, and the answers still read.
        let _ = events.send(event).await;
    }
    pending.close();
}

fn owned(params: Option<&RawValue>) -> Box<RawValue> {
    params.map_or_else(|| RawValue::from_string("{}".to_owned()).expect("`{}` is JSON"), ToOwned::to_owned)
}

fn carrier(trace: TraceMember<'_>) -> Option<W3cTraceContext> {
    match trace.decode() {
        TraceCarrier::Context(carrier) => Some(carrier),
        TraceCarrier::Absent | TraceCarrier::Unusable => None,
    }
}
