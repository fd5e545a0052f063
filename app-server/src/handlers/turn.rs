//! `turn/start`, `turn/steer`, `turn/interrupt`.

use std::sync::Arc;

use codex_app_server_protocol::{methods, turn};
use codex_core::CodexThread;
use codex_protocol::{ThreadId, UserTurn};

use crate::{
    app::App,
    router::{Handle, RequestCx},
    wire::{
        error::Failure,
        turn_params::{self, Steer},
    },
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
        cx: &mut RequestCx,
        params: turn::StartParams,
    ) -> Result<turn::StartResponse, Failure> {
        let (thread_id, user_turn) = turn_params::start(params)?;
        let user_turn = UserTurn { client_name: cx.client_name(), caller: codex_otel::caller(), ..user_turn };
        let turn = self.loaded(thread_id)?.start_turn(user_turn).await?;
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
        let Steer { thread_id, expected_turn_id, input, client_id } = turn_params::steer(params)?;
        let turn_id = self.loaded(thread_id)?.steer(&expected_turn_id, input, client_id).await?;
        Ok(turn::SteerResponse { turn_id })
    }
}

impl Handle<methods::TurnInterrupt> for App {
    type Error = Failure;

    async fn handle(
        &self,
        cx: &mut RequestCx,
        turn::InterruptParams { thread_id, turn_id }: turn::InterruptParams,
    ) -> Result<turn::InterruptResponse, Failure> {
        self.loaded(thread_id)?.interrupt_for(&turn_id, cx.client_name()).await?;
        Ok(turn::InterruptResponse {})
    }
}
