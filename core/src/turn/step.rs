//! One step of a turn: a response of the model, tried as often as the provider's budget allows.

use std::time::Duration;

use bytes::Bytes;
use codex_protocol::EventMsg;
use serde_json::Value;

use super::{TurnInbox, guard::TurnGuard, outcome::Outcome, output::Output};
use crate::{
    model::{AttemptEnd, ModelCall, ModelError, Prompt, Retries},
    tools::{ToolCall, ToolSet},
};

/// How a step ended, if the turn goes on.
#[derive(Debug)]
pub(super) enum StepEnd {
    /// The response is whole; these calls are to be made.
    Answered(Vec<ToolCall>),
    /// The response is whole and asks for nothing more.
    Final,
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
    let inbox = guard.inbox.clone();
    let mut retries = Retries::default();
    loop {
        guard.tally.model_calls += 1;
        let mut attempt = call.attempt(retries.count());
        attempt.told(&guard.resources.instructions, &guard.history.items);
        let mut output = Output::default();
        let race = tokio::select! {
            biased;
            // What has begun ends now, which shows.
            () = inbox.interrupted() => Race::Interrupted,
            () = inbox.steered() => Race::Steered,
            result = attempt.run(body.clone(), |event| output.take(guard, event)) => Race::Done(result),
        };
        let error = match race {
            Race::Interrupted => {
                attempt.end(&AttemptEnd::Abandoned);
                output.abandon(guard);
                return Err(Outcome::INTERRUPTED);
            }
            Race::Steered => {
                attempt.end(&AttemptEnd::Abandoned);
                output.abandon(guard);
                return Ok(StepEnd::Steered);
            }
            Race::Done(Ok(())) => {
                attempt.end(&AttemptEnd::Completed);
                return match output.commit(guard) {
                    Ok(calls) if calls.is_empty() => Ok(StepEnd::Final),
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
        if let Some(end) = wait(&inbox, retry.delay).await {
            return end;
        }
    }
}

/// Waits, unless something else comes up.
async fn wait(inbox: &TurnInbox, time: Duration) -> Option<Result<StepEnd, Outcome>> {
    tokio::select! {
        biased;
        () = inbox.interrupted() => Some(Err(Outcome::INTERRUPTED)),
        () = inbox.steered() => Some(Ok(StepEnd::Steered)),
        () = tokio::time::sleep(time) => None,
    }
}

fn body(
    guard: &TurnGuard,
    call: ModelCall<'_>,
    tools: &ToolSet,
    output_schema: Option<&Value>,
) -> Result<Vec<u8>, ModelError> {
    call.body(&Prompt {
        model: call.model,
        instructions: &guard.resources.instructions,
        items: &guard.history.items,
        tools: tools.specs(),
        effort: call.effort,
        reasoning_summary: call.reasoning_summary,
        output_schema,
        conversation: call.conversation,
    })
}
