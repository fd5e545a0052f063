//! Writing messages: straight into a buffer, nothing built first.

use codex_protocol::W3cTraceContext;
use serde::Serialize;

use crate::{RequestId, RpcError};

/// Appends a response. `result` may be a `RawValue`. On an error the buffer is as it was.
pub fn write_response<R: Serialize + ?Sized>(
    buffer: &mut Vec<u8>,
    id: &RequestId,
    result: &R,
    trace: Option<&W3cTraceContext>,
) -> Result<(), serde_json::Error> {
    append(buffer, &Response { id, result, trace })
}

/// Appends an error response; without an id where none could be read. On an error the buffer is as it was.
pub fn write_error(
    buffer: &mut Vec<u8>,
    id: Option<&RequestId>,
    error: &RpcError,
    trace: Option<&W3cTraceContext>,
) -> Result<(), serde_json::Error> {
    append(buffer, &ErrorResponse { error, id, trace })
}

/// Appends a notification. `emitted_at_ms` is Unix time in milliseconds; clients leave it out.
/// On an error the buffer is as it was.
pub fn write_notification<P: Serialize + ?Sized>(
    buffer: &mut Vec<u8>,
    method: &str,
    params: Option<&P>,
    emitted_at_ms: Option<i64>,
    trace: Option<&W3cTraceContext>,
) -> Result<(), serde_json::Error> {
    append(buffer, &Notification { method, params, emitted_at_ms, trace })
}

/// Appends a request, of a client or of the server. On an error the buffer is as it was.
pub fn write_request<P: Serialize + ?Sized>(
    buffer: &mut Vec<u8>,
    id: &RequestId,
    method: &str,
    params: &P,
    trace: Option<&W3cTraceContext>,
) -> Result<(), serde_json::Error> {
    append(buffer, &Request { id, method, params, trace })
}

#[derive(Serialize)]
struct Response<'a, R: ?Sized> {
    id: &'a RequestId,
    result: &'a R,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace: Option<&'a W3cTraceContext>,
}

/// The reference server writes `error` before `id`.
#[derive(Serialize)]
struct ErrorResponse<'a> {
    error: &'a RpcError,
    id: Option<&'a RequestId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace: Option<&'a W3cTraceContext>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Notification<'a, P: ?Sized> {
    method: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    params: Option<&'a P>,
    #[serde(skip_serializing_if = "Option::is_none")]
    emitted_at_ms: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace: Option<&'a W3cTraceContext>,
}

#[derive(Serialize)]
struct Request<'a, P: ?Sized> {
    id: &'a RequestId,
    method: &'a str,
    params: &'a P,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace: Option<&'a W3cTraceContext>,
}

fn append<M: Serialize>(buffer: &mut Vec<u8>, message: &M) -> Result<(), serde_json::Error> {
    let start = buffer.len();
    serde_json::to_writer(&mut *buffer, message).inspect_err(|_| buffer.truncate(start))
}
