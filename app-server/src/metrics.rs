//! What the server measures: calls, connections and requests that are not answered yet.

use codex_otel::metrics::{Counted, Histogram, Timer, UpDownCounter};
use codex_otel::{Value, attr};

/// Seconds (RPC conventions).
const BOUNDS: &[f64] = &[0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

static CALLS: Histogram =
    Histogram::new("rpc.server.call.duration", "s", "Time from a request to its answer", BOUNDS);
static CONNECTIONS: UpDownCounter =
    UpDownCounter::new("app_server.connection.active", "{connection}", "Open connections");
static REQUESTS: UpDownCounter =
    UpDownCounter::new("app_server.request.active", "{request}", "Requests not answered yet");

/// An open connection, by the name of its transport.
#[must_use]
pub(crate) fn connection(transport: &'static str) -> Counted {
    CONNECTIONS.count([(attr::RPC_TRANSPORT, transport.into())])
}

/// A request that is not answered yet.
#[must_use]
pub(crate) fn request() -> Counted {
    REQUESTS.count([])
}

/// A call was answered; `code` is that of an error. `method` must come from the table or be `_OTHER`.
pub(crate) fn rpc_call(timer: Timer, method: &'static str, transport: &'static str, code: Option<i64>) {
    let Some(lasted) = timer.elapsed() else { return };
    let failed = code.into_iter().flat_map(|code| {
        let code = Value::from(code.to_string());
        [(attr::ERROR_TYPE, code.clone()), (attr::RPC_RESPONSE_STATUS_CODE, code)]
    });
    let known = [
        (attr::RPC_SYSTEM_NAME, "jsonrpc".into()),
        (attr::RPC_METHOD, method.into()),
        (attr::RPC_TRANSPORT, transport.into()),
    ];
    CALLS.record(lasted.as_secs_f64(), known.into_iter().chain(failed));
}
