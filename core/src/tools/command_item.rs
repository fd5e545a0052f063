//! A command as its users see it: the item, its output as it comes, the question whether it may run.

use std::time::{Duration, Instant};

use codex_protocol::{
    CommandAction, CommandApproval, CommandDecision, CommandExecutionSource, CommandExecutionStatus, Delta,
    EventMsg, ItemId, QuestionId, ThreadItem, ThreadItemKind, now_ms,
};

use super::{ToolContext, ToolFailure};
use crate::{exec::Ends, store::Record};

/// How many bytes of the output are kept: its beginning and its end where it is more.
const KEPT: usize = 64 << 10;

/// How many bytes of it are shown as they come. A command that prints without end must not drive its readers away.
const SHOWN: usize = 1 << 20;

/// The exit code of a command that did not come to one.
const NONE: i32 = -1;

/// What is known of a command before it runs.
#[derive(Clone, Debug)]
pub(super) struct About {
    pub(super) command: String,
    pub(super) cwd: String,
    pub(super) actions: Vec<CommandAction>,
}

/// A command's item. However the command ends, its item ends here: dropped before that, it was interrupted.
pub(super) struct CommandItem<'a> {
    cx: ToolContext<'a>,
    id: ItemId,
    about: About,
    started_at_ms: i64,
    output: Ends,
    shown: usize,
    /// When it began to run. None while it may still be refused.
    since: Option<Instant>,
    /// The exit code and the duration, once it has run.
    ran: Option<(i32, Duration)>,
    open: bool,
}

impl<'a> CommandItem<'a> {
    /// Tells of the command.
    pub(super) fn begin(cx: ToolContext<'a>, about: About) -> Self {
        let (id, started_at_ms) = (ItemId::from(cx.call_id), now_ms());
        let output = Ends::new(KEPT);
        let item =
            Self { cx, id, about, started_at_ms, output, shown: 0, since: None, ran: None, open: true };
        let started = item.item(CommandExecutionStatus::InProgress, None);
        cx.tell(EventMsg::ItemStarted { turn_id: cx.turn_id, item: started });
        item
    }

    /// Asks whether it may run. None where nobody can answer. Dropping the future takes the question back.
    pub(super) async fn ask(&self, reason: Option<String>) -> Option<CommandDecision> {
        let cx = self.cx;
        let asked = Asked { cx, id: cx.shared.services.next_question() };
        let mut waiting = cx.shared.questions.open(asked.id);
        cx.tell(EventMsg::ApprovalRequested(Box::new(CommandApproval {
            id: asked.id,
            turn_id: cx.turn_id,
            item_id: self.id.clone(),
            started_at_ms: self.started_at_ms,
            command: self.about.command.clone(),
            cwd: self.about.cwd.clone(),
            actions: self.about.actions.clone(),
            reason,
            decisions: vec![
                CommandDecision::Accept,
                CommandDecision::AcceptForSession,
                CommandDecision::Decline,
                CommandDecision::Cancel,
            ],
        })));
        waiting.answered().await
    }

    /// It runs from here on.
    pub(super) fn runs(&mut self) {
        self.since = Some(Instant::now());
    }

    /// More of its output.
    pub(super) fn grow(&mut self, text: &str) {
        self.output.push(text);
        if self.shown >= SHOWN {
            return;
        }
        self.shown += text.len();
        let mut text = text.to_owned();
        if self.shown >= SHOWN {
            text.push_str("\n[… the rest is not shown as it comes …]\n");
        }
        let delta = Delta { turn_id: self.cx.turn_id, item_id: self.id.clone(), index: 0, text };
        self.cx.tell(EventMsg::CommandOutputDelta(delta));
    }

    /// It has run. Gives its output back.
    pub(super) fn ended(mut self, exit_code: i32, duration: Duration) -> Result<String, ToolFailure> {
        self.ran = Some((exit_code, duration));
        let status =
            if exit_code == 0 { CommandExecutionStatus::Completed } else { CommandExecutionStatus::Failed };
        let output = self.output.text();
        self.complete(status)?;
        Ok(output)
    }

    /// It could not be started.
    pub(super) fn failed(mut self, why: &str) -> Result<(), ToolFailure> {
        self.ran = Some((NONE, Duration::ZERO));
        self.output.push(why);
        self.complete(CommandExecutionStatus::Failed)
    }

    /// It was not allowed, or nobody could answer.
    pub(super) fn refused(mut self, status: CommandExecutionStatus) -> Result<(), ToolFailure> {
        self.complete(status)
    }

    /// Writes the item in its final form, then tells of it.
    fn complete(&mut self, status: CommandExecutionStatus) -> Result<(), ToolFailure> {
        self.open = false;
        let item = self.item(status, Some(now_ms()));
        self.cx.keep(&[Record::Item { turn_id: self.cx.turn_id, item: item.clone(), unseen: true }])?;
        self.cx.tell(EventMsg::ItemCompleted { turn_id: self.cx.turn_id, item });
        Ok(())
    }

    fn item(&self, status: CommandExecutionStatus, completed_at_ms: Option<i64>) -> ThreadItem {
        let About { command, cwd, actions } = self.about.clone();
        let ended = completed_at_ms.and(self.ran);
        ThreadItem {
            kind: ThreadItemKind::CommandExecution {
                id: self.id.clone(),
                plugin_id: None,
                script_path: None,
                command,
                cwd,
                process_id: None,
                source: CommandExecutionSource::Agent,
                status,
                command_actions: actions,
                aggregated_output: ended.map(|_| self.output.text()),
                exit_code: ended.map(|(exit_code, _)| exit_code),
                duration_ms: ended.map(|(_, duration)| duration.as_millis() as i64),
            },
            started_at_ms: Some(self.started_at_ms),
            completed_at_ms,
        }
    }
}

impl Drop for CommandItem<'_> {
    fn drop(&mut self) {
        if !self.open {
            return;
        }
        self.ran = self.since.map(|since| (NONE, since.elapsed()));
        let status = if self.ran.is_some() {
            CommandExecutionStatus::Failed
        } else {
            CommandExecutionStatus::Declined
        };
        if let Err(error) = self.complete(status) {
            tracing::error!(%error, thread_id = %self.cx.shared.id, "cannot write the end of a command");
        }
    }
}

/// A question that was put: however the wait for its answer ends, those who were asked are told.
struct Asked<'a> {
    cx: ToolContext<'a>,
    id: QuestionId,
}

impl Drop for Asked<'_> {
    fn drop(&mut self) {
        self.cx.tell(EventMsg::QuestionResolved(self.id));
    }
}
