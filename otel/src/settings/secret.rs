//! Texts that may be credentials.

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

/// A text that may be a credential: it is never shown by `Debug`, and its memory is wiped.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
pub struct Secret(SecretString);

impl Secret {
    /// The text. Put it on the wire, nowhere else.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

/// Settings are compared by tests only; no time is saved on the way to a difference that matters to an attacker.
impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for Secret {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing_of_it() {
        assert!(!format!("{:?}", Secret::from("s3cret")).contains("s3cret"));
    }
}
