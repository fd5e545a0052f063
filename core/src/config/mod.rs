//! Configuration: `config.toml`, the overrides of the command line and of a thread, and what they come to.

mod access;
mod error;
mod faults;
mod handle;
mod layers;
mod load;
mod permissions;
mod prices;
mod provider;
mod secrets;
mod settings;
mod shell_environment;
mod values;
mod view;

pub use error::ConfigError;
pub(crate) use handle::{ConfigHandle, ThreadConfig};
pub use layers::ConfigSource;
pub use load::{Config, ConfigSection};
pub use permissions::{PermissionProfile, PermissionProfileSummary, PermissionsError};
pub use prices::ModelPrice;
pub use provider::{LocalProvider, PropagateTrace, ProviderConfig, WireApi};
pub use secrets::secret_on_command_line;
pub(crate) use shell_environment::ShellEnvironmentPolicy;
pub use view::{ConfigLayer, ConfigOrigin, ConfigView};
