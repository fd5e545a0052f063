//! `environment/…`: where commands run.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Which environment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "EnvironmentInfoParams", rename_all = "camelCase")]
pub struct InfoParams {
    /// Its id; `local` is the server's own machine.
    pub environment_id: String,
}

/// An environment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "EnvironmentInfoResponse")]
pub struct InfoResponse {
    /// Its shell.
    pub shell: EnvironmentShellInfo,
    /// The directory it starts in, as a `file` URI.
    pub cwd: Option<String>,
}

/// A shell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct EnvironmentShellInfo {
    /// Its name, for example `bash`.
    pub name: String,
    /// Its program.
    pub path: String,
}
