//! What is known of the account.

use super::Agent;

/// What is known of the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountInfo {
    /// Whether there is an API key for the configured provider.
    pub api_key: bool,
    /// Whether the configured provider needs an account with the vendor.
    pub requires_openai_auth: bool,
}

impl Agent {
    /// What is known of the account.
    pub fn account(&self) -> AccountInfo {
        let config = self.config();
        let provider = config.provider(config.model_provider());
        AccountInfo {
            api_key: provider.is_some_and(|provider| {
                provider.experimental_bearer_token.is_some()
                    || provider
                        .env_key
                        .as_ref()
                        .is_some_and(|key| std::env::var_os(key).is_some_and(|key| !key.is_empty()))
            }),
            requires_openai_auth: provider.is_some_and(|provider| provider.requires_openai_auth),
        }
    }
}
