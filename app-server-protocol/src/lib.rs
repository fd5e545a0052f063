//! The wire of the app-server: the envelope, the tables of methods, the payload types, the errors, the schemas.
//!
//! No runtime, no I/O beyond writing the schemas. Server, client and tests all use these types.

#[macro_use]
mod declare;

mod carrier;
mod catalog;
mod envelope;
mod error;
mod id;
mod incoming;
mod method;
mod outgoing;
mod page;
mod params;
mod schema;
mod table;
mod typescript;

pub mod account;
pub mod approval;
pub mod apps;
pub mod background_terminal;
pub mod collaboration_mode;
pub mod config;
pub mod config_requirements;
pub mod elicitation;
pub mod environment;
pub mod experimental_feature;
pub mod goal;
pub mod hooks;
pub mod initialize;
pub mod item;
pub mod mcp_server;
pub mod model;
pub mod model_provider;
pub mod notice;
pub mod permission_profile;
pub mod permissions;
pub mod plugins;
pub mod realtime;
pub mod review;
pub mod server;
pub mod server_request;
pub mod skills;
pub mod thread;
pub mod tool;
pub mod turn;

pub use carrier::{TraceCarrier, TraceMember};
pub use envelope::{Envelope, MAX_DEPTH};
pub use error::{ErrorCode, ErrorData, RpcError};
pub use id::RequestId;
pub use incoming::{Incoming, Malformed, MalformedKind};
pub use method::{Lane, Method, Notification, NotificationPayload, ServerRequest, Subject};
pub use outgoing::{write_error, write_notification, write_request, write_response};
pub use page::methods_page;
pub use params::decode_params;
pub use schema::{ExportError, export_json_schema, json_schemas, table_schemas};
pub use table::{
    MethodId, NotificationId, ServerNotification, ServerNotificationId, ServerRequestId, methods,
    notifications, server_requests,
};
pub use typescript::export_typescript;
