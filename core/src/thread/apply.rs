//! Each order to a thread, and what comes of it.

use codex_otel::{OwnedSpan, attr};
use codex_protocol::{EventMsg, Op, SettingsChange, SubmissionId, ThreadSettings, UserInput, UserTurn};
use tokio::sync::oneshot;

use super::{
    InterruptError, StartTurnError, SteerError,
    actor::{Actor, Ending},
    queue::{Reached, Reply},
};
use crate::{
    PermissionsError,
    turn::{self, InterruptedBy, NewTurn, Starter, Steer, UserTask},
};

/// Gives a result to whoever asked for it, and the reason of a refusal to the order's span.
macro_rules! answer {
    ($reply:expr, $kind:ident, $result:expr) => {{
        let result = $result;
        let refused = result.as_ref().err().map(ToString::to_string);
        if let Some(Reply::$kind(tx)) = $reply {
            send(tx, result);
        }
        refused.map_or(Ok(()), Err)
    }};
}

impl Actor {
    /// Does what an order says. An error is the reason why it was refused.
    pub(super) async fn apply(
        &mut self,
        id: SubmissionId,
        op: Op,
        dispatch: &OwnedSpan,
        reply: Option<Reply>,
    ) -> Result<(), String> {
        let trace = || dispatch.carrier();
        self.take_config();
        match op {
            Op::UserTurn(turn) => {
                let reached = self.user_turn(id, *turn, dispatch).await;
                if let Ok(reached) = &reached {
                    dispatch.set(attr::TURN_ID, reached.turn_id.to_string());
                }
                answer!(reply, Turn, reached)
            }
            Op::Steer { expected, input, client_id } => {
                answer!(reply, Steer, self.steer(expected, Steer { input, client_id }, dispatch))
            }
            Op::Interrupt { expected, client_name } => {
                answer!(reply, Interrupt, self.interrupt(expected, client_name, dispatch))
            }
            Op::ChangeSettings(change) => answer!(reply, Settings, self.change_settings(*change, trace())),
            Op::SetName(name) => answer!(reply, Metadata, self.set_name(name, trace())),
            Op::SetGitInfo(change) => answer!(reply, Metadata, self.set_git_info(change)),
            Op::SetRead { expected, change } => {
                answer!(reply, Read, self.set_read(&expected, change, trace()).await)
            }
            Op::Inject(items) => answer!(reply, Inject, self.inject(items)),
            Op::Revert { before } => answer!(reply, Revert, self.revert(before, trace()).await),
            Op::Shutdown => {
                self.closing.ask(Ending::Asked);
                Ok(())
            }
            Op::Answer { .. } => unreachable!("answers are taken before there is a span"),
        }
    }

    /// Starts a turn, or adds the input to the running one. Returns the turn's id.
    async fn user_turn(
        &mut self,
        id: SubmissionId,
        turn: UserTurn,
        dispatch: &OwnedSpan,
    ) -> Result<Reached, StartTurnError> {
        let UserTurn { input, client_id, settings, output_schema, client_name, caller } = turn;
        let settings = self.changed(settings)?;
        let mut steer = Steer { input, client_id };
        if self.data.active.is_some() {
            match self.steer_active(steer, dispatch) {
                Ok(running) => {
                    // The running turn keeps the settings it began with.
                    self.settle(settings, dispatch);
                    return Ok(running);
                }
                Err(back) => {
                    // It is past taking input: what remains of it is a matter of microseconds.
                    self.turn_ended().await;
                    steer = back;
                }
            }
        }
        self.settle(settings, dispatch);
        Ok(self.start_turn(id, steer, output_schema, Starter { client_name, caller }, dispatch))
    }

    /// The settings with a change.
    pub(super) fn changed(&self, change: SettingsChange) -> Result<ThreadSettings, PermissionsError> {
        self.resources.config.changed(self.data.settings.clone(), absolute(change))
    }

    /// Changes the settings for a turn and those after it.
    fn settle(&mut self, settings: ThreadSettings, dispatch: &OwnedSpan) {
        if settings != self.data.settings {
            self.data.settings = settings;
            self.publish();
            let settings = Box::new(self.data.settings.clone());
            self.emit(EventMsg::SettingsChanged(settings), dispatch.carrier());
        }
    }

    fn start_turn(
        &mut self,
        id: SubmissionId,
        said: Steer,
        output_schema: Option<serde_json::Value>,
        starter: Starter,
        dispatch: &OwnedSpan,
    ) -> Reached {
        let Steer { input, client_id } = said;
        self.data.note_input(&input);
        let running = turn::start(NewTurn {
            submission: id,
            resources: self.resources.clone(),
            settings: self.data.settings.clone(),
            state: self.data.stored(),
            history: std::mem::take(&mut self.data.history),
            usage: self.data.usage,
            task: Box::new(UserTask { input, client_id, output_schema }),
            dispatch: dispatch.carrier(),
            starter,
            thread: self.to_thread.clone(),
        });
        let turn_id = running.id;
        self.data.note_start(running);
        self.publish();
        Reached { turn_id, running: None }
    }

    fn steer(&mut self, expected: String, steer: Steer, dispatch: &OwnedSpan) -> Result<Reached, SteerError> {
        let active = self.data.active.as_ref().filter(|active| !active.is_closed());
        let active = active.ok_or(SteerError::NoActiveTurn)?.id;
        if expected.parse() != Ok(active) {
            return Err(SteerError::OtherTurn { expected, active });
        }
        if steer.input.is_empty() {
            return Err(SteerError::EmptyInput);
        }
        self.steer_active(steer, dispatch).map_err(|_| SteerError::NoActiveTurn)
    }

    /// Adds input to the running turn; gives it back where that takes none.
    fn steer_active(&mut self, steer: Steer, dispatch: &OwnedSpan) -> Result<Reached, Steer> {
        let Some(active) = self.data.active.as_mut() else { return Err(steer) };
        let preview: Vec<UserInput> =
            if self.data.preview.is_empty() { steer.input.clone() } else { Vec::new() };
        active.steer(steer, dispatch.carrier())?;
        let reached = Reached { turn_id: active.id, running: active.trace.clone() };
        self.data.note_input(&preview);
        Ok(reached)
    }

    fn interrupt(
        &mut self,
        expected: String,
        client_name: Option<String>,
        dispatch: &OwnedSpan,
    ) -> Result<(), InterruptError> {
        let anything = expected.is_empty();
        let Some(active) = &mut self.data.active else {
            return if anything { Ok(()) } else { Err(InterruptError::NoActiveTurn) };
        };
        if !anything && expected.parse() != Ok(active.id) {
            return Err(InterruptError::OtherTurn { expected, active: active.id });
        }
        let ended = active.interrupt(InterruptedBy::Client, dispatch.carrier());
        if ended {
            active.interrupting_client = client_name;
        }
        // A second interruption asks for what is happening already.
        if ended || active.is_interrupted() || anything { Ok(()) } else { Err(InterruptError::NoActiveTurn) }
    }
}

/// The change with a working directory that does not depend on the process's own. One that cannot be made so (that is
/// gone) stays as it is.
fn absolute(change: SettingsChange) -> SettingsChange {
    let cwd = change.cwd.map(|cwd| std::path::absolute(&cwd).unwrap_or(cwd));
    SettingsChange { cwd, ..change }
}

/// Whoever asked may have gone: the order stands.
fn send<T>(tx: oneshot::Sender<T>, result: T) {
    drop(tx.send(result));
}
