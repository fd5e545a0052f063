//! `model/list`.

use codex_app_server_protocol::{methods, model};
use codex_core::ModelInfo;

use crate::{
    app::App,
    handlers::paging,
    router::{Handle, RequestCx},
    wire::error::Failure,
};

impl Handle<methods::ModelList> for App {
    type Error = Failure;

    async fn handle(
        &self,
        _: &mut RequestCx,
        model::ListParams { cursor, limit, include_hidden, model_provider }: model::ListParams,
    ) -> Result<model::ListResponse, Failure> {
        let hidden_too = include_hidden.unwrap_or(false);
        let models = self.threads().models(model_provider.as_deref()).await?;
        let shown = models.into_iter().filter(|model| hidden_too || !model.hidden).map(describe).collect();
        let (data, next_cursor) = paging::by_offset(shown, cursor.as_deref(), limit)?;
        Ok(model::ListResponse { data, next_cursor })
    }
}

fn describe(info: ModelInfo) -> model::Model {
    let mut input_modalities = vec![model::InputModality::Text];
    if info.images {
        input_modalities.push(model::InputModality::Image);
    }
    let efforts = info.efforts.into_iter().map(|effort| model::ReasoningEffortOption {
        reasoning_effort: effort.name,
        description: effort.description,
    });
    model::Model {
        model: info.id.clone(),
        id: info.id,
        upgrade: None,
        upgrade_info: None,
        availability_nux: None,
        display_name: info.display_name,
        description: info.description,
        hidden: info.hidden,
        supported_reasoning_efforts: efforts.collect(),
        default_reasoning_effort: info.default_effort,
        input_modalities,
        supports_personality: false,
        multi_agent_version: None,
        model_specialty: None,
        additional_speed_tiers: Vec::new(),
        service_tiers: Vec::new(),
        default_service_tier: None,
        available_access_programs: None,
        is_default: info.is_default,
    }
}
