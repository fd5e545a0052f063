//! What is made of the rows of a table: closed sets of names, marker types, the enum of notifications.

/// Declares the closed set of names of a table. Exported for tests with their own tables, such as these:
///
/// ```
/// #![deny(warnings)]
/// codex_app_server_protocol::declare_names! { Set: One = "a/one"; Two = "a/two"; }
/// assert_eq!(Set::from_name("a/two"), Some(Set::Two));
/// ```
///
/// A name that stands in two rows does not compile:
///
/// ```compile_fail
/// codex_app_server_protocol::declare_names! { Set: One = "a/one"; Two = "a/one"; }
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! declare_names {
    ($(#[$set_doc:meta])* $set:ident: $($(#[doc = $doc:literal])* $marker:ident = $name:literal;)*) => {
        $(#[$set_doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $set {
            $($(#[doc = $doc])* $marker,)*
        }

        impl $set {
            /// Every row, in the table's order.
            pub const ALL: &'static [Self] = &[$(Self::$marker),*];

            /// The name on the wire.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$marker => $name,)* }
            }

            /// The row with this name on the wire.
            // A name that stands in two rows makes the second one unreachable.
            #[deny(unreachable_patterns)]
            pub fn from_name(name: &str) -> ::std::option::Option<Self> {
                match name {
                    $($name => ::std::option::Option::Some(Self::$marker),)*
                    _ => ::std::option::Option::None,
                }
            }

            /// The row's doc comment.
            pub const fn doc(self) -> &'static str {
                match self { $(Self::$marker => ::std::concat!($($doc),*),)* }
            }
        }

        impl ::std::fmt::Display for $set {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}

macro_rules! lane {
    (concurrent) => {
        $crate::Lane::Concurrent
    };
    (thread) => {
        $crate::Lane::Thread
    };
    (process) => {
        $crate::Lane::Process
    };
    (search) => {
        $crate::Lane::Search
    };
    (watch) => {
        $crate::Lane::Watch
    };
    (config) => {
        $crate::Lane::Config
    };
    (account) => {
        $crate::Lane::Account
    };
}

macro_rules! subject {
    ($response:ident) => {{
        let _ = $response;
        $crate::Subject::default()
    }};
    ($response:ident thread) => {
        $crate::Subject { thread_id: Some($response.thread.id), turn_id: None }
    };
    ($response:ident turn) => {
        $crate::Subject { thread_id: None, turn_id: Some($response.turn.id) }
    };
}

macro_rules! brings_thread {
    () => {
        false
    };
    (thread) => {
        true
    };
    (turn) => {
        false
    };
}

macro_rules! declare_requests {
    ($($(#[doc = $doc:literal])* $marker:ident = $name:literal ($params:ty) -> $response:ty, $lane:ident $(, names $named:ident)?;)*) => {
        declare_names! {
            /// The requests of a client: a closed set, so that span names and metrics stay bounded.
            MethodId: $($(#[doc = $doc])* $marker = $name;)*
        }

        impl MethodId {
            /// What calls of this method are ordered by.
            pub const fn lane(self) -> $crate::Lane {
                match self { $(Self::$marker => lane!($lane),)* }
            }

            /// Whether the response names a thread that may be new to the connection.
            pub const fn brings_thread(self) -> bool {
                match self { $(Self::$marker => brings_thread!($($named)?),)* }
            }
        }

        /// A marker type for each request of a client.
        pub mod methods {
            use super::*;
            $(
                $(#[doc = $doc])*
                #[derive(Clone, Copy, Debug)]
                pub struct $marker;

                impl $crate::Method for $marker {
                    const ID: MethodId = MethodId::$marker;
                    type Params = $params;
                    type Response = $response;

                    fn subject(response: &$response) -> $crate::Subject {
                        subject!(response $($named)?)
                    }
                }
            )*
        }
    };
}

macro_rules! declare_notifications {
    ($($(#[doc = $doc:literal])* $marker:ident = $name:literal ($params:ty);)*) => {
        declare_names! {
            /// The notifications of a client.
            NotificationId: $($(#[doc = $doc])* $marker = $name;)*
        }

        /// A marker type for each notification of a client.
        pub mod notifications {
            use super::*;
            $(
                $(#[doc = $doc])*
                #[derive(Clone, Copy, Debug)]
                pub struct $marker;

                impl $crate::Notification for $marker {
                    const ID: NotificationId = NotificationId::$marker;
                    type Params = $params;
                }
            )*
        }
    };
}

macro_rules! declare_server_requests {
    ($($(#[doc = $doc:literal])* $marker:ident = $name:literal ($params:ty) -> $response:ty;)*) => {
        declare_names! {
            /// The requests of the server.
            ServerRequestId: $($(#[doc = $doc])* $marker = $name;)*
        }

        /// A marker type for each request of the server.
        pub mod server_requests {
            use super::*;
            $(
                $(#[doc = $doc])*
                #[derive(Clone, Copy, Debug)]
                pub struct $marker;

                impl $crate::ServerRequest for $marker {
                    const ID: ServerRequestId = ServerRequestId::$marker;
                    type Params = $params;
                    type Response = $response;
                }
            )*
        }
    };
}

macro_rules! declare_server_notifications {
    ($($(#[doc = $doc:literal])* $marker:ident = $name:literal ($params:ty);)*) => {
        declare_names! {
            /// The notifications of the server.
            ServerNotificationId: $($(#[doc = $doc])* $marker = $name;)*
        }

        /// A notification of the server with its params.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "method", content = "params")]
        #[expect(clippy::large_enum_variant, reason = "written as soon as it is made; queues hold its text")]
        pub enum ServerNotification {
            $(
                $(#[doc = $doc])*
                #[serde(rename = $name)]
                $marker($params),
            )*
        }

        impl ServerNotification {
            /// The row.
            pub const fn id(&self) -> ServerNotificationId {
                match self { $(Self::$marker(_) => ServerNotificationId::$marker,)* }
            }
        }

        $(
            impl $crate::NotificationPayload for $params {
                const ID: ServerNotificationId = ServerNotificationId::$marker;
            }

            impl From<$params> for ServerNotification {
                fn from(params: $params) -> Self {
                    Self::$marker(params)
                }
            }
        )*
    };
}
