//! One step of a turn: a response of the model, tried as often as the provider's budget allows.

use std::time::Duration;

use bytes::Bytes;
use codex_protocol::EventMsg;
use serde_json::Value;

use super::{control::TurnControl, guard::TurnGuard, outcome::Outcome, output::Output};
use crate::{
    model::{AttemptEnd, ModelCall, ModelError, Prompt, Retries},
    tools::{ToolCall, ToolSet},
};

/// How a step ended, if the turn goes on.
#[derive(Debug)]
pub(super) enum StepEnd {
    /// The response is whole; these calls are to be made.
    Answered(Vec<ToolCall>),
    /// There is input that the model should see first.
    Steered,
}

/// What won the race.
enum Race {
    Interrupted,
    Steered,
    Done(Result<(), ModelError>),
}

/// Asks the model with the history as it is.
pub(super) async fn step(
    guard: &mut TurnGuard,
    call: ModelCall<'_>,
    tools: &ToolSet,
    output_schema: Option<&Value>,
) -> Result<StepEnd, Outcome> {
    let body =
        Bytes::from(body(guard, call, tools, output_schema).map_err(|error| Outcome::model(&error, 0))?);
    let control = guard.control.clone();
    let closing = guard.shared.closing.clone();
    let mut retries = Retries::default();
    loop {
        guard.tally.model_calls += 1;
        let mut attempt = call.attempt(retries.count());
        attempt.told(&guard.shared.instructions, &guard.shared.history().items);
        let mut output = Output::default();
        let race = tokio::select! {
            biased;
            // What has begun ends now, which shows.
            () = control.interrupted_and_answered(&closing) => Race::Interrupted,
            () = control.steered() => Race::Steered,
            result = attempt.run(body.clone(), |event| output.take(guard, event)) => Race::Done(result),
        };
        let error = match race {
            Race::Interrupted => {
                attempt.end(&AttemptEnd::Abandoned);
                output.abandon(guard);
                return Err(Outcome::Interrupted);
            }
            Race::Steered => {
                attempt.end(&AttemptEnd::Abandoned);
                output.abandon(guard);
                return Ok(StepEnd::Steered);
            }
            Race::Done(Ok(())) => {
                attempt.end(&AttemptEnd::Completed);
                return match output.commit(guard) {
                    Ok(calls) => Ok(StepEnd::Answered(calls)),
                    Err(failed) => Err(Outcome::store(&failed)),
                };
            }
            Race::Done(Err(error)) => error,
        };
        attempt.end(&AttemptEnd::Failed(&error));
        if let Some(failed) = output.abandon(guard) {
            return Err(Outcome::store(&failed));
        }
        let before = retries.count();
        let Some(retry) = retries.next(&error, &call.endpoint.config) else {
            tracing::warn!(kind = &*error.kind(), retried = before, reason = %error, "model request failed");
            return Err(Outcome::model(&error, before));
        };
        tracing::info!(
            kind = &*error.kind(),
            number = retry.number,
            reason = %error,
            "model request failed, trying again"
        );
        guard.emit(EventMsg::Error {
            turn_id: guard.id,
            error: error.retrying(retry.number, retry.of),
            will_retry: true,
        });
        if let Some(end) = wait(&control, retry.wait).await {
            return end;
        }
    }
}

/// Waits, unless something else comes up.
async fn wait(control: &TurnControl, time: Duration) -> Option<Result<StepEnd, Outcome>> {
    tokio::select! {
        biased;
        () = control.interrupted() => Some(Err(Outcome::Interrupted)),
        () = control.steered() => Some(Ok(StepEnd::Steered)),
        () = tokio::time::sleep(time) => None,
    }
}

fn body(
    guard: &TurnGuard,
    call: ModelCall<'_>,
    tools: &ToolSet,
    output_schema: Option<&Value>,
) -> Result<Vec<u8>, ModelError> {
    let history = guard.shared.history();
    call.body(&Prompt {
        model: call.model,
        instructions: &guard.shared.instructions,
        items: &history.items,
        tools: tools.specs(),
        effort: call.effort,
        reasoning_summary: call.reasoning_summary,
        output_schema,
        conversation: call.conversation,
    })
}
