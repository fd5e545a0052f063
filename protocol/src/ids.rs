//! Identifiers. All but item ids are `UUIDv7`, so they sort by time.

use std::{fmt, str::FromStr, sync::Arc};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

/// Text that is no UUID where an id was expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdError(uuid::Error);

impl fmt::Display for IdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for IdError {}

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema, TS)]
        #[serde(transparent)]
        #[schemars(transparent)]
        #[ts(type = "string")]
        pub struct $name(#[schemars(with = "String")] Uuid);

        impl $name {
            /// A new id, later in order than every one made before it by this process.
            pub fn generate() -> Self {
                Self(Uuid::now_v7())
            }

            /// The UUID itself.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                Uuid::parse_str(text).map(Self).map_err(IdError)
            }
        }
    };
}

uuid_id! {
    /// A conversation.
    ThreadId
}
uuid_id! {
    /// One turn of a conversation. A turn is named after the submission that started it.
    TurnId
}
uuid_id! {
    /// One [`Submission`](crate::Submission) to a thread's loop.
    SubmissionId
}

impl From<SubmissionId> for TurnId {
    fn from(id: SubmissionId) -> Self {
        Self(id.0)
    }
}

/// An item of a turn. The model names the items it makes, so this is any text. Cheap to clone.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema, TS)]
#[serde(transparent)]
#[schemars(transparent)]
#[ts(type = "string")]
pub struct ItemId(#[schemars(with = "String")] Arc<str>);

impl ItemId {
    /// A new `UUIDv7` id, for items that the server itself makes.
    pub fn generate() -> Self {
        Self(Uuid::now_v7().hyphenated().to_string().into())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for ItemId {
    fn from(id: &str) -> Self {
        Self(id.into())
    }
}

impl From<String> for ItemId {
    fn from(id: String) -> Self {
        Self(id.into())
    }
}

impl fmt::Display for ItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
