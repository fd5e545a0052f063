//! `account/rateLimits/…`: how much of the quota is left.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use ts_rs::TS;

use super::PlanType;

/// How to read the limits. Kept, never used: bound to the vendor's cloud.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "GetAccountRateLimitsParams", rename_all = "camelCase", default)]
#[ts(optional_fields = nullable)]
pub struct RateLimitsReadParams {
    /// Whether credits are only counted.
    #[serde(deserialize_with = "crate::params::null_is_absent")]
    #[ts(optional = nullable, as = "Option<bool>")]
    pub exclude_reset_credit_details: bool,
    /// Whether the client knows a reserve of the vendor's.
    #[serde(deserialize_with = "crate::params::null_is_absent")]
    #[ts(optional = nullable, as = "Option<bool>")]
    pub supports_luna_reserve: bool,
}

/// How much of the quota is left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "GetAccountRateLimitsResponse", rename_all = "camelCase")]
pub struct RateLimitsReadResponse {
    /// The limits.
    pub rate_limits: RateLimitSnapshot,
    /// The limits, by id.
    pub rate_limits_by_limit_id: Option<BTreeMap<String, RateLimitSnapshot>>,
    /// Credits that begin a window anew.
    #[ts(type = "Record<string, unknown> | null")]
    pub rate_limit_reset_credits: Option<Map<String, Value>>,
    /// What the vendor would like to sell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "unknown")]
    pub rate_limit_upsell: Option<Value>,
    /// Whether ordinary use goes on.
    pub ordinary_usage_allowed: Option<bool>,
    /// The account that the limits belong to.
    pub account_id: Option<String>,
}

/// The provider told how much of the quota is left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "AccountRateLimitsUpdatedNotification", rename_all = "camelCase")]
pub struct RateLimitsUpdatedNotification {
    /// The limits.
    pub rate_limits: RateLimitSnapshot,
}

/// How much of a quota is left.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct RateLimitSnapshot {
    /// The limit's id.
    pub limit_id: Option<String>,
    /// The limit's name for people.
    pub limit_name: Option<String>,
    /// The model that the limit is about.
    pub normal_model_slug: Option<String>,
    /// The short window.
    pub primary: Option<RateLimitWindow>,
    /// The long window.
    pub secondary: Option<RateLimitWindow>,
    /// Credits left.
    pub credits: Option<CreditsSnapshot>,
    /// The user's own spending limit.
    pub individual_limit: Option<SpendControlLimitSnapshot>,
    /// Whether that limit is reached.
    pub spend_control_reached: Option<bool>,
    /// What was bought.
    pub plan_type: Option<PlanType>,
    /// Which limit is reached.
    pub rate_limit_reached_type: Option<RateLimitReachedType>,
}

/// One window of a rate limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct RateLimitWindow {
    /// How much is used, in per cent.
    pub used_percent: i32,
    /// How long the window is, in minutes.
    pub window_duration_mins: Option<i64>,
    /// When it begins anew, in Unix seconds.
    pub resets_at: Option<i64>,
}

/// Credits left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct CreditsSnapshot {
    /// Whether there are any.
    pub has_credits: bool,
    /// Whether they never end.
    pub unlimited: bool,
    /// How many.
    pub balance: Option<String>,
}

/// A user's own spending limit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct SpendControlLimitSnapshot {
    /// The limit.
    pub limit: String,
    /// What is spent.
    pub used: String,
    /// What is left, in per cent.
    pub remaining_percent: i32,
    /// When it begins anew, in Unix seconds.
    pub resets_at: i64,
}

/// Which limit is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum RateLimitReachedType {
    /// The rate limit.
    RateLimitReached,
    /// The credits of the workspace's owner.
    WorkspaceOwnerCreditsDepleted,
    /// The credits of this member.
    WorkspaceMemberCreditsDepleted,
    /// The usage limit of the workspace's owner.
    WorkspaceOwnerUsageLimitReached,
    /// The usage limit of this member.
    WorkspaceMemberUsageLimitReached,
}
