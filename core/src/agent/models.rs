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
