//! `plugin/…`: bundles of skills, hooks and servers, and the marketplaces that they come from.
//!
//! This server knows no marketplaces. Their entries are carried as open objects: bound to the vendor's cloud.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use ts_rs::TS;

/// Whose plug-ins to list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "PluginInstalledParams", rename_all = "camelCase", default)]
#[ts(optional_fields = nullable)]
pub struct InstalledParams {
    /// The working directories.
    pub cwds: Option<Vec<String>>,
    /// Plug-ins that the client would like to suggest.
    pub install_suggestion_plugin_names: Option<Vec<String>>,
}

/// The plug-ins that are installed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "PluginInstalledResponse", rename_all = "camelCase")]
pub struct InstalledResponse {
    /// The marketplaces that they come from.
    pub marketplaces: Vec<Marketplace>,
    /// The marketplaces that could not be read.
    #[serde(default)]
    pub marketplace_load_errors: Vec<MarketplaceError>,
}

/// Which plug-ins to list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "PluginListParams", rename_all = "camelCase", default)]
#[ts(optional_fields = nullable)]
pub struct ListParams {
    /// The working directories.
    pub cwds: Option<Vec<String>>,
    /// The kinds of marketplaces.
    pub marketplace_kinds: Option<Vec<MarketplaceKind>>,
    /// Whether they are fetched again.
    #[serde(deserialize_with = "crate::params::null_is_absent")]
    #[ts(optional = nullable, as = "Option<bool>")]
    pub force_refetch: bool,
}

/// The plug-ins that can be installed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "PluginListResponse", rename_all = "camelCase")]
pub struct ListResponse {
    /// The marketplaces that they come from.
    pub marketplaces: Vec<Marketplace>,
    /// The marketplaces that could not be read.
    #[serde(default)]
    pub marketplace_load_errors: Vec<MarketplaceError>,
    /// Those to show first.
    #[serde(default)]
    pub featured_plugin_ids: Vec<String>,
}

/// A kind of marketplace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "PluginListMarketplaceKind", rename_all = "kebab-case")]
pub enum MarketplaceKind {
    /// A folder.
    Local,
    /// The vendor's, for one trade.
    Vertical,
    /// The workspace's.
    WorkspaceDirectory,
    /// What others share with the user.
    SharedWithMe,
    /// What the user made.
    CreatedByMeRemote,
}

/// A marketplace and its plug-ins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "PluginMarketplaceEntry")]
pub struct Marketplace {
    /// Its name.
    pub name: String,
    /// Its folder.
    pub path: Option<String>,
    /// How clients show it.
    pub interface: Option<MarketplaceInterface>,
    /// Its plug-ins.
    #[ts(type = "Array<Record<string, unknown>>")]
    pub plugins: Vec<Map<String, Value>>,
}

/// How clients show a marketplace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct MarketplaceInterface {
    /// Its name.
    pub display_name: Option<String>,
}

/// A marketplace that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "MarketplaceLoadErrorInfo", rename_all = "camelCase")]
pub struct MarketplaceError {
    /// Its folder.
    pub marketplace_path: String,
    /// What is wrong with it.
    pub message: String,
}
