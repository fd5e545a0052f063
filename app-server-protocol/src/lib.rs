//! The wire of the app-server: the envelope, the tables of methods, the payload types, the errors, the schemas.
//!
//! No runtime, no I/O beyond writing the schemas. Server, client and tests all use these types.

mod carrier;
mod envelope;
mod error;
mod id;
mod method;
mod outgoing;
mod params;
mod table;

pub mod account;
pub mod apps;
pub mod config;
pub mod initialize;
pub mod item;
pub mod model;
pub mod notice;
pub mod realtime;
pub mod review;
pub mod server_request;
pub mod skills;
pub mod thread;
pub mod turn;

pub use carrier::{TraceCarrier, TraceMember};
pub use envelope::{Envelope, Incoming, MAX_DEPTH, Malformed, MalformedKind};
pub use error::{ErrorCode, ErrorData, RpcError};
pub use id::RequestId;
pub use method::{Lane, Method, Notification, ServerRequest};
pub use outgoing::{write_error, write_notification, write_request, write_response};
pub use params::decode_params;
pub use table::{
    MethodId, NotificationId, ServerNotification, ServerNotificationId, ServerRequestId, methods,
    notifications, server_requests,
};
