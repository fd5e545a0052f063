//! `skills/…`: instructions that the agent or the user can draw on.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Whose skills to list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "SkillsListParams", rename_all = "camelCase", default)]
#[ts(optional_fields = nullable)]
pub struct ListParams {
    /// The working directories; the server's own where empty.
    #[serde(deserialize_with = "crate::params::null_is_absent")]
    #[ts(optional = nullable, as = "Option<Vec<String>>")]
    pub cwds: Vec<String>,
    /// Whether files are read again.
    #[serde(deserialize_with = "crate::params::null_is_absent")]
    #[ts(optional = nullable, as = "Option<bool>")]
    pub force_reload: bool,
}

/// The skills of each working directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "SkillsListResponse")]
pub struct ListResponse {
    /// One entry a working directory.
    pub data: Vec<ListEntry>,
}

/// The skills of one working directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "SkillsListEntry")]
pub struct ListEntry {
    /// The working directory.
    pub cwd: String,
    /// Its skills.
    pub skills: Vec<Skill>,
    /// The files that could not be read.
    pub errors: Vec<SkillError>,
}

/// A file that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "SkillErrorInfo")]
pub struct SkillError {
    /// The file.
    pub path: String,
    /// What is wrong with it.
    pub message: String,
}

/// A skill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "SkillMetadata", rename_all = "camelCase")]
pub struct Skill {
    /// Its name.
    pub name: String,
    /// When to use it, for the model.
    pub description: String,
    /// When to use it, in few words. Old form: newer skills say it in `interface`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub short_description: Option<String>,
    /// How clients show it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub interface: Option<SkillInterface>,
    /// What it needs.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub dependencies: Option<SkillDependencies>,
    /// Its `SKILL.md`.
    pub path: String,
    /// Whose it is.
    pub scope: SkillScope,
    /// Whether the configuration allows it.
    pub enabled: bool,
    /// The plug-in that it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub plugin_id: Option<String>,
}

/// How clients show a skill.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields = nullable)]
pub struct SkillInterface {
    /// Its name.
    pub display_name: Option<String>,
    /// When to use it, in few words.
    pub short_description: Option<String>,
    /// A small icon, as a file.
    pub icon_small: Option<String>,
    /// A small icon, as a URL.
    pub icon_small_url: Option<String>,
    /// A large icon, as a file.
    pub icon_large: Option<String>,
    /// A large icon, as a URL.
    pub icon_large_url: Option<String>,
    /// Its colour.
    pub brand_color: Option<String>,
    /// What to say to use it.
    pub default_prompt: Option<String>,
}

/// What a skill needs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct SkillDependencies {
    /// The tools.
    pub tools: Vec<SkillToolDependency>,
}

/// A tool that a skill needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[ts(optional_fields = nullable)]
pub struct SkillToolDependency {
    /// What kind of tool.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its name.
    pub value: String,
    /// What it is for.
    pub description: Option<String>,
    /// How it is reached.
    pub transport: Option<String>,
    /// The command that starts it.
    pub command: Option<String>,
    /// Where it is.
    pub url: Option<String>,
}

/// Whose a skill is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub enum SkillScope {
    /// The user's.
    User,
    /// The repository's.
    Repo,
    /// The server's.
    System,
    /// The machine's.
    Admin,
}

/// A skill was added, changed or removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "SkillsChangedNotification")]
pub struct ChangedNotification {}
