//! The course of a turn: input, model, tools, until the model asks for nothing more.

use codex_protocol::{ItemId, UserInput};
use serde_json::Value;

use super::{
    Steer,
    guard::TurnGuard,
    history::read_history,
    outcome::Outcome,
    sink::WriteFailed,
    step::{StepEnd, step},
    tool_host::ToolHost,
    user_input::{ReadInput, read_input},
};
use crate::{
    conversation::{ConversationItem, ItemWriter, Role, ToolInput, ToolOutput, UserMessage},
    instructions::environment_context,
    model::ModelCall,
    store::{Record, StoreError, blocking, preview_of},
    thread::ThreadSettings,
    tools::{self, ToolCall, ToolFailure, ToolSet, TurnTraits},
};

/// What a turn is to do, and how.
pub(super) struct Plan {
    pub(super) input: Vec<UserInput>,
    pub(super) client_id: Option<String>,
    pub(super) output_schema: Option<Value>,
    /// Fixed when the turn begins: changes hold for the next one.
    pub(super) settings: ThreadSettings,
}

/// Runs a turn to its end.
pub(super) async fn run(guard: &mut TurnGuard, plan: Plan) -> Outcome {
    match go(guard, plan).await {
        Ok(()) => Outcome::Completed,
        Err(outcome) => outcome,
    }
}

async fn go(guard: &mut TurnGuard, plan: Plan) -> Result<(), Outcome> {
    let Plan { input, client_id, output_schema, settings } = plan;
    load(guard).await?;
    open(guard, &settings)?;
    if !input.is_empty() {
        say(guard, input, client_id).await?;
    }
    let shared = guard.shared.clone();
    let endpoint = shared
        .services
        .endpoint(&shared.config, &settings.model_provider)
        .await
        .map_err(|error| Outcome::model(&error, 0))?;
    let conversation = shared.id.to_string();
    let call = ModelCall {
        clients: &shared.services.clients,
        endpoint: &endpoint,
        model: &settings.model,
        effort: settings.effort.as_deref(),
        reasoning_summary: shared.config.reasoning_summary(),
        conversation: &conversation,
    };
    let tools = ToolSet::of(&shared.tools, TurnTraits { model_provider: &settings.model_provider }).await;
    let host = ToolHost::new(guard.sink());
    loop {
        let calls = match step(guard, call, &tools, output_schema.as_ref()).await? {
            StepEnd::Steered => Vec::new(),
            StepEnd::Answered(calls) => {
                let steers = if calls.is_empty() { guard.control.take_or_close() } else { Vec::new() };
                if calls.is_empty() && steers.is_empty() {
                    // An interruption may have come between the answer and this.
                    return if guard.control.is_interrupted() { Err(Outcome::Interrupted) } else { Ok(()) };
                }
                hear(guard, steers).await?;
                calls
            }
        };
        let mut waiting = calls.iter();
        while let Some(call) = waiting.next() {
            if let Err(outcome) = use_tool(guard, call, &tools, &host, &settings).await {
                for call in waiting {
                    answer_call(guard, call, "not run: the turn ended before it".to_owned())?;
                }
                return Err(outcome);
            }
        }
        let steers = guard.control.take();
        hear(guard, steers).await?;
    }
}

/// Reads the conversation of a thread that was resumed: this is the first turn that needs it.
async fn load(guard: &TurnGuard) -> Result<(), Outcome> {
    if !guard.shared.history().is_stored() {
        return Ok(());
    }
    let shared = guard.shared.clone();
    let read = blocking(move || {
        let history = read_history(&shared.writer.snapshot())?;
        *shared.history() = history;
        Ok(())
    });
    read.await.map_err(|error: StoreError| Outcome::store(&WriteFailed::from(error)))
}

/// Writes the turn's beginning, and tells the model where it is if that is news.
fn open(guard: &TurnGuard, settings: &ThreadSettings) -> Result<(), Outcome> {
    let mut records = vec![Record::TurnStarted { turn: guard.begun() }, guard.shared.state_record()];
    let environment = environment_context(settings);
    {
        let mut history = guard.shared.history();
        if history.environment.as_ref() != Some(&environment) {
            records.extend(history.take_unwritten().into_iter().map(|item| Record::Context { item }));
            let item = ConversationItem::message(Role::User, environment.clone());
            history.items.push(item.clone());
            history.environment = Some(environment);
            records.push(Record::Context { item });
        }
    }
    append(guard, &records)
}

/// Adds the user's words.
async fn say(guard: &TurnGuard, input: Vec<UserInput>, client_id: Option<String>) -> Result<(), Outcome> {
    let ReadInput { messages, self_contained } = read_input(&input).await;
    let read = if self_contained { Vec::new() } else { messages.clone() };
    let body = UserMessage { client_id, content: input, read };
    let writer = ItemWriter::begin(guard.sink(), ItemId::generate(), body);
    guard.shared.history().items.extend(messages);
    {
        let mut state = guard.shared.state();
        if state.preview.is_empty() {
            state.preview = preview_of(&writer.item()).unwrap_or_default();
        }
    }
    writer.complete().map_err(|failed| Outcome::store(&failed))?;
    Ok(())
}

/// Adds what the user said meanwhile.
async fn hear(guard: &TurnGuard, steers: Vec<Steer>) -> Result<(), Outcome> {
    for Steer { input, client_id, held, .. } in steers {
        if let Some(held) = held {
            held.released(&guard.shared.closing).await;
        }
        if !input.is_empty() {
            say(guard, input, client_id).await?;
        }
    }
    Ok(())
}

/// Makes a call and gives the model its result.
async fn use_tool(
    guard: &mut TurnGuard,
    call: &ToolCall,
    tools: &ToolSet,
    host: &ToolHost,
    settings: &ThreadSettings,
) -> Result<(), Outcome> {
    guard.tally.tool_calls += 1;
    let control = guard.control.clone();
    let cx = host.context(&call.call_id, settings);
    let result = tokio::select! {
        biased;
        // Dropping the call ends its item, which shows.
        () = control.interrupted_and_answered(&guard.shared.closing) => Err(Outcome::Interrupted),
        result = tools::run(tools, cx, call) => result.map_err(|failure| {
            if failure == ToolFailure::Cancelled {
                // What was said to the turn meanwhile is lost with it, as with any interruption.
                control.interrupt("approval", None, None);
            }
            Outcome::tool(&failure)
        }),
    };
    // A call without a result would not be understood by the model: every call gets one.
    let text = match &result {
        Ok(result) => {
            let to_text = matches!(call.input, ToolInput::Text(_));
            return answer_call_with(guard, call, ToolOutput { content: result.content.clone(), to_text });
        }
        Err(Outcome::Interrupted) => "interrupted by the user",
        Err(_) => "the tool failed inside the server",
    };
    answer_call(guard, call, text.to_owned())?;
    result.map(drop)
}

fn answer_call(guard: &TurnGuard, call: &ToolCall, text: String) -> Result<(), Outcome> {
    answer_call_with(guard, call, ToolOutput::text_for(&call.input, text))
}

fn answer_call_with(guard: &TurnGuard, call: &ToolCall, output: ToolOutput) -> Result<(), Outcome> {
    let item = ConversationItem::ToolOutput { call_id: call.call_id.clone(), output };
    guard.shared.history().items.push(item.clone());
    append(guard, &[Record::Context { item }])
}

fn append(guard: &TurnGuard, records: &[Record]) -> Result<(), Outcome> {
    guard.sink().append(records).map_err(|failed| Outcome::store(&failed))
}
