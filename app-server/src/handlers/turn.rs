//! `turn/start`, `turn/steer`, `turn/interrupt`.

use std::{path::PathBuf, sync::Arc};

use codex_app_server_protocol::{methods, turn};
use codex_core::CodexThread;
use codex_protocol::{SettingsChange, ThreadId, UserTurn};

use crate::{
    app::App,
    router::{Handle, RequestCx},
    wire::error::Failure,
};

impl App {
    pub(super) fn loaded(&self, id: ThreadId) -> Result<Arc<CodexThread>, Failure> {
        self.threads().thread(id).ok_or_else(|| Failure::refused(format!("thread not found: {id}")))
    }
}

impl Handle<methods::TurnStart> for App {
    type Error = Failure;

    async fn handle(
        &self,
        _: &mut RequestCx,
        params: turn::StartParams,
    ) -> Result<turn::StartResponse, Failure> {
        let thread = self.loaded(params.thread_id)?;
        let user_turn = UserTurn {
            input: params.input,
            client_id: params.client_user_message_id,
            settings: SettingsChange {
                cwd: params.cwd.map(PathBuf::from),
                model: params.model,
                effort: params.effort,
                approval_policy: params.approval_policy,
                approvals_reviewer: None,
                sandbox_policy: params.sandbox_policy,
            },
            output_schema: params.output_schema,
        };
        let turn = thread.start_turn(user_turn).await?;
        Ok(turn::StartResponse { turn })
    }
}

impl Handle<methods::TurnSteer> for App {
    type Error = Failure;

    async fn handle(
        &self,
        _: &mut RequestCx,
        params: turn::SteerParams,
    ) -> Result<turn::SteerResponse, Failure> {
        let thread = self.loaded(params.thread_id)?;
        let turn_id =
            thread.steer(&params.expected_turn_id, params.input, params.client_user_message_id).await?;
        Ok(turn::SteerResponse { turn_id })
    }
}

impl Handle<methods::TurnInterrupt> for App {
    type Error = Failure;

    async fn handle(
        &self,
        _: &mut RequestCx,
        params: turn::InterruptParams,
    ) -> Result<turn::InterruptResponse, Failure> {
        let thread = self.loaded(params.thread_id)?;
        thread.interrupt(&params.turn_id).await?;
        Ok(turn::InterruptResponse {})
    }
}
