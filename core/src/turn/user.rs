//! The user's turn: model, tools, until the model asks for nothing more.

use codex_protocol::{TurnKind, UserInput};
use futures_util::{FutureExt, future::BoxFuture};
use serde_json::Value;

use super::{
    TurnTask,
    guard::TurnGuard,
    input::{apply_input, load_history, record_environment, record_user_message},
    message::Taken,
    outcome::Outcome,
    step::{StepEnd, step},
    tool_call::{make_call, refuse_call},
    tool_host::ToolHost,
};
use crate::{
    model::ModelRequest,
    tools::{ToolSet, TurnTraits},
};

/// The user's turn.
pub(crate) struct UserTask {
    pub(crate) input: Vec<UserInput>,
    /// The client's own id for the message.
    pub(crate) client_id: Option<String>,
    /// A JSON schema for the final answer.
    pub(crate) output_schema: Option<Value>,
}

impl TurnTask for UserTask {
    fn kind(&self) -> TurnKind {
        TurnKind::User
    }

    fn run(self: Box<Self>, turn: &mut TurnGuard) -> BoxFuture<'_, Outcome> {
        async move { (*self).go(turn).await.map_or_else(|outcome| outcome, |()| Outcome::Completed) }.boxed()
    }
}

impl UserTask {
    async fn go(self, guard: &mut TurnGuard) -> Result<(), Outcome> {
        let Self { input, client_id, output_schema } = self;
        load_history(guard).await?;
        record_environment(guard)?;
        if !input.is_empty() {
            record_user_message(guard, input, client_id).await?;
        }
        let (resources, settings) = (guard.resources.clone(), guard.settings.clone());
        let endpoint = resources
            .services
            .endpoint(&resources.config, &settings.model_provider)
            .await
            .map_err(|error| Outcome::model(&error, 0))?;
        let events = guard.events.clone();
        let (thread_id, turn_id) = (resources.id.to_string(), guard.id.to_string());
        let request = ModelRequest {
            clients: &resources.services.clients,
            endpoint: &endpoint,
            model: &settings.model,
            effort: settings.effort.as_deref(),
            reasoning_summary: resources.config.reasoning_summary(),
            thread_id: &thread_id,
            turn_id: &turn_id,
            price: resources.config.model_price(&settings.model),
            events: events.as_ref(),
        };
        let tools =
            ToolSet::of(&resources.tools, TurnTraits { model_provider: &settings.model_provider }).await;
        let host = ToolHost::new(guard);
        loop {
            let calls = match step(guard, request, &tools, output_schema.as_ref()).await? {
                StepEnd::Steered => Vec::new(),
                StepEnd::Answered(calls) => calls,
                StepEnd::Final => {
                    match guard.inbox.take_or_close().await {
                        Taken::Closed => return Ok(()),
                        taken => apply_input(guard, taken).await?,
                    }
                    continue;
                }
            };
            let mut waiting = calls.iter();
            while let Some(call) = waiting.next() {
                if let Err(outcome) = make_call(guard, call, &tools, &host).await {
                    for call in waiting {
                        refuse_call(guard, call)?;
                    }
                    return Err(outcome);
                }
            }
            let taken = guard.inbox.take().await;
            apply_input(guard, taken).await?;
        }
    }
}
