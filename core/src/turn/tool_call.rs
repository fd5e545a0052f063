//! A call that the model makes, and the result that it gets.

use std::time::Instant;

use super::{clock::TimePart, guard::TurnGuard, input::append, outcome::Outcome, tool_host::ToolHost};
use crate::{
    conversation::{ConversationItem, ToolInput, ToolOutput},
    log_events::ToolResultEvent,
    store::Record,
    tools::{self, ToolCall, ToolOutcome, ToolSet},
};

/// Makes a call and gives the model its result.
pub(super) async fn make_call(
    guard: &mut TurnGuard,
    call: &ToolCall,
    tools: &ToolSet,
    host: &ToolHost,
) -> Result<(), Outcome> {
    guard.tally.tool_calls += 1;
    let begun = Instant::now();
    let working = guard.clock.enter(TimePart::Tool);
    let cx = host.context(&call.call_id);
    let result = tokio::select! {
        biased;
        // Dropping the call ends its item, which shows.
        () = guard.inbox.interrupted() => Err(Outcome::INTERRUPTED),
        result = tools::run(tools, cx, call) => result.map_err(|failure| Outcome::tool(&failure)),
    };
    drop(working);
    if let (Some(events), Ok(result)) = (&guard.events, &result) {
        events.tool_result(&ToolResultEvent {
            number: guard.tally.tool_calls,
            tool: &call.name,
            call_id: &call.call_id,
            lasted: begun.elapsed(),
            success: matches!(result.outcome, ToolOutcome::Ok | ToolOutcome::Nonzero),
            arguments: match &call.input {
                ToolInput::Json(text) | ToolInput::Text(text) => text,
            },
            output: &result.text(),
        });
    }
    // A call without a result would not be understood by the model: every call gets one.
    let text = match &result {
        Ok(result) => {
            let to_text = matches!(call.input, ToolInput::Text(_));
            return record_result(guard, call, ToolOutput { content: result.content.clone(), to_text });
        }
        Err(Outcome::Interrupted { .. }) => "interrupted by the user",
        Err(_) => "the tool failed inside the server",
    };
    record_result(guard, call, ToolOutput::text_for(&call.input, text.to_owned()))?;
    result.map(drop)
}

/// Gives the model the result of a call that is not made any more.
pub(super) fn refuse_call(guard: &mut TurnGuard, call: &ToolCall) -> Result<(), Outcome> {
    let text = "not run: the turn ended before it".to_owned();
    record_result(guard, call, ToolOutput::text_for(&call.input, text))
}

fn record_result(guard: &mut TurnGuard, call: &ToolCall, output: ToolOutput) -> Result<(), Outcome> {
    let item = ConversationItem::ToolOutput { call_id: call.call_id.clone(), output };
    guard.history.items.push(item.clone());
    append(guard, &[Record::Context { item }])
}
