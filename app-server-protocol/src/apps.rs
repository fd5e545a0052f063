//! `app/…`: services that the user connected.

use std::collections::BTreeMap;

use codex_protocol::ThreadId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Which page of the apps.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "AppsListParams", rename_all = "camelCase", default)]
#[ts(optional_fields = nullable)]
pub struct ListParams {
    /// Where the last page ended: its `nextCursor`.
    pub cursor: Option<String>,
    /// How many at most.
    pub limit: Option<u32>,
    /// The thread whose configuration counts.
    pub thread_id: Option<ThreadId>,
    /// Whether they are fetched again.
    #[serde(deserialize_with = "crate::params::null_is_absent")]
    #[ts(optional = nullable, as = "Option<bool>")]
    pub force_refetch: bool,
}

/// One page of apps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "AppsListResponse", rename_all = "camelCase")]
pub struct ListResponse {
    /// The apps.
    pub data: Vec<App>,
    /// Where the next page begins; null at the end.
    pub next_cursor: Option<String>,
}

/// A service that the user connected, or could connect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "AppInfo", rename_all = "camelCase")]
pub struct App {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it does.
    pub description: Option<String>,
    /// Its logo.
    pub logo_url: Option<String>,
    /// Its logo on a dark ground.
    pub logo_url_dark: Option<String>,
    /// Its icons, by size.
    pub icon_assets: Option<BTreeMap<String, String>>,
    /// Its icons on a dark ground, by size.
    pub icon_dark_assets: Option<BTreeMap<String, String>>,
    /// How it reaches its users.
    pub distribution_channel: Option<String>,
    /// Who made it.
    pub branding: Option<AppBranding>,
    /// How the store shows it.
    pub app_metadata: Option<AppMetadata>,
    /// Its labels.
    pub labels: Option<BTreeMap<String, String>>,
    /// Where to connect it.
    pub install_url: Option<String>,
    /// Whether the user connected it.
    #[serde(default)]
    pub is_accessible: bool,
    /// Whether the configuration allows it.
    #[serde(default = "yes")]
    pub is_enabled: bool,
    /// The plug-ins that bring it.
    #[serde(default)]
    pub plugin_display_names: Vec<String>,
}

/// An app is allowed unless the configuration says otherwise.
const fn yes() -> bool {
    true
}

/// Who made an app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct AppBranding {
    /// What kind of app it is.
    pub category: Option<String>,
    /// Who made it.
    pub developer: Option<String>,
    /// The maker's page.
    pub website: Option<String>,
    /// The maker's rules on data.
    pub privacy_policy: Option<String>,
    /// The maker's terms.
    pub terms_of_service: Option<String>,
    /// Whether the store shows it.
    pub is_discoverable_app: bool,
}

/// How the store shows an app.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct AppMetadata {
    /// How far the store's review is.
    pub review: Option<AppReview>,
    /// What kinds of app it is.
    pub categories: Option<Vec<String>>,
    /// What kinds of app it is, more closely.
    pub sub_categories: Option<Vec<String>>,
    /// What search engines are told.
    pub seo_description: Option<String>,
    /// Pictures of it at work.
    pub screenshots: Option<Vec<AppScreenshot>>,
    /// Who made it.
    pub developer: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// Its version's id.
    pub version_id: Option<String>,
    /// What is new in its version.
    pub version_notes: Option<String>,
    /// Whether even the vendor's own must be installed.
    pub first_party_requires_install: Option<bool>,
    /// Whether an editor offers it before it is connected.
    pub show_in_composer_when_unlinked: Option<bool>,
}

/// How far a store's review is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct AppReview {
    /// How far.
    pub status: String,
}

/// A picture of an app at work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct AppScreenshot {
    /// The picture, as a URL.
    pub url: Option<String>,
    /// The picture, as a file of the store.
    pub file_id: Option<String>,
    /// What the user said.
    pub user_prompt: String,
}

/// The apps changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "AppListUpdatedNotification")]
pub struct ListUpdatedNotification {
    /// All apps.
    pub data: Vec<App>,
}
