//! `account/…`.

use codex_app_server_protocol::{account, methods};

use crate::{
    app::App,
    router::{Handle, RequestCx},
    wire::error::Failure,
};

impl Handle<methods::AccountRead> for App {
    type Error = Failure;

    async fn handle(
        &self,
        _: &mut RequestCx,
        // No token of an account is kept that could be refreshed.
        account::ReadParams { refresh_token: _ }: account::ReadParams,
    ) -> Result<account::ReadResponse, Failure> {
        let known = self.threads().account();
        Ok(account::ReadResponse {
            account: (known.requires_openai_auth && known.api_key).then_some(account::Account::ApiKey),
            user_id: None,
            requires_openai_auth: known.requires_openai_auth,
            workspace_routing: None,
        })
    }
}

/// Quota and use are the vendor's accounts': an API key has none that could be asked for.
fn no_account(to: &str) -> Failure {
    Failure::refused(format!("codex account authentication required to {to}"))
}

impl Handle<methods::AccountRateLimitsRead> for App {
    type Error = Failure;

    async fn handle(
        &self,
        _: &mut RequestCx,
        account::RateLimitsReadParams { exclude_reset_credit_details: _, supports_luna_reserve: _ }: account::RateLimitsReadParams,
    ) -> Result<account::RateLimitsReadResponse, Failure> {
        Err(no_account("read rate limits"))
    }
}

impl Handle<methods::AccountUsageRead> for App {
    type Error = Failure;

    async fn handle(
        &self,
        _: &mut RequestCx,
        account::UsageReadParams { thread_id: _ }: account::UsageReadParams,
    ) -> Result<account::UsageReadResponse, Failure> {
        Err(no_account("read token usage"))
    }
}

impl Handle<methods::AccountBedrockCheckGovCloudRequirements> for App {
    type Error = Failure;

    /// This server does not speak to Amazon Bedrock, so there is nothing to warn of.
    async fn handle(
        &self,
        _: &mut RequestCx,
        account::BedrockCheckParams {}: account::BedrockCheckParams,
    ) -> Result<account::BedrockCheckResponse, Failure> {
        Ok(account::BedrockCheckResponse { is_gov_cloud: false, should_warn: false })
    }
}
