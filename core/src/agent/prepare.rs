//! Putting a thread together: from a request, the configuration, and what is stored.

use std::{path::PathBuf, sync::Arc};

use codex_protocol::{ThreadId, ThreadSettings, ThreadStatus, ThreadTokenUsage, now_ms};

use super::Agent;
use crate::{
    Config, StartError, StartThread,
    approval::{PendingQuestions, SessionGrants},
    conversation::{ConversationItem, History, Role},
    git,
    instructions::{self, ProjectDoc, project_docs},
    journal::Journal,
    store::{LoadedThread, OpenThread, ThreadMeta, ThreadState},
    thread::{ThreadData, ThreadParts},
    tools::{BuiltIn, ToolSource},
    turn::ThreadResources,
};

impl Agent {
    /// Puts a thread together that has no loop yet: a new one, or one with a rollout. Blocks.
    pub(crate) fn prepare(
        &self,
        mut start: StartThread,
        stored: Option<Opened>,
    ) -> Result<ThreadParts, StartError> {
        let (config, thread_config) = self.config.for_thread(start.config.clone())?;
        let before =
            stored.as_ref().map(|stored| stored.open.loaded.state.settings.clone()).unwrap_or_default();
        let provider = start
            .model_provider
            .clone()
            .or(before.model_provider)
            .or_else(|| stored.as_ref().map(|stored| stored.open.loaded.meta.model_provider.clone()))
            .unwrap_or_else(|| config.model_provider().to_owned());
        if config.provider(&provider).is_none() {
            return Err(StartError::UnknownProvider { name: provider });
        }
        let cwd = start.settings.cwd.take().or_else(|| before.cwd.map(PathBuf::from)).unwrap_or_default();
        let cwd =
            if cwd.as_os_str().is_empty() { std::env::current_dir() } else { std::path::absolute(&cwd) }
                .map_err(|source| StartError::Cwd { path: cwd, source })?;
        let docs = project_docs(config.codex_home(), &cwd, config.project_doc_max_bytes());
        let (sandbox_policy, permission_profile) = match before.sandbox_policy {
            // What a request configures for itself comes before what the thread had.
            Some(policy) if !start.config.contains_key("default_permissions") => {
                (policy, before.permission_profile)
            }
            _ => config.default_sandbox(),
        };
        let settings = ThreadSettings {
            model: before.model.unwrap_or_else(|| config.model(&provider).to_owned()),
            effort: before.effort.or_else(|| config.effort().map(str::to_owned)),
            approval_policy: before.approval_policy.unwrap_or_else(|| config.approval_policy()),
            approvals_reviewer: before.approvals_reviewer.unwrap_or_else(|| config.approvals_reviewer()),
            sandbox_policy,
            permission_profile,
            instruction_sources: docs.iter().map(|doc| doc.path.clone()).collect(),
            model_provider: provider,
            cwd,
        };
        let settings = config.changed(settings, std::mem::take(&mut start.settings))?;
        let base_instructions = start.base_instructions.clone();
        let Opened { open: OpenThread { writer, loaded }, history } =
            stored.unwrap_or_else(|| self.new_thread(start, &config, &settings, &docs));
        let LoadedThread { meta, state, usage: counted, updated_at_ms, .. } = loaded;
        let base = base_instructions
            .or_else(|| meta.base_instructions.clone())
            .or_else(|| config.base_instructions().map(str::to_owned));
        let usage = ThreadTokenUsage {
            total: counted.map(|usage| usage.total).unwrap_or_default(),
            last: counted.map(|usage| usage.last).unwrap_or_default(),
            model_context_window: config.context_window(),
        };
        let told = counted.and_then(|counted| counted.turn).map(|turn| (usage, turn));
        let resources = ThreadResources {
            id: meta.id,
            instructions: base.as_deref().unwrap_or(instructions::BASE).into(),
            tools: Arc::from([Arc::new(BuiltIn) as Arc<dyn ToolSource>]),
            journal: Arc::new(Journal::new(meta.id, writer, Arc::clone(&self.bus), told)),
            services: Arc::clone(&self.services),
            grants: Arc::<SessionGrants>::default(),
            config,
        };
        let data = ThreadData {
            updated_at_ms,
            meta: Arc::new(meta),
            settings,
            status: ThreadStatus::Idle,
            preview: state.preview,
            name: state.name,
            git_info: state.git_info,
            read: state.read,
            usage,
            history,
            active: None,
            questions: PendingQuestions::default(),
        };
        let host = std::sync::Weak::<Self>::clone(&self.this);
        Ok(ThreadParts { resources: Arc::new(resources), config: thread_config, data, host })
    }

    /// A thread of which nothing is kept yet.
    fn new_thread(
        &self,
        start: StartThread,
        config: &Config,
        settings: &ThreadSettings,
        docs: &[ProjectDoc],
    ) -> Opened {
        let meta = ThreadMeta {
            id: ThreadId::generate(),
            created_at_ms: now_ms(),
            cwd: settings.cwd.display().to_string(),
            model: settings.model.clone(),
            model_provider: settings.model_provider.clone(),
            effort: settings.effort.clone(),
            server_version: env!("CARGO_PKG_VERSION").to_owned(),
            originator: start.originator,
            source: start.source,
            thread_source: start.thread_source,
            forked_from: None,
            base_instructions: start.base_instructions,
        };
        let developer =
            start.developer_instructions.or_else(|| config.developer_instructions().map(str::to_owned));
        let beginning =
            developer.map(|text| ConversationItem::message(Role::Developer, text)).into_iter().chain(
                instructions::agents_message(docs).map(|text| ConversationItem::message(Role::User, text)),
            );
        let store = if start.ephemeral { &self.ephemeral } else { &self.store };
        let writer = store.create(meta.clone());
        let loaded = LoadedThread {
            updated_at_ms: meta.created_at_ms,
            meta,
            state: ThreadState { git_info: git::info(&settings.cwd), ..ThreadState::default() },
            usage: None,
            unfinished: None,
        };
        Opened { open: OpenThread { writer, loaded }, history: History::beginning(beginning.collect()) }
    }
}

/// A leased thread that has no loop yet, with what the model sees of it.
pub(crate) struct Opened {
    pub(crate) open: OpenThread,
    pub(crate) history: History,
}
