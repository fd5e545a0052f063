//! What the model is shown beside its own answers: the conversation so far, where it works, what the user says.

use codex_protocol::{ItemId, UserInput};

use super::{
    clock::TimePart,
    guard::TurnGuard,
    history::read_history,
    message::{Steer, Taken, TurnInput},
    outcome::Outcome,
    user_input::{ReadInput, read_input},
};
use crate::{
    conversation::{ConversationItem, ItemWriter, Role, UserMessage},
    instructions::environment_context,
    store::{Record, blocking},
};

/// Reads the conversation of a thread that was resumed: this is the first turn that needs it.
pub(super) async fn load_history(guard: &mut TurnGuard) -> Result<(), Outcome> {
    if !guard.history.is_stored() {
        return Ok(());
    }
    let _reading = guard.clock.enter(TimePart::Store);
    let stored = guard.stored.clone();
    let read = blocking(move || read_history(&stored)).await;
    guard.history = read.map_err(|error| Outcome::store(&error))?;
    Ok(())
}

/// Tells the model where it is, if that is news.
pub(super) fn record_environment(guard: &mut TurnGuard) -> Result<(), Outcome> {
    if let Some(failed) = guard.unwritten.take() {
        return Err(Outcome::store(&failed));
    }
    let environment = environment_context(&guard.settings);
    let history = &mut guard.history;
    if history.environment.as_ref() == Some(&environment) {
        return Ok(());
    }
    let mut records: Vec<Record> =
        history.take_unwritten().into_iter().map(|item| Record::Context { item }).collect();
    let item = ConversationItem::message(Role::User, environment.clone());
    history.items.push(item.clone());
    history.environment = Some(environment);
    records.push(Record::Context { item });
    append(guard, &records)
}

/// Adds what the user says.
pub(super) async fn record_user_message(
    guard: &mut TurnGuard,
    input: Vec<UserInput>,
    client_id: Option<String>,
) -> Result<(), Outcome> {
    if let Some(events) = &guard.events {
        let texts: Vec<&str> = input
            .iter()
            .filter_map(|input| match input {
                UserInput::Text { text, .. } => Some(text.as_str()),
                _ => None,
            })
            .collect();
        if !texts.is_empty() {
            events.user_prompt(&texts.join("\n"));
        }
    }
    let ReadInput { messages, self_contained } = read_input(&input).await;
    let read = if self_contained { Vec::new() } else { messages.clone() };
    let body = UserMessage { client_id, content: input, read };
    let writer = ItemWriter::begin(guard.sink(), ItemId::generate(), body);
    guard.history.items.extend(messages);
    writer.complete().map_err(|failed| Outcome::store(&failed))?;
    Ok(())
}

/// Adds what has arrived meanwhile.
pub(super) async fn apply_input(guard: &mut TurnGuard, taken: Taken) -> Result<(), Outcome> {
    let inputs = match taken {
        Taken::Input(inputs) => inputs,
        Taken::Closed => Vec::new(),
        Taken::Interrupted => return Err(Outcome::INTERRUPTED),
    };
    for input in inputs {
        match input {
            TurnInput::Steer(Steer { input, client_id }) if !input.is_empty() => {
                codex_otel::event("codex.turn.steered", &[]);
                record_user_message(guard, input, client_id).await?;
            }
            TurnInput::Steer(_) => {}
            TurnInput::Items(items) => guard.history.items.extend(items),
        }
    }
    Ok(())
}

/// Writes records of the turn.
pub(super) fn append(guard: &TurnGuard, records: &[Record]) -> Result<(), Outcome> {
    guard.sink().append(records).map_err(|failed| Outcome::store(&failed))
}
