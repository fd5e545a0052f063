//! One turn, from `initialize` to `turn/completed`, as a client sees it.

use std::pin::pin;

use codex_app_server_client::{Client, ClientError, Incoming};
use codex_app_server_protocol::{
    RequestId, RpcError, ServerRequestId,
    approval::{CommandApprovalParams, CommandApprovalResponse},
    initialize,
    item::{AgentMessageDeltaNotification, CompletedNotification as ItemCompleted},
    methods,
    notice::ErrorNotification,
    server_request::ResolvedNotification,
    thread::{self, TokenUsageUpdatedNotification},
    turn::{self, CompletedNotification},
};
use codex_protocol::{CommandDecision, ThreadId, ThreadItemKind, Turn, TurnId, UserInput};
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::{CommandError, user::User};

/// What happens in a turn that somebody may want to see.
#[derive(Clone, Copy)]
pub(super) enum Progress<'a> {
    /// More of a message of the agent, by its item.
    Delta(&'a str, &'a str),
    /// A message of the agent, whole or as far as it came: its item and its text.
    Message(&'a str, &'a str),
    /// A failure that is being retried, and the provider's words for it.
    Retrying(&'a str, Option<&'a str>),
    /// Nobody could be asked about this.
    Unanswered(&'a str),
    /// What the turn has cost so far in US dollars.
    Cost(f64),
    /// A command has ended, with this exit code if it ran.
    Command(&'a str, Option<i32>),
    /// Somebody else answered what was asked.
    Answered,
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

/// Runs one turn to its end. When `interrupt` is ready the turn is interrupted, and its end awaited all the same. What the
/// server asks is put to the user.
pub(super) async fn run_turn(
    client: &Client,
    thread_id: ThreadId,
    prompt: String,
    interrupt: impl Future<Output = ()>,
    mut user: User,
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
    let mut interrupted = false;
    let mut question: Option<RequestId> = None;
    loop {
        tokio::select! {
            answer = &mut interrupting, if !interrupted => {
                interrupted = true;
                settle(answer)?;
            }
            decision = user.decision(), if question.is_some() => {
                if let Some(id) = question.take() {
                    respond(client, &id, decision).await?;
                }
            }
            event = client.next() => match event.ok_or(CommandError::HungUp)? {
                Incoming::Request { id, method, params, .. } => {
                    let approval = (method == APPROVAL).then(|| read::<CommandApprovalParams>(&params)).flatten();
                    if approval.as_ref().is_some_and(|params| user.ask(params)) {
                        question = Some(id);
                    } else {
                        let command = approval.and_then(|params| params.command);
                        show(Progress::Unanswered(command.as_deref().unwrap_or(&method)));
                        refuse(client, &id, &method).await?;
                    }
                }
                Incoming::Notification { method, params, .. } => {
                    if method == "serverRequest/resolved" && is_about(&params, question.as_ref()) {
                        question = None;
                        show(Progress::Answered);
                    }
                    if let Some(turn) = handle(turn_id, &method, &params, &mut show) {
                        return Ok(turn);
                    }
                }
            }
        }
    }
}

const APPROVAL: &str = ServerRequestId::ItemCommandExecutionRequestApproval.name();

/// Tells the server what the user decided, or that nobody can.
async fn respond(
    client: &Client,
    id: &RequestId,
    decision: Option<CommandDecision>,
) -> Result<(), CommandError> {
    match decision {
        Some(decision) => Ok(client.respond(id, Ok(&CommandApprovalResponse { decision })).await?),
        None => refuse(client, id, APPROVAL).await,
    }
}

/// Nobody is there to be asked.
async fn refuse(client: &Client, id: &RequestId, method: &str) -> Result<(), CommandError> {
    Ok(client.respond(id, Err::<&(), _>(RpcError::method_not_found(method))).await?)
}

fn is_about(params: &RawValue, question: Option<&RequestId>) -> bool {
    question.is_some()
        && read::<ResolvedNotification>(params).is_some_and(|told| Some(&told.request_id) == question)
}

/// A turn that ended by itself just before it was to be interrupted is none the worse.
fn settle(answer: Result<turn::InterruptResponse, ClientError>) -> Result<(), CommandError> {
    match answer {
        Ok(_) | Err(ClientError::Rpc { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// The turn, if the notification is its end.
fn handle(
    turn_id: TurnId,
    method: &str,
    params: &RawValue,
    show: &mut impl FnMut(Progress<'_>),
) -> Option<Turn> {
    match method {
        "item/agentMessage/delta" => {
            let delta =
                read::<AgentMessageDeltaNotification>(params).filter(|delta| delta.turn_id == turn_id)?;
            show(Progress::Delta(delta.item_id.as_str(), &delta.delta));
        }
        "item/completed" => {
            let completed = read::<ItemCompleted>(params).filter(|completed| completed.turn_id == turn_id)?;
            match &completed.item.kind {
                ThreadItemKind::CommandExecution { command, exit_code, .. } => {
                    show(Progress::Command(command, *exit_code));
                }
                ThreadItemKind::AgentMessage { text, .. } => {
                    show(Progress::Message(completed.item.id().as_str(), text));
                }
                _ => {}
            }
        }
        "error" => {
            let notice = read::<ErrorNotification>(params).filter(|notice| notice.will_retry)?;
            show(Progress::Retrying(&notice.error.message, notice.error.additional_details.as_deref()));
        }
        "thread/tokenUsage/updated" => {
            let told =
                read::<TokenUsageUpdatedNotification>(params).filter(|told| told.turn_id == turn_id)?;
            show(Progress::Cost(told.cost_usd?));
        }
        "turn/completed" => {
            let completed = read::<CompletedNotification>(params)?;
            return (completed.turn.id == turn_id).then_some(completed.turn);
        }
        _ => {}
    }
    None
}

/// A notification of another server's version may have another shape; it is then of no use here.
fn read<T: DeserializeOwned>(params: &RawValue) -> Option<T> {
    serde_json::from_str(params.get()).ok()
}
