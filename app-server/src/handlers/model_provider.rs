//! `modelProvider/…`.

use codex_app_server_protocol::{methods, model_provider};
use codex_core::ProviderConfig;

use crate::{
    app::App,
    router::{Handle, RequestCx},
    wire::error::Failure,
};

impl Handle<methods::ModelProviderList> for App {
    type Error = Failure;

    async fn handle(
        &self,
        _: &mut RequestCx,
        model_provider::ListParams {}: model_provider::ListParams,
    ) -> Result<model_provider::ListResponse, Failure> {
        let config = self.threads().config();
        Ok(model_provider::ListResponse {
            data: config.providers().map(|(id, provider)| describe(id, provider)).collect(),
            default_provider_id: config.model_provider().to_owned(),
            // The configuration is read when the server starts, and written by nobody here.
            can_change_default: false,
        })
    }
}

impl Handle<methods::ModelProviderCapabilitiesRead> for App {
    type Error = Failure;

    /// Requests offer the model no tools of the provider's own.
    async fn handle(
        &self,
        _: &mut RequestCx,
        model_provider::CapabilitiesReadParams {}: model_provider::CapabilitiesReadParams,
    ) -> Result<model_provider::CapabilitiesReadResponse, Failure> {
        Ok(model_provider::CapabilitiesReadResponse { web_search: false, image_generation: false })
    }
}

fn describe(id: &str, provider: &ProviderConfig) -> model_provider::ModelProviderSummary {
    let settings = if provider.requires_openai_auth {
        model_provider::ProviderSettings::Openai
    } else {
        model_provider::ProviderSettings::CustomGateway { auth: auth(provider) }
    };
    model_provider::ModelProviderSummary {
        id: id.to_owned(),
        name: provider.name.clone().unwrap_or_else(|| id.to_owned()),
        can_edit: false,
        base_url: provider.base_url.clone(),
        settings,
    }
}

fn auth(provider: &ProviderConfig) -> model_provider::GatewayAuth {
    let by_other_means = provider.experimental_bearer_token.is_some()
        || !provider.http_headers.is_empty()
        || !provider.env_http_headers.is_empty();
    match provider.env_key.clone() {
        env_key if by_other_means => model_provider::GatewayAuth::ExternallyConfigured { env_key },
        Some(env_key) => model_provider::GatewayAuth::EnvironmentVariable { env_key },
        None => model_provider::GatewayAuth::None,
    }
}
