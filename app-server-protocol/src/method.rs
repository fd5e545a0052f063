//! What a row of a table gives its marker type.

use serde::{Serialize, de::DeserializeOwned};

use crate::{MethodId, NotificationId, ServerRequestId};

/// A request that a client sends. Implemented by the markers in [`methods`](crate::methods).
pub trait Method: 'static {
    /// The row.
    const ID: MethodId;
    /// What the client sends.
    type Params: Serialize + DeserializeOwned + Send + 'static;
    /// What the server answers.
    type Response: Serialize + DeserializeOwned + Send + 'static;
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
