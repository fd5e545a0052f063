//! The models that can be asked for.

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
    /// The reasoning efforts it can use; the first words of the convention where the provider does not tell.
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
