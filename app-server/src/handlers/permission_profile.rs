//! `permissionProfile/list`.

use codex_app_server_protocol::{methods, permission_profile};
use codex_core::PermissionProfileSummary;

use crate::{
    app::App,
    handlers::paging,
    router::{Handle, RequestCx},
    wire::error::Failure,
};

impl Handle<methods::PermissionProfileList> for App {
    type Error = Failure;

    async fn handle(
        &self,
        _: &mut RequestCx,
        // No folder has profiles of its own.
        permission_profile::ListParams { cursor, limit, cwd: _ }: permission_profile::ListParams,
    ) -> Result<permission_profile::ListResponse, Failure> {
        let profiles = self.threads().config().permission_profiles();
        let profiles = profiles.into_iter().map(|profile| {
            let PermissionProfileSummary { id, description, allowed } = profile;
            permission_profile::PermissionProfileSummary { id, description, allowed }
        });
        let (data, next_cursor) = paging::by_offset(profiles.collect(), cursor.as_deref(), limit)?;
        Ok(permission_profile::ListResponse { data, next_cursor })
    }
}
