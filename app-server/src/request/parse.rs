//! From the bytes of one message to what they say.

use std::sync::Arc;

use codex_app_server_protocol::{Incoming, MethodId, NotificationId, RequestId, RpcError};
use serde_json::value::RawValue;

use super::call::{Call, Target};
use crate::{connection::Connection, transport::Frame};

/// What a client sent.
#[expect(
    clippy::large_enum_variant,
    reason = "taken apart as soon as it is made; a box would cost each request an allocation"
)]
pub(crate) enum Inbound<'a> {
    /// A message that goes through the stack.
    Call(Call),
    /// The client's answer to a request of the server: a result, or an error.
    Answer {
        /// The id of the server's request, where it can be read.
        id: Option<RequestId>,
        /// What the client answered.
        answer: Result<&'a RawValue, &'a RawValue>,
    },
    /// A blank line.
    Nothing,
}

impl<'a> Inbound<'a> {
    /// Reads what a frame holds.
    pub(crate) fn parse(connection: &Arc<Connection>, frame: Frame<'a>) -> Self {
        let text = match frame {
            Frame::Text(text) => text,
            Frame::Unusable(error) => return Self::malformed(connection, None, error),
        };
        if text.trim_ascii().is_empty() {
            return Self::Nothing;
        }
        let incoming = match Incoming::parse(text) {
            Ok(incoming) => incoming,
            Err(malformed) => {
                let error = RpcError::from(&malformed);
                return Self::malformed(connection, malformed.id, error);
            }
        };
        match incoming {
            Incoming::Request { id, method, params, trace } => {
                let target = MethodId::from_name(&method)
                    .map_or_else(|| Target::Unknown(method.into()), Target::Request);
                Self::Call(Call::new(Arc::clone(connection), Some(id), target, trace.decode(), params))
            }
            Incoming::Notification { method, params, trace } => {
                let target = NotificationId::from_name(&method)
                    .map_or_else(|| Target::Unknown(method.into()), Target::Notification);
                Self::Call(Call::new(Arc::clone(connection), None, target, trace.decode(), params))
            }
            Incoming::Response { id, result, .. } => Self::Answer { id: Some(id), answer: Ok(result) },
            Incoming::ErrorResponse { id, error, .. } => Self::Answer { id, answer: Err(error) },
        }
    }

    fn malformed(connection: &Arc<Connection>, id: Option<RequestId>, error: RpcError) -> Self {
        Self::Call(Call::malformed(Arc::clone(connection), id, error))
    }
}
