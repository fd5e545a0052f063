//! Token counts.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Tokens of one model call, or the sum over several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename = "TokenUsageBreakdown", rename_all = "camelCase")]
pub struct TokenUsage {
    /// Input and output together.
    #[ts(type = "number")]
    pub total_tokens: i64,
    /// Tokens sent, cached ones included.
    #[ts(type = "number")]
    pub input_tokens: i64,
    /// Tokens sent that the provider had cached.
    #[ts(type = "number")]
    pub cached_input_tokens: i64,
    /// Tokens that the provider wrote to its cache.
    #[serde(default)]
    #[ts(type = "number")]
    pub cache_write_input_tokens: i64,
    /// Tokens received, reasoning included.
    #[ts(type = "number")]
    pub output_tokens: i64,
    /// Tokens received that were reasoning.
    #[ts(type = "number")]
    pub reasoning_output_tokens: i64,
}

impl std::ops::AddAssign for TokenUsage {
    fn add_assign(&mut self, other: Self) {
        self.total_tokens += other.total_tokens;
        self.input_tokens += other.input_tokens;
        self.cached_input_tokens += other.cached_input_tokens;
        self.cache_write_input_tokens += other.cache_write_input_tokens;
        self.output_tokens += other.output_tokens;
        self.reasoning_output_tokens += other.reasoning_output_tokens;
    }
}

/// The tokens of a thread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct ThreadTokenUsage {
    /// Over the whole thread.
    pub total: TokenUsage,
    /// Of the last model call.
    pub last: TokenUsage,
    /// How many tokens the model can take in.
    #[ts(type = "number | null")]
    pub model_context_window: Option<i64>,
}
