//! Why there is no configuration to work with.

use std::{io, path::PathBuf};

/// Why there is no configuration to work with.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file is there but cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The file is no TOML.
    #[error("{} is not valid TOML: {message}", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// Where and why.
        message: String,
    },
    /// An override has an empty key, or an empty part in it.
    #[error(
        "`{key}` is not a valid configuration key: use dotted names, as in `model_providers.NAME.base_url`"
    )]
    Key {
        /// The key as given.
        key: String,
    },
    /// A setting has a value that is not valid.
    #[error("the setting `{key}` is not valid: {message}")]
    Value {
        /// The dotted key.
        key: String,
        /// What was expected.
        message: String,
    },
}
