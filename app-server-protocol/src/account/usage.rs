//! `account/usage/…`: how many tokens the account used.

use codex_protocol::ThreadId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Whose use to read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "GetAccountTokenUsageParams", rename_all = "camelCase", default)]
#[ts(optional_fields = nullable)]
pub struct UsageReadParams {
    /// The thread to read the costs of too.
    pub thread_id: Option<ThreadId>,
}

/// How many tokens the account used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "GetAccountTokenUsageResponse", rename_all = "camelCase")]
pub struct UsageReadResponse {
    /// In few numbers.
    pub summary: UsageSummary,
    /// Day by day.
    pub daily_usage_buckets: Option<Vec<UsageDay>>,
    /// What the thread cost.
    #[serde(default)]
    pub thread_usage: Option<ThreadUsage>,
}

/// An account's use in few numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "AccountTokenUsageSummary", rename_all = "camelCase")]
pub struct UsageSummary {
    /// All tokens ever.
    pub lifetime_tokens: Option<i64>,
    /// The most tokens of a day.
    pub peak_daily_tokens: Option<i64>,
    /// The longest turn, in seconds.
    pub longest_running_turn_sec: Option<i64>,
    /// How many days in a row, now.
    pub current_streak_days: Option<i64>,
    /// How many days in a row, at most.
    pub longest_streak_days: Option<i64>,
}

/// A day's use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "AccountTokenUsageDailyBucket", rename_all = "camelCase")]
pub struct UsageDay {
    /// The day, as `2026-01-31`.
    pub start_date: String,
    /// Its tokens.
    pub tokens: i64,
}

/// What a thread cost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct ThreadUsage {
    /// The thread.
    pub thread_id: ThreadId,
    /// About how many millionths of a credit.
    pub estimated_usage_credits_micros: i64,
    /// About how many millionths of a dollar.
    pub estimated_usage_usd_micros: Option<i64>,
    /// How many millionths of a dollar; null where nobody knows.
    pub native_usage_usd_micros: Option<i64>,
    /// The same, by model.
    pub groups: Vec<ThreadUsageGroup>,
}

/// What a thread cost with one model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "ThreadUsageBreakdownGroup", rename_all = "camelCase")]
pub struct ThreadUsageGroup {
    /// The model.
    pub model: Option<String>,
    /// Its reasoning effort.
    pub reasoning_effort: Option<String>,
    /// Its speed.
    pub speed: Option<String>,
    /// About how many millionths of a credit.
    pub estimated_usage_credits_micros: i64,
    /// Tokens in.
    pub input_tokens: Option<i64>,
    /// Tokens in, from the provider's cache.
    pub cached_input_tokens: Option<i64>,
    /// Tokens in, not from the cache.
    pub net_new_input_tokens: Option<i64>,
    /// Tokens out.
    pub output_tokens: Option<i64>,
    /// All of them.
    pub total_tokens: Option<i64>,
}
