//! Trace context across the border of the process: W3C carriers in and out, as messages, headers and variables.

mod carrier;
mod configured;
mod context;
mod headers;
mod traceparent;
mod tracestate;

pub use carrier::{CarrierError, check};
pub(crate) use carrier::{remote_context, span_context, write};
pub(crate) use configured::{Members, configure, is_member, with_configured};
pub(crate) use context::trace_id_of;
pub use context::{caller, current, current_trace_id, environment};
pub use headers::{from_headers, into_headers};
pub(crate) use tracestate::State;
