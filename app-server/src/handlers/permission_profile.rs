//! `permissionProfile/list`.

use codex_app_server_protocol::{methods, permission_profile};

use crate::{
    app::App,
    handlers::paging,
    router::{Handle, RequestCx},
    wire::error::Failure,
};

/// The names for the three sandboxes; the configuration cannot add others.
const BUILT_IN: [(&str, &str); 3] = [
    (":read-only", "Commands read files and change nothing."),
    (":workspace", "Commands change files of the workspace."),
    (":danger-full-access", "Commands do what the user may."),
];

impl Handle<methods::PermissionProfileList> for App {
    type Error = Failure;

    async fn handle(
        &self,
        _: &mut RequestCx,
        params: permission_profile::ListParams,
    ) -> Result<permission_profile::ListResponse, Failure> {
        let profiles = BUILT_IN.map(|(id, description)| permission_profile::PermissionProfileSummary {
            id: id.to_owned(),
            description: Some(description.to_owned()),
            allowed: true,
        });
        let (data, next_cursor) = paging::by_offset(profiles.into(), params.cursor.as_deref(), params.limit)?;
        Ok(permission_profile::ListResponse { data, next_cursor })
    }
}
