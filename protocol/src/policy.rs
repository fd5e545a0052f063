//! What a thread may do without asking.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// When the user is asked before something is done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "AskForApproval")]
#[ts(rename = "AskForApproval")]
pub enum ApprovalPolicy {
    /// Before everything that is not known to be harmless.
    Untrusted,
    /// When the agent asks for it.
    #[default]
    OnRequest,
    /// Never: what is not allowed fails.
    Never,
    /// Each kind of question on its own switch.
    #[serde(rename = "granular")]
    Granular(GranularApproval),
}

impl ApprovalPolicy {
    /// The policy as spans show it.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Untrusted => "untrusted",
            Self::OnRequest => "on-request",
            Self::Never => "never",
            Self::Granular(_) => "granular",
        }
    }
}

/// Which kinds of questions reach the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct GranularApproval {
    /// Leaving the sandbox.
    pub sandbox_approval: bool,
    /// Rules that say "ask".
    pub rules: bool,
    /// Questions of MCP servers.
    pub mcp_elicitations: bool,
    /// Running a skill's scripts.
    #[serde(default)]
    pub skill_approval: bool,
    /// The agent asking for more permissions.
    #[serde(default)]
    pub request_permissions: bool,
}

/// Who answers approval requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalsReviewer {
    /// The client's user.
    #[default]
    User,
    /// An automatic reviewer.
    AutoReview,
    /// A reviewing agent.
    GuardianSubagent,
}

/// The sandbox by name, as configuration and `thread/start` have it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "kebab-case")]
pub enum SandboxMode {
    /// Commands can read.
    #[default]
    ReadOnly,
    /// Commands can read, and write below the working directory.
    WorkspaceWrite,
    /// No sandbox.
    DangerFullAccess,
}

/// The sandbox in full.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum SandboxPolicy {
    /// No sandbox.
    DangerFullAccess,
    /// Commands can read.
    ReadOnly {
        /// Whether they may use the network.
        #[serde(default)]
        network_access: bool,
    },
    /// Somebody else's sandbox is around this server.
    ExternalSandbox {
        /// Whether that one lets commands use the network.
        #[serde(default)]
        network_access: NetworkAccess,
    },
    /// Commands can read, and write below the writable roots.
    WorkspaceWrite {
        /// Roots beside the working directory.
        #[serde(default)]
        writable_roots: Vec<String>,
        /// Whether they may use the network.
        #[serde(default)]
        network_access: bool,
        /// Whether `$TMPDIR` is closed to them.
        #[serde(default)]
        exclude_tmpdir_env_var: bool,
        /// Whether `/tmp` is closed to them.
        #[serde(default)]
        exclude_slash_tmp: bool,
    },
}

impl From<SandboxMode> for SandboxPolicy {
    fn from(mode: SandboxMode) -> Self {
        match mode {
            SandboxMode::DangerFullAccess => Self::DangerFullAccess,
            SandboxMode::ReadOnly => Self::ReadOnly { network_access: false },
            SandboxMode::WorkspaceWrite => Self::WorkspaceWrite {
                writable_roots: Vec::new(),
                network_access: false,
                exclude_tmpdir_env_var: false,
                exclude_slash_tmp: false,
            },
        }
    }
}

/// Whether the network can be used inside an external sandbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub enum NetworkAccess {
    /// No.
    #[default]
    Restricted,
    /// Yes.
    Enabled,
}
