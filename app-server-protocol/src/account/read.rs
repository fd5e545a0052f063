//! `account/read`, and the notification that it would answer otherwise now.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How to read the account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "GetAccountParams", rename_all = "camelCase", default)]
#[ts(optional_fields = nullable)]
pub struct ReadParams {
    /// Whether a token is renewed first. Kept, never used: bound to the vendor's cloud.
    #[serde(deserialize_with = "crate::params::null_is_absent")]
    #[ts(optional = nullable, as = "Option<bool>")]
    pub refresh_token: bool,
}

/// The account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "GetAccountResponse", rename_all = "camelCase")]
pub struct ReadResponse {
    /// The account; null where nobody is logged in, or nobody needs to be.
    pub account: Option<Account>,
    /// The user's id in the vendor's cloud.
    pub user_id: Option<String>,
    /// Whether the configured provider needs an account of the vendor.
    pub requires_openai_auth: bool,
    /// Where the vendor's cloud keeps the workspace.
    pub workspace_routing: Option<WorkspaceRouting>,
}

/// An account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Account {
    /// An API key.
    ApiKey,
    /// A log-in to the vendor's cloud.
    Chatgpt {
        /// The user's mail address.
        email: Option<String>,
        /// What was bought.
        plan_type: PlanType,
        /// The workspace's name.
        workspace_name: Option<String>,
    },
    /// An account of Amazon Bedrock.
    AmazonBedrock {
        /// Whether the server keeps the credentials.
        #[serde(default)]
        uses_codex_managed_credentials: bool,
    },
    /// An account of Google Cloud.
    Gcp,
}

/// What was bought in the vendor's cloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the vendor's product names say what they are")]
pub enum PlanType {
    Free,
    Go,
    Plus,
    Pro,
    Prolite,
    Promax,
    Team,
    SelfServeBusinessProlite,
    SelfServeBusinessUsageBased,
    Business,
    Ent26,
    EnterpriseCbpAutomation,
    EnterpriseCbpUsageBased,
    Enterprise,
    Edu,
    EduPlus,
    EduPro,
    Sci,
    SciPlus,
    Unknown,
}

/// Where the vendor's cloud keeps a workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct WorkspaceRouting {
    /// Which region its data must stay in.
    pub account_routing_override: RoutingOverride,
    /// The server to talk to.
    pub backend_origin: String,
    /// The workspace's id.
    pub chatgpt_account_id: String,
}

/// Which region a workspace's data must stay in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "AccountRoutingOverride")]
pub enum RoutingOverride {
    /// Any.
    #[serde(rename = "NO_CONSTRAINT")]
    NoConstraint,
    /// The United States.
    #[serde(rename = "us")]
    Us,
    /// The United States, under their contract rules.
    #[serde(rename = "us_cr")]
    UsCr,
}

/// Somebody logged in or out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "AccountUpdatedNotification", rename_all = "camelCase")]
pub struct UpdatedNotification {
    /// How requests are authorised now; null where they are not.
    pub auth_mode: Option<AuthMode>,
    /// What was bought.
    pub plan_type: Option<PlanType>,
}

/// How requests to the provider are authorised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub enum AuthMode {
    /// With an API key.
    #[serde(rename = "apikey")]
    ApiKey,
    /// With tokens that the server got from a log-in.
    Chatgpt,
    /// With tokens that the client brought.
    ChatgptAuthTokens,
    /// With headers from the configuration.
    Headers,
    /// As an agent.
    AgentIdentity,
    /// With a personal access token.
    PersonalAccessToken,
    /// With an API key of Amazon Bedrock.
    BedrockApiKey,
    /// With access keys of Amazon Bedrock.
    BedrockAccessKeys,
}
