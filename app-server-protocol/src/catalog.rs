//! The tables as data, for whatever is generated from them: schemas, TypeScript, the page of methods.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use ts_rs::{Config, ExportError, TS};

use crate::{
    MethodId, NotificationId, ServerNotificationId, ServerRequestId, account, approval, apps,
    background_terminal, collaboration_mode, config, config_requirements, elicitation, environment,
    experimental_feature, goal, hooks, initialize, item, mcp_server, model, model_provider, notice,
    notification_table, permission_profile, permissions, plugins, realtime, request_table, review, server,
    server_notification_table, server_request, server_request_table, skills, thread, tool, turn,
};

/// One of the four tables.
pub(crate) struct Table {
    /// The name of the message type, and in snake case of its files.
    pub(crate) title: &'static str,
    /// What it lists, for people.
    pub(crate) heading: &'static str,
    /// Whether its messages carry an id.
    pub(crate) answered: bool,
    pub(crate) rows: Vec<Row>,
}

/// One row of a table.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) doc: &'static str,
    pub(crate) lane: Option<&'static str>,
    pub(crate) params: Payload,
    pub(crate) response: Option<Payload>,
}

/// A payload type, by what can be generated from it.
pub(crate) struct Payload {
    pub(crate) name: fn() -> Cow<'static, str>,
    pub(crate) schema: fn(&mut SchemaGenerator) -> Schema,
    pub(crate) root_schema: fn(SchemaGenerator) -> Schema,
    pub(crate) typescript: fn(&Config) -> Result<(), ExportError>,
}

impl Payload {
    const fn of<T: JsonSchema + TS + 'static>() -> Self {
        Self {
            name: T::schema_name,
            schema: SchemaGenerator::subschema_for::<T>,
            root_schema: SchemaGenerator::into_root_schema_for::<T>,
            typescript: T::export_all,
        }
    }
}

/// The four tables.
pub(crate) fn tables() -> [Table; 4] {
    macro_rules! client_requests {
        ($($(#[$doc:meta])* $marker:ident = $name:literal ($params:ty) -> $response:ty, $lane:ident $(, names $named:ident)?;)*) => {
            vec![$(Row {
                name: $name,
                doc: MethodId::$marker.doc(),
                lane: Some(MethodId::$marker.lane().name()),
                params: Payload::of::<$params>(),
                response: Some(Payload::of::<$response>()),
            }),*]
        };
    }
    macro_rules! client_notifications {
        ($($(#[$doc:meta])* $marker:ident = $name:literal ($params:ty);)*) => {
            vec![$(Row {
                name: $name,
                doc: NotificationId::$marker.doc(),
                lane: None,
                params: Payload::of::<$params>(),
                response: None,
            }),*]
        };
    }
    macro_rules! server_requests {
        ($($(#[$doc:meta])* $marker:ident = $name:literal ($params:ty) -> $response:ty;)*) => {
            vec![$(Row {
                name: $name,
                doc: ServerRequestId::$marker.doc(),
                lane: None,
                params: Payload::of::<$params>(),
                response: Some(Payload::of::<$response>()),
            }),*]
        };
    }
    macro_rules! server_notifications {
        ($($(#[$doc:meta])* $marker:ident = $name:literal ($params:ty);)*) => {
            vec![$(Row {
                name: $name,
                doc: ServerNotificationId::$marker.doc(),
                lane: None,
                params: Payload::of::<$params>(),
                response: None,
            }),*]
        };
    }
    [
        Table {
            title: "ClientRequest",
            heading: "Requests of the client",
            answered: true,
            rows: request_table!(client_requests),
        },
        Table {
            title: "ClientNotification",
            heading: "Notifications of the client",
            answered: false,
            rows: notification_table!(client_notifications),
        },
        Table {
            title: "ServerRequest",
            heading: "Requests of the server",
            answered: true,
            rows: server_request_table!(server_requests),
        },
        Table {
            title: "ServerNotification",
            heading: "Notifications of the server",
            answered: false,
            rows: server_notification_table!(server_notifications),
        },
    ]
}
