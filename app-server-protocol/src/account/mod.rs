//! `account/…`: who pays.

mod bedrock;
mod rate_limits;
mod read;
mod usage;

pub use bedrock::{BedrockCheckParams, BedrockCheckResponse};
pub use rate_limits::{
    CreditsSnapshot, RateLimitReachedType, RateLimitSnapshot, RateLimitWindow, RateLimitsReadParams,
    RateLimitsReadResponse, RateLimitsUpdatedNotification, SpendControlLimitSnapshot,
};
pub use read::{
    Account, AuthMode, PlanType, ReadParams, ReadResponse, RoutingOverride, UpdatedNotification,
    WorkspaceRouting,
};
pub use usage::{ThreadUsage, ThreadUsageGroup, UsageDay, UsageReadParams, UsageReadResponse, UsageSummary};
