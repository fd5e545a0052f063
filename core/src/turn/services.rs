//! What all threads share: HTTP clients, the providers' lists of models.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use crate::{
    Config,
    approval::QuestionIds,
    exec::Executor,
    model::{Endpoint, HttpClients, ModelError, model_ids},
};

/// How long a list of models is taken for true.
const FRESH: Duration = Duration::from_secs(300);

/// What all threads share. Everything is opened when it is first needed.
#[derive(Debug, Default)]
pub(crate) struct Services {
    pub(crate) clients: HttpClients,
    models: Mutex<HashMap<String, (Instant, Vec<String>)>>,
    pub(crate) executor: Executor,
    /// The numbers of the questions put to users.
    pub(crate) questions: QuestionIds,
}

impl Services {
    /// What threads share under this configuration.
    pub(crate) fn new(config: &Config) -> Self {
        Self { executor: Executor::new(config.shell_environment().clone()), ..Self::default() }
    }

    /// A provider, ready to be asked. One that this program serves is started when it is first needed.
    pub(crate) async fn endpoint(&self, config: &Config, provider: &str) -> Result<Endpoint, ModelError> {
        let wrong = |reason: String| ModelError::Configuration { provider: provider.to_owned(), reason };
        let settings = config.provider(provider).ok_or_else(|| wrong("it is not configured".to_owned()))?;
        let local = match &settings.local {
            Some(local) if settings.base_url.is_none() => {
                let url = local.base_url().await;
                Some(url.map_err(|error| wrong(format!("its server cannot listen on loopback: {error}")))?)
            }
            _ => None,
        };
        Endpoint::new(provider, settings, local.as_deref())
    }

    /// The names of a provider's models, fresh or from memory; none where it cannot tell.
    pub(crate) async fn model_ids(&self, config: &Config, provider: &str) -> Vec<String> {
        if let Some((at, ids)) = self.models.lock().unwrap_or_else(PoisonError::into_inner).get(provider)
            && at.elapsed() < FRESH
        {
            return ids.clone();
        }
        let asked = async { model_ids(&self.clients, &self.endpoint(config, provider).await?).await };
        match asked.await {
            Ok(ids) => {
                let mut models = self.models.lock().unwrap_or_else(PoisonError::into_inner);
                models.insert(provider.to_owned(), (Instant::now(), ids.clone()));
                ids
            }
            Err(error) => {
                tracing::info!(provider, kind = &*error.kind(), "the provider gives no list of models");
                Vec::new()
            }
        }
    }
}
