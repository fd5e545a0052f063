//! `model/…`: the models that a thread can use.

use codex_protocol::{ThreadId, TurnId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::turn::CyberAccessProgram;

/// Which page of which models.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ModelListParams", rename_all = "camelCase", default)]
#[ts(optional_fields = nullable)]
pub struct ListParams {
    /// Where the last page ended: its `nextCursor`.
    pub cursor: Option<String>,
    /// How many at most.
    pub limit: Option<u32>,
    /// Also those that a picker does not show.
    pub include_hidden: Option<bool>,
    /// Those of this provider; of the configured one where absent.
    pub model_provider: Option<String>,
}

/// One page of models.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ModelListResponse", rename_all = "camelCase")]
pub struct ListResponse {
    /// The models.
    pub data: Vec<Model>,
    /// Where the next page begins; null at the end.
    pub next_cursor: Option<String>,
}

/// A model.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct Model {
    /// Its id in this list.
    pub id: String,
    /// Its name for the provider.
    pub model: String,
    /// The model to use instead.
    pub upgrade: Option<String>,
    /// More about that model.
    pub upgrade_info: Option<UpgradeInfo>,
    /// What to tell a user who meets it for the first time.
    pub availability_nux: Option<AvailabilityNux>,
    /// Its name for people.
    pub display_name: String,
    /// What it is good for.
    pub description: String,
    /// Whether a picker leaves it out.
    pub hidden: bool,
    /// The reasoning efforts it knows.
    pub supported_reasoning_efforts: Vec<ReasoningEffortOption>,
    /// The effort it uses when none is given.
    pub default_reasoning_effort: String,
    /// What it can take in.
    #[serde(default = "text_and_image")]
    pub input_modalities: Vec<InputModality>,
    /// Whether it knows personalities.
    #[serde(default)]
    pub supports_personality: bool,
    /// How it works with other agents.
    pub multi_agent_version: Option<MultiAgentVersion>,
    /// What it is made for.
    pub model_specialty: Option<String>,
    /// Faster service tiers, by old name.
    #[serde(default)]
    pub additional_speed_tiers: Vec<String>,
    /// Its service tiers.
    #[serde(default)]
    pub service_tiers: Vec<ServiceTier>,
    /// The service tier it uses when none is given.
    pub default_service_tier: Option<String>,
    /// Programmes of the vendor's cloud that it belongs to.
    pub available_access_programs: Option<AccessPrograms>,
    /// Whether it is used when none is given.
    pub is_default: bool,
}

/// What a model takes in when the list does not say: what older servers meant.
fn text_and_image() -> Vec<InputModality> {
    vec![InputModality::Text, InputModality::Image]
}

/// A reasoning effort that a model knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReasoningEffortOption {
    /// The effort.
    pub reasoning_effort: String,
    /// What it is good for.
    pub description: String,
}

/// A kind of input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub enum InputModality {
    /// Text.
    Text,
    /// Images.
    Image,
    /// Audio.
    Audio,
}

/// How a model works with other agents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub enum MultiAgentVersion {
    /// Not at all.
    Disabled,
    /// The first way.
    V1,
    /// The second way.
    V2,
}

/// A service tier of a model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ModelServiceTier")]
pub struct ServiceTier {
    /// Its id.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// What it is good for.
    pub description: String,
}

/// The model to use instead of an older one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ModelUpgradeInfo", rename_all = "camelCase")]
pub struct UpgradeInfo {
    /// The newer model.
    pub model: String,
    /// One sentence about it.
    pub upgrade_copy: Option<String>,
    /// A page about it.
    pub model_link: Option<String>,
    /// How to change over, in Markdown.
    pub migration_markdown: Option<String>,
    /// When the older model goes away, in Unix seconds.
    pub retirement_at: Option<i64>,
}

/// What to tell a user who meets a model for the first time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ModelAvailabilityNux")]
pub struct AvailabilityNux {
    /// The text.
    pub message: String,
}

/// Programmes of the vendor's cloud that a model belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ModelAccessPrograms")]
pub struct AccessPrograms {
    /// Those for security work.
    pub cyber: Vec<CyberAccessProgram>,
}

/// The provider answered with another model than the one asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ModelReroutedNotification", rename_all = "camelCase")]
pub struct ReroutedNotification {
    /// The thread.
    pub thread_id: ThreadId,
    /// The turn.
    pub turn_id: TurnId,
    /// The model asked for.
    pub from_model: String,
    /// The model that answered.
    pub to_model: String,
    /// Why.
    pub reason: RerouteReason,
}

/// Why another model answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ModelRerouteReason", rename_all = "camelCase")]
pub enum RerouteReason {
    /// The provider took the work for an attack.
    HighRiskCyberActivity,
}
