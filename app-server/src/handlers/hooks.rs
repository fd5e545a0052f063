//! `hooks/list`.

use codex_app_server_protocol::{hooks, methods};

use crate::{
    app::App,
    router::{Handle, RequestCx},
    wire::error::Failure,
};

impl Handle<methods::HooksList> for App {
    type Error = Failure;

    /// This server runs no hooks, and says so where the configuration has some.
    async fn handle(
        &self,
        _: &mut RequestCx,
        params: hooks::ListParams,
    ) -> Result<hooks::ListResponse, Failure> {
        let configured = self.threads().config().has_hooks();
        let warnings = Vec::from_iter(configured.then(|| "the setting `hooks` is not used".to_owned()));
        let entry =
            |cwd| hooks::ListEntry { cwd, hooks: Vec::new(), warnings: warnings.clone(), errors: Vec::new() };
        Ok(hooks::ListResponse { data: super::cwds(params.cwds).into_iter().map(entry).collect() })
    }
}
