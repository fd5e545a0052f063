//! One step of a turn: a response of the model, tried as often as the provider's budget allows.

use std::time::Duration;

use bytes::Bytes;
use codex_protocol::EventMsg;
use serde_json::Value;

use super::{TurnInbox, clock::TimePart, guard::TurnGuard, outcome::Outcome, output::Output};
use crate::{
    model::{CallEnd, ModelError, ModelRequest, Prompt, Retries},
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
    request: ModelRequest<'_>,
    tools: &ToolSet,
    output_schema: Option<&Value>,
) -> Result<StepEnd, Outcome> {
    let body =
        Bytes::from(body(guard, request, tools, output_schema).map_err(|error| Outcome::model(&error, 0))?);
    let inbox = guard.inbox.clone();
    let mut retries = Retries::default();
    guard.tally.model_calls += 1;
    let mut call = request.call();
    let clock = guard.clock.clone();
    call.record_input(&guard.resources.instructions, &guard.history.items);
    loop {
        let mut output = Output::default();
        let asking = clock.enter(TimePart::Model);
        let race = tokio::select! {
            biased;
            // What has begun ends now, which shows.
            () = inbox.interrupted() => Race::Interrupted,
            () = inbox.steered() => Race::Steered,
            result = call.attempt(body.clone(), |event| output.take(guard, event)) => Race::Done(result),
        };
        drop(asking);
        let error = match race {
            Race::Interrupted => {
                call.end(&CallEnd::Abandoned);
                output.abandon(guard);
                return Err(Outcome::INTERRUPTED);
            }
            Race::Steered => {
                call.end(&CallEnd::Abandoned);
                output.abandon(guard);
                return Ok(StepEnd::Steered);
            }
            Race::Done(Ok(())) => {
                guard.tally.add_cost(call.cost());
                call.end(&CallEnd::Completed);
                return match output.commit(guard) {
                    Ok(calls) if calls.is_empty() => Ok(StepEnd::Final),
                    Ok(calls) => Ok(StepEnd::Answered(calls)),
                    Err(failed) => Err(Outcome::store(&failed)),
                };
            }
            Race::Done(Err(error)) => error,
        };
        guard.tally.add_cost(call.cost());
        if let Some(failed) = output.abandon(guard) {
            return Err(Outcome::store(&failed));
        }
        let before = retries.count();
        let Some(retry) = retries.next(&error, &request.endpoint.config) else {
            call.end(&CallEnd::Failed(&error));
            tracing::warn!(kind = &*error.kind(), retried = before, reason = %error, "model request failed");
            return Err(Outcome::model(&error, before));
        };
        tracing::info!(
            kind = &*error.kind(),
            number = retry.number,
            reason = %error,
            "model request failed, trying again"
        );
        call.retry(&error, &retry);
        guard.emit(EventMsg::Error {
            turn_id: guard.id,
            error: error.retrying(retry.number, retry.of),
            will_retry: true,
        });
        let waiting = clock.enter(TimePart::RetryWait);
        let end = wait(&inbox, retry.delay).await;
        drop(waiting);
        if let Some(end) = end {
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
    request: ModelRequest<'_>,
    tools: &ToolSet,
    output_schema: Option<&Value>,
) -> Result<Vec<u8>, ModelError> {
    request.body(&Prompt {
        model: request.model,
        instructions: &guard.resources.instructions,
        items: &guard.history.items,
        tools: tools.specs(),
        effort: request.effort,
        reasoning_summary: request.reasoning_summary,
        output_schema,
        conversation: request.thread_id,
    })
}
