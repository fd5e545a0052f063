//! What a row of a table gives its marker type.

use codex_protocol::{ThreadId, TurnId};
use serde::{Serialize, de::DeserializeOwned};

use crate::{MethodId, NotificationId, ServerNotificationId, ServerRequestId};

/// A request that a client sends. Implemented by the markers in [`methods`](crate::methods).
pub trait Method: 'static {
    /// The row.
    const ID: MethodId;
    /// What the client sends.
    type Params: Serialize + DeserializeOwned + Send + 'static;
    /// What the server answers.
    type Response: Serialize + DeserializeOwned + Send + 'static;

    /// The thread and the turn that a response names and the params could not name.
    fn subject(response: &Self::Response) -> Subject;
}

/// The thread and the turn that a response names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    /// The thread.
    pub thread_id: Option<ThreadId>,
    /// The turn.
    pub turn_id: Option<TurnId>,
}

/// The params of a notification of the server: each type belongs to one row, and knows it.
pub trait NotificationPayload: Serialize {
    /// The row.
    const ID: ServerNotificationId;
}

/// A notification that a client sends. Implemented by the markers in [`notifications`](crate::notifications).
pub trait Notification: 'static {
    /// The row.
    const ID: NotificationId;
    /// What the client sends.
    type Params: Serialize + DeserializeOwned + Send + 'static;
}

/// A request that the server sends. Implemented by the markers in [`server_requests`](crate::server_requests).
pub trait ServerRequest: 'static {
    /// The row.
    const ID: ServerRequestId;
    /// What the server sends.
    type Params: Serialize + DeserializeOwned + Send + 'static;
    /// What the client answers.
    type Response: Serialize + DeserializeOwned + Send + 'static;
}

/// What a call is ordered by: calls with the same key run in arrival order, all others concurrently.
///
/// Lanes are scheduling only. Tracing knows nothing of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lane {
    /// By nothing.
    Concurrent,
    /// By the thread it names.
    Thread,
    /// By the process it names.
    Process,
    /// By the search session it names.
    Search,
    /// By the watch it names.
    Watch,
    /// By the one configuration.
    Config,
    /// By the one account.
    Account,
}

impl Lane {
    /// The word that stands in a row.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Concurrent => "concurrent",
            Self::Thread => "thread",
            Self::Process => "process",
            Self::Search => "search",
            Self::Watch => "watch",
            Self::Config => "config",
            Self::Account => "account",
        }
    }
}
