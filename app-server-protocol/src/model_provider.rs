//! `modelProvider/…`: who serves models.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Nothing is needed to list the providers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ModelProviderListParams")]
pub struct ListParams {}

/// The providers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ModelProviderListResponse", rename_all = "camelCase")]
pub struct ListResponse {
    /// The providers.
    pub data: Vec<ModelProviderSummary>,
    /// The one that a thread uses where it names none.
    pub default_provider_id: String,
    /// Whether a client can choose another default.
    pub can_change_default: bool,
}

/// A provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct ModelProviderSummary {
    /// Its key in the configuration.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// Whether a client can change it.
    pub can_edit: bool,
    /// Where it is.
    pub base_url: Option<String>,
    /// What kind of provider it is.
    pub settings: ProviderSettings,
}

/// What kind of provider it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ProviderSettings {
    /// The vendor.
    Openai,
    /// A server that the user named.
    CustomGateway {
        /// How it knows us.
        auth: GatewayAuth,
    },
    /// Amazon Bedrock.
    Bedrock {
        /// The profile of the credentials.
        profile: Option<String>,
        /// The region.
        region: Option<String>,
    },
    /// Google Cloud.
    Gcp {
        /// The project.
        project_id: Option<String>,
        /// The location.
        location: Option<String>,
        /// The file of the credentials.
        credential_file: Option<String>,
    },
}

/// How a provider knows us.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "mode", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum GatewayAuth {
    /// Not at all.
    None,
    /// By a key in an environment variable.
    EnvironmentVariable {
        /// The variable's name.
        env_key: String,
    },
    /// By something else in the configuration.
    ExternallyConfigured {
        /// The variable's name, if there is one too.
        env_key: Option<String>,
    },
}

/// Nothing is needed to read the capabilities.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ModelProviderCapabilitiesReadParams")]
pub struct CapabilitiesReadParams {}

/// What the configured provider does beside answering.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ModelProviderCapabilitiesReadResponse", rename_all = "camelCase")]
pub struct CapabilitiesReadResponse {
    /// Whether it searches the web.
    pub web_search: bool,
    /// Whether it makes images.
    pub image_generation: bool,
}
