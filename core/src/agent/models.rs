//! The models that can be asked for.

use super::Agent;

/// A model that can be asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelInfo {
    /// The name to ask for.
    pub id: String,
    /// The name for people.
    pub display_name: String,
    /// What it is for.
    pub description: String,
    /// Whether it is the configured one.
    pub is_default: bool,
    /// Whether lists leave it out.
    pub hidden: bool,
    /// The reasoning effort it uses unless told otherwise.
    pub default_effort: String,
    /// The reasoning efforts it can use.
    pub efforts: Vec<ReasoningEffort>,
    /// Whether it takes images.
    pub images: bool,
}

/// A reasoning effort.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReasoningEffort {
    /// Its name.
    pub name: String,
    /// What it means.
    pub description: String,
}

/// Why there is no list of models.
#[derive(Debug, thiserror::Error)]
pub enum ModelsError {
    /// No provider of that name is configured.
    #[error("model provider `{name}` not found: add `model_providers.{name}` to config.toml")]
    UnknownProvider {
        /// The name.
        name: String,
    },
}

/// The reasoning efforts of the convention, where a provider does not tell its own.
const EFFORTS: [(&str, &str); 3] = [
    ("low", "Quick answers with little reasoning."),
    ("medium", "Reasoning as the task needs it."),
    ("high", "Longer reasoning for hard tasks."),
];

impl ModelInfo {
    /// A model of which nothing but the name is known.
    pub(super) fn named(id: &str, is_default: bool, effort: Option<&str>) -> Self {
        let efforts = EFFORTS.map(|(name, description)| ReasoningEffort {
            name: name.to_owned(),
            description: description.to_owned(),
        });
        Self {
            id: id.to_owned(),
            display_name: id.to_owned(),
            description: String::new(),
            is_default,
            hidden: false,
            default_effort: effort.unwrap_or("medium").to_owned(),
            efforts: efforts.into(),
            images: true,
        }
    }
}

impl Agent {
    /// The models of a provider (the configured one where none is named): the configured model first, then those that
    /// the provider tells, which is asked at most every few minutes.
    pub async fn models(&self, provider: Option<&str>) -> Result<Vec<ModelInfo>, ModelsError> {
        let config = self.config();
        let provider = provider.unwrap_or_else(|| config.model_provider());
        if config.provider(provider).is_none() {
            return Err(ModelsError::UnknownProvider { name: provider.to_owned() });
        }
        let configured = config.model(provider);
        let others = self.services.model_ids(&config, provider).await;
        let mut models = vec![ModelInfo::named(configured, true, config.effort())];
        models
            .extend(others.iter().filter(|id| *id != configured).map(|id| ModelInfo::named(id, false, None)));
        Ok(models)
    }
}
