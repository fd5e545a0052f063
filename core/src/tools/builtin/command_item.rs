//! A command as its users see it: the item, and its output as it comes.

use std::time::{Duration, Instant};

use codex_protocol::{
    CommandAction, CommandApproval, CommandDecision, CommandExecutionSource, CommandExecutionStatus, Delta,
    EventMsg, ItemId, ThreadItemKind,
};

use crate::{
    conversation::{ItemBody, ItemSink, ItemWriter, ModelView},
    exec::{ExecOutcome, HeadTail},
    tools::{ToolContext, ToolFailure},
};

/// How many bytes of the output are kept: its beginning and its end where it is more.
const KEPT: usize = 64 << 10;

/// How many bytes of it are shown as they come. A command that prints without end must not drive its readers away.
const SHOWN: usize = 1 << 20;

/// What the user can answer, in the order to show it in.
const DECISIONS: [CommandDecision; 4] = [
    CommandDecision::Accept,
    CommandDecision::AcceptForSession,
    CommandDecision::Decline,
    CommandDecision::Cancel,
];

/// The exit code of a command that did not come to one.
const NONE: i32 = -1;

/// What is known of a command before it runs.
#[derive(Clone, Debug)]
pub(super) struct CommandDescription {
    pub(super) command: String,
    pub(super) cwd: String,
    pub(super) actions: Vec<CommandAction>,
}

/// A command's item. However the command ends, its item ends: dropped before that, it was interrupted.
pub(super) struct CommandItem<'a> {
    cx: ToolContext<'a>,
    writer: ItemWriter<ToolContext<'a>, CommandBody>,
    shown: usize,
}

/// What the item says.
struct CommandBody {
    description: CommandDescription,
    output: HeadTail,
    status: CommandExecutionStatus,
    /// When it began to run. None while it may still be refused.
    since: Option<Instant>,
    /// The exit code and the duration, once it has run.
    ran: Option<(i32, Duration)>,
}

impl ItemBody for CommandBody {
    fn kind(&self, id: &ItemId) -> ThreadItemKind {
        let CommandDescription { command, cwd, actions } = self.description.clone();
        ThreadItemKind::CommandExecution {
            id: id.clone(),
            plugin_id: None,
            script_path: None,
            command,
            cwd,
            process_id: None,
            source: CommandExecutionSource::Agent,
            status: self.status,
            command_actions: actions,
            aggregated_output: self.ran.map(|_| self.output.text()),
            exit_code: self.ran.map(|(exit_code, _)| exit_code),
            duration_ms: self.ran.map(|(_, duration)| duration.as_millis() as i64),
        }
    }

    /// The model reads the tool's result.
    fn model_view(&self) -> ModelView<'_> {
        ModelView::Hidden
    }

    fn abandon(&mut self) {
        self.ran = self.since.map(|since| (NONE, since.elapsed()));
        self.status = if self.ran.is_some() {
            CommandExecutionStatus::Failed
        } else {
            CommandExecutionStatus::Declined
        };
    }
}

impl<'a> CommandItem<'a> {
    /// Tells of the command.
    pub(super) fn begin(cx: ToolContext<'a>, description: CommandDescription) -> Self {
        let body = CommandBody {
            description,
            output: HeadTail::new(KEPT),
            status: CommandExecutionStatus::InProgress,
            since: None,
            ran: None,
        };
        Self { cx, writer: ItemWriter::begin(cx, ItemId::from(cx.call_id), body), shown: 0 }
    }

    /// Asks whether it may run. None where nobody can answer. Dropping the future takes the question back.
    pub(super) async fn ask(&self, reason: Option<String>) -> Option<CommandDecision> {
        let CommandDescription { command, cwd, actions } = self.writer.body().description.clone();
        let item_id = self.writer.id().clone();
        let decisions = DECISIONS.to_vec();
        let question = CommandApproval { item_id, command, cwd, actions, reason, decisions };
        self.cx.ask(self.writer.started_at_ms(), question).await
    }

    /// It runs from here on.
    pub(super) fn runs(&mut self) {
        self.writer.body_mut().since = Some(Instant::now());
    }

    /// More of its output.
    pub(super) fn grow(&mut self, text: &str) {
        self.writer.body_mut().output.push(text);
        if self.shown >= SHOWN {
            return;
        }
        self.shown += text.len();
        let mut text = text.to_owned();
        if self.shown >= SHOWN {
            text.push_str("\n[… the rest is not shown as it comes …]\n");
        }
        let delta = Delta { turn_id: self.cx.turn_id(), item_id: self.writer.id().clone(), index: 0, text };
        self.writer.emit(EventMsg::CommandOutputDelta(delta));
    }

    /// It has run. Gives its output back.
    pub(super) fn ended(mut self, outcome: ExecOutcome) -> Result<String, ToolFailure> {
        let body = self.writer.body_mut();
        body.ran = Some((outcome.exit_code, outcome.duration));
        let output = body.output.text();
        let done = outcome.exit_code == 0;
        self.complete(if done { CommandExecutionStatus::Completed } else { CommandExecutionStatus::Failed })?;
        Ok(output)
    }

    /// It could not be started.
    pub(super) fn failed(mut self, why: &str) -> Result<(), ToolFailure> {
        let body = self.writer.body_mut();
        body.ran = Some((NONE, Duration::ZERO));
        body.output.push(why);
        self.complete(CommandExecutionStatus::Failed)
    }

    /// It was not allowed, or nobody could answer.
    pub(super) fn refused(self, status: CommandExecutionStatus) -> Result<(), ToolFailure> {
        self.complete(status)
    }

    fn complete(mut self, status: CommandExecutionStatus) -> Result<(), ToolFailure> {
        self.writer.body_mut().status = status;
        self.writer.complete().map(drop)
    }
}
