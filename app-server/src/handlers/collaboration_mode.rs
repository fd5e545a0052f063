//! `collaborationMode/list`.

use codex_app_server_protocol::{collaboration_mode, methods, thread::ModeKind};

use crate::{
    app::App,
    router::{Handle, RequestCx},
    wire::error::Failure,
};

impl Handle<methods::CollaborationModeList> for App {
    type Error = Failure;

    /// Turns are run in the default mode alone: this server has no instructions for planning.
    async fn handle(
        &self,
        _: &mut RequestCx,
        collaboration_mode::ListParams {}: collaboration_mode::ListParams,
    ) -> Result<collaboration_mode::ListResponse, Failure> {
        let default = collaboration_mode::CollaborationModeMask {
            name: "Default".to_owned(),
            mode: Some(ModeKind::Default),
            model: None,
            reasoning_effort: None,
        };
        Ok(collaboration_mode::ListResponse { data: vec![default] })
    }
}
