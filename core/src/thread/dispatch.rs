//! The submission loop: one task a thread, which takes each order under a span of its own.

use std::{borrow::Cow, sync::Arc};

use codex_otel::{EnvParent, Kind, OwnedSpan, Parent, Status, attr, span};
use codex_protocol::{Event, EventMsg, Op, Submission, SubmissionId, ThreadStatus, TurnId, UserTurn};
use tokio::sync::{mpsc, oneshot};

use super::{InterruptError, SteerError, hold::Held, shared::Shared};
use crate::turn::{self, Steer};

/// A submission, and who waits for what.
pub(crate) struct Queued {
    pub(crate) submission: Submission,
    pub(crate) wait: Wait,
    pub(crate) reply: Option<Reply>,
}

/// What waits for the caller's hold.
pub(crate) enum Wait {
    /// Nothing: there is none.
    Not,
    /// The submission itself.
    Before(Held),
    /// Only what it leads to, so that the caller can have its reply first.
    Effects(Held),
}

/// Where the answer goes.
pub(crate) enum Reply {
    Turn(oneshot::Sender<TurnId>),
    Steer(oneshot::Sender<Result<TurnId, SteerError>>),
    Interrupt(oneshot::Sender<Result<(), InterruptError>>),
}

/// Takes orders until the last handle is gone, or the thread is to close. A running turn is ended first.
pub(crate) async fn run(shared: Arc<Shared>, mut queue: mpsc::Receiver<Queued>) {
    // Whoever waits for the end must not wait for ever if this task is dropped.
    let _closed = shared.closed.clone().drop_guard();
    let _measured = crate::metrics::loaded_thread();
    let mut ending = Ending::Asked;
    loop {
        let queued = tokio::select! {
            biased;
            () = shared.closing.cancelled() => break,
            queued = queue.recv() => queued,
            () = unused(&shared) => {
                // The agent alone decides: somebody may be joining at this moment.
                if queue.is_empty() && shared.agent.upgrade().is_some_and(|agent| agent.retire(&shared)) {
                    ending = Ending::Unloaded;
                    break;
                }
                continue;
            }
        };
        let Some(Queued { submission, wait, reply }) = queued else { break };
        let held = match wait {
            Wait::Not => None,
            Wait::Effects(held) => Some(held),
            Wait::Before(held) => {
                held.released(&shared.closing).await;
                None
            }
        };
        dispatch(&shared, submission, held, reply).await;
    }
    let active = shared.state().active.clone();
    if let Some(active) = active {
        active.control.interrupt("shutdown", None, None);
        active.done.cancelled().await;
    }
    shared.writer.release();
    let tell = |msg| shared.emit(&Event { id: SubmissionId::generate(), msg, trace: None });
    if ending == Ending::Unloaded {
        tell(EventMsg::StatusChanged(ThreadStatus::NotLoaded));
    }
    tell(EventMsg::Closed);
}

/// Why a loop ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    /// Somebody asked for it, or the last handle is gone.
    Asked,
    /// Nobody needs the thread any more.
    Unloaded,
}

/// Resolves when nobody has followed the thread, and it has done nothing, for the configured time.
async fn unused(shared: &Shared) {
    loop {
        let left = shared.left.notified();
        if shared.is_unused() {
            tokio::select! {
                () = tokio::time::sleep(shared.config.thread_unload_delay()) => return,
                () = left => {}
            }
        } else {
            left.await;
        }
    }
}

async fn dispatch(shared: &Arc<Shared>, submission: Submission, held: Option<Held>, reply: Option<Reply>) {
    let Submission { id, op, trace } = submission;
    let environment = match trace {
        None if shared.config.spans().env_parent != Some(EnvParent::Ignore) => codex_otel::environment(),
        _ => None,
    };
    let name = format!("dispatch {}", op.name());
    let owned = OwnedSpan::start(
        span!("submission_dispatch", name = name.as_str(), kind = Kind::Internal),
        Parent::Carrier(trace.as_deref().or(environment.as_ref())),
    );
    owned.set(attr::THREAD_ID, shared.id.to_string());
    owned.set(attr::CODEX_SUBMISSION_ID, id.to_string());
    owned.set(attr::CODEX_OP, op.name());
    owned.span().in_scope(|| tracing::info!(thread_id = %shared.id, op = op.name(), "dispatched"));
    let refused = match op {
        Op::UserTurn(turn) => {
            let turn_id = user_turn(shared, id, *turn, held, &owned, reply).await;
            owned.set(attr::TURN_ID, turn_id.to_string());
            None
        }
        Op::Steer { turn_id, input, client_id } => {
            let result = steer(shared, turn_id, Steer { input, client_id, held, trace: owned.carrier() });
            let refused = result.as_ref().err().map(ToString::to_string);
            if let Some(Reply::Steer(tx)) = reply {
                // The caller may have gone; the order stands.
                let _: Result<(), _> = tx.send(result);
            }
            refused
        }
        Op::Interrupt { turn_id } => {
            let result = interrupt(shared, turn_id, held, &owned);
            let refused = result.as_ref().err().map(ToString::to_string);
            if let Some(Reply::Interrupt(tx)) = reply {
                let _: Result<(), _> = tx.send(result);
            }
            refused
        }
        Op::Shutdown => {
            shared.closing.cancel();
            None
        }
    };
    match refused {
        None => owned.end(Status::Unset),
        Some(reason) => {
            owned.set(attr::ERROR_TYPE, "refused");
            owned.end(Status::Error(Cow::Owned(reason)));
        }
    }
}

/// Starts a turn, or adds the input to the running one. Returns the turn's id.
async fn user_turn(
    shared: &Arc<Shared>,
    id: SubmissionId,
    turn: UserTurn,
    held: Option<Held>,
    dispatch: &OwnedSpan,
    reply: Option<Reply>,
) -> TurnId {
    let tell = |turn_id| {
        if let Some(Reply::Turn(tx)) = reply {
            // The caller may have gone; the turn goes on.
            let _: Result<(), _> = tx.send(turn_id);
        }
    };
    let settings = turn::settings_after(shared, &turn);
    let changed = settings != shared.state().settings;
    let UserTurn { input, client_id, output_schema, .. } = turn;
    let mut steer = Steer { input, client_id, held, trace: dispatch.carrier() };
    let active = shared.state().active.clone();
    if let Some(active) = active {
        match active.control.steer(steer) {
            Ok(()) => {
                // The running turn keeps the settings it began with.
                shared.state().settings = settings;
                if changed {
                    shared.tell(EventMsg::SettingsChanged(Box::new(shared.snapshot())));
                }
                tell(active.id);
                return active.id;
            }
            Err(back) => {
                // It is past taking input: what remains of it is a matter of microseconds.
                active.done.cancelled().await;
                steer = *back;
            }
        }
    }
    shared.state().settings = settings;
    if changed {
        shared.tell(EventMsg::SettingsChanged(Box::new(shared.snapshot())));
    }
    let Steer { input, client_id, held, .. } = steer;
    let turn_id =
        turn::start(shared, id, turn::Beginning { input, client_id, output_schema, held }, dispatch);
    tell(turn_id);
    turn_id
}

fn steer(shared: &Shared, expected: TurnId, steer: Steer) -> Result<TurnId, SteerError> {
    let active = shared.state().active.clone().ok_or(SteerError::NoActiveTurn)?;
    if active.control.is_closed() {
        return Err(SteerError::NoActiveTurn);
    }
    if active.id != expected {
        return Err(SteerError::OtherTurn { expected: expected.to_string(), active: active.id });
    }
    if steer.input.is_empty() {
        return Err(SteerError::EmptyInput);
    }
    active.control.steer(steer).map_err(|_| SteerError::NoActiveTurn)?;
    Ok(active.id)
}

fn interrupt(
    shared: &Shared,
    expected: TurnId,
    held: Option<Held>,
    dispatch: &OwnedSpan,
) -> Result<(), InterruptError> {
    let active = shared.state().active.clone().ok_or(InterruptError::NoActiveTurn)?;
    if active.id != expected {
        return Err(InterruptError::OtherTurn { expected: expected.to_string(), active: active.id });
    }
    if active.control.interrupt("client", held, dispatch.carrier()) {
        Ok(())
    } else {
        Err(InterruptError::NoActiveTurn)
    }
}
