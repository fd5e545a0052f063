//! From the bytes of one message to the call that goes through the stack.

use std::sync::Arc;

use codex_app_server_protocol::{Incoming, MethodId, NotificationId, RpcError};

use crate::{
    connection::Connection,
    request::call::{Call, Target},
    transport::Frame,
};

/// The call that a frame holds; none for a client's answer, which is taken here and now whatever else waits, and for a
/// blank line.
pub(crate) fn call(connection: &Arc<Connection>, frame: Frame<'_>) -> Option<Call> {
    let text = match frame {
        Frame::Text(text) => text,
        Frame::Unusable(error) => return Some(Call::malformed(Arc::clone(connection), None, error)),
    };
    if text.trim_ascii().is_empty() {
        return None;
    }
    let incoming = match Incoming::parse(text) {
        Ok(incoming) => incoming,
        Err(malformed) => {
            let error = RpcError::from(&malformed);
            return Some(Call::malformed(Arc::clone(connection), malformed.id, error));
        }
    };
    match incoming {
        Incoming::Request { id, method, params, trace } => {
            let target =
                MethodId::from_name(&method).map_or_else(|| Target::Unknown(method.into()), Target::Request);
            Some(Call::new(Arc::clone(connection), Some(id), target, trace.decode(), params))
        }
        Incoming::Notification { method, params, trace } => {
            let target = NotificationId::from_name(&method)
                .map_or_else(|| Target::Unknown(method.into()), Target::Notification);
            Some(Call::new(Arc::clone(connection), None, target, trace.decode(), params))
        }
        Incoming::Response { id, result, .. } => {
            connection.server_requests().answer(connection, Some(&id), Ok(result));
            None
        }
        Incoming::ErrorResponse { id, error, .. } => {
            connection.server_requests().answer(connection, id.as_ref(), Err(error));
            None
        }
    }
}
