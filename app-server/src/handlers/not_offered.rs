//! What this server has none of, answered as the reference server answers where there is none: apps, plug-ins, hooks, MCP
//! servers, features to switch on, goals, and commands that outlive their turns.

use codex_app_server_protocol::{
    apps, background_terminal, experimental_feature, goal, hooks, mcp_server, methods, plugins,
};

use super::{cwds, paging};
use crate::{
    app::App,
    router::{Handle, RequestCx},
    wire::error::Failure,
};

impl Handle<methods::AppList> for App {
    type Error = Failure;

    async fn handle(
        &self,
        _: &mut RequestCx,
        // Which thread asks, and whether anew, makes no difference to an empty list.
        apps::ListParams { cursor, limit, thread_id: _, force_refetch: _ }: apps::ListParams,
    ) -> Result<apps::ListResponse, Failure> {
        let (data, next_cursor) = paging::by_offset(Vec::new(), cursor.as_deref(), limit)?;
        Ok(apps::ListResponse { data, next_cursor })
    }
}

impl Handle<methods::PluginInstalled> for App {
    type Error = Failure;

    async fn handle(
        &self,
        _: &mut RequestCx,
        // In every folder there is none.
        plugins::InstalledParams { cwds: _, install_suggestion_plugin_names: _ }: plugins::InstalledParams,
    ) -> Result<plugins::InstalledResponse, Failure> {
        Ok(plugins::InstalledResponse::default())
    }
}

impl Handle<methods::PluginList> for App {
    type Error = Failure;

    async fn handle(
        &self,
        _: &mut RequestCx,
        // In every folder and of every kind there is none.
        plugins::ListParams { cwds: _, marketplace_kinds: _, force_refetch: _ }: plugins::ListParams,
    ) -> Result<plugins::ListResponse, Failure> {
        Ok(plugins::ListResponse::default())
    }
}

impl Handle<methods::HooksList> for App {
    type Error = Failure;

    /// This server runs no hooks, and says so where the configuration has some.
    async fn handle(
        &self,
        _: &mut RequestCx,
        // A thread adds no hooks to those of the folders.
        hooks::ListParams { cwds: asked, thread_id: _ }: hooks::ListParams,
    ) -> Result<hooks::ListResponse, Failure> {
        let configured = self.threads().config().has_hooks();
        let warnings = Vec::from_iter(configured.then(|| "the setting `hooks` is not used".to_owned()));
        let entry =
            |cwd| hooks::ListEntry { cwd, hooks: Vec::new(), warnings: warnings.clone(), errors: Vec::new() };
        Ok(hooks::ListResponse { data: cwds(asked).into_iter().map(entry).collect() })
    }
}

impl Handle<methods::McpServerStatusList> for App {
    type Error = Failure;

    async fn handle(
        &self,
        _: &mut RequestCx,
        // Of none there are no details, whatever its name and whoever asks.
        mcp_server::ListParams { cursor, limit, detail: _, server_name: _, thread_id: _ }: mcp_server::ListParams,
    ) -> Result<mcp_server::ListResponse, Failure> {
        let (data, next_cursor) = paging::by_offset(Vec::new(), cursor.as_deref(), limit)?;
        Ok(mcp_server::ListResponse { data, next_cursor })
    }
}

impl Handle<methods::ExperimentalFeatureList> for App {
    type Error = Failure;

    async fn handle(
        &self,
        _: &mut RequestCx,
        // No thread has a feature that others have not.
        experimental_feature::ListParams { cursor, limit, thread_id: _ }: experimental_feature::ListParams,
    ) -> Result<experimental_feature::ListResponse, Failure> {
        let (data, next_cursor) = paging::by_offset(Vec::new(), cursor.as_deref(), limit)?;
        Ok(experimental_feature::ListResponse { data, next_cursor })
    }
}

impl Handle<methods::ExperimentalFeatureEnablementSet> for App {
    type Error = Failure;

    async fn handle(
        &self,
        _: &mut RequestCx,
        experimental_feature::EnablementSetParams { enablement }: experimental_feature::EnablementSetParams,
    ) -> Result<experimental_feature::EnablementSetResponse, Failure> {
        match enablement.first_key_value() {
            None => Ok(experimental_feature::EnablementSetResponse { enablement }),
            Some((name, _)) => Err(Failure::refused(format!("this server has no feature `{name}`"))),
        }
    }
}

impl Handle<methods::ThreadGoalGet> for App {
    type Error = Failure;

    /// No thread has a goal; an unknown thread is refused.
    async fn handle(
        &self,
        _: &mut RequestCx,
        goal::GetParams { thread_id }: goal::GetParams,
    ) -> Result<goal::GetResponse, Failure> {
        self.threads().read(thread_id, false).await?;
        Ok(goal::GetResponse { goal: None })
    }
}

impl Handle<methods::ThreadBackgroundTerminalsList> for App {
    type Error = Failure;

    /// No tool of this server leaves a command running; only a thread that is not loaded is refused.
    async fn handle(
        &self,
        _: &mut RequestCx,
        background_terminal::ListParams { thread_id, cursor, limit }: background_terminal::ListParams,
    ) -> Result<background_terminal::ListResponse, Failure> {
        self.loaded(thread_id)?;
        let (data, next_cursor) = paging::by_offset(Vec::new(), cursor.as_deref(), limit)?;
        Ok(background_terminal::ListResponse { data, next_cursor })
    }
}
