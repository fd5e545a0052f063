//! One turn, from `initialize` to `turn/completed`, as a client sees it.

use std::pin::pin;

use codex_app_server_client::{Client, ClientError, Incoming};
use codex_app_server_protocol::{
    RpcError, initialize,
    item::AgentMessageDeltaNotification,
    methods,
    notice::ErrorNotification,
    thread,
    turn::{self, CompletedNotification},
};
use codex_protocol::{ThreadId, Turn, TurnId, UserInput};
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::CommandError;

/// What happens in a turn that somebody may want to see.
pub(super) enum Progress<'a> {
    /// More of the answer.
    Delta(&'a str),
    /// A failure that is being retried.
    Retrying(&'a str),
}

/// Introduces this program and starts a thread.
pub(super) async fn open(client: &Client, model: Option<String>) -> Result<ThreadId, CommandError> {
    client
        .initialize(initialize::Params {
            client_info: initialize::ClientInfo {
                name: "codex-app-server-cli".to_owned(),
                title: None,
                version: env!("CARGO_PKG_VERSION").to_owned(),
            },
            capabilities: None,
        })
        .await?;
    let started =
        client.request::<methods::ThreadStart>(thread::StartParams { model, ..Default::default() }).await?;
    Ok(started.thread.id)
}

/// Runs one turn to its end. When `interrupt` is ready the turn is interrupted, and its end awaited all the same.
pub(super) async fn run_turn(
    client: &Client,
    thread_id: ThreadId,
    prompt: String,
    interrupt: impl Future<Output = ()>,
    mut show: impl FnMut(Progress<'_>),
) -> Result<Turn, CommandError> {
    let started = client
        .request::<methods::TurnStart>(turn::StartParams::new(thread_id, vec![UserInput::text(prompt)]))
        .await?;
    let turn_id = started.turn.id;
    // The answer to the interrupt comes while events do: both are read at once.
    let mut interrupting = pin!(async {
        interrupt.await;
        let params = turn::InterruptParams { thread_id, turn_id: turn_id.to_string() };
        client.request::<methods::TurnInterrupt>(params).await
    });
    let mut asked = false;
    loop {
        tokio::select! {
            answer = &mut interrupting, if !asked => {
                asked = true;
                settle(answer)?;
            }
            event = client.next() => {
                let event = event.ok_or(CommandError::HungUp)?;
                if let Some(turn) = handle(client, turn_id, event, &mut show).await? {
                    return Ok(turn);
                }
            }
        }
    }
}

/// A turn that ended by itself just before it was to be interrupted is none the worse.
fn settle(answer: Result<turn::InterruptResponse, ClientError>) -> Result<(), CommandError> {
    match answer {
        Ok(_) | Err(ClientError::Rpc { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// The turn, if the event is its end.
async fn handle(
    client: &Client,
    turn_id: TurnId,
    event: Incoming,
    show: &mut impl FnMut(Progress<'_>),
) -> Result<Option<Turn>, CommandError> {
    match event {
        Incoming::Request { id, method, .. } => {
            // Nobody is there to be asked.
            client.respond(&id, Err::<&(), _>(RpcError::method_not_found(&method))).await?;
        }
        Incoming::Notification { method, params, .. } => match method.as_str() {
            "item/agentMessage/delta" => {
                if let Some(delta) = read::<AgentMessageDeltaNotification>(&params)
                    && delta.turn_id == turn_id
                {
                    show(Progress::Delta(&delta.delta));
                }
            }
            "error" => {
                if let Some(notice) = read::<ErrorNotification>(&params)
                    && notice.will_retry
                {
                    show(Progress::Retrying(&notice.error.message));
                }
            }
            "turn/completed" => {
                if let Some(completed) = read::<CompletedNotification>(&params)
                    && completed.turn.id == turn_id
                {
                    return Ok(Some(completed.turn));
                }
            }
            _ => {}
        },
    }
    Ok(None)
}

/// A notification of another server's version may have another shape; it is then of no use here.
fn read<T: DeserializeOwned>(params: &RawValue) -> Option<T> {
    serde_json::from_str(params.get()).ok()
}
