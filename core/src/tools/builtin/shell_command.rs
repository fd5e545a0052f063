//! `shell_command`: runs a command, in the sandbox or with the user's leave.

use std::{ops::ControlFlow, path::PathBuf, time::Duration};

use codex_otel::attr;
use codex_protocol::{CommandDecision, CommandExecutionStatus, ThreadActiveFlag};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    apply_patch::apply_patch,
    command_item::{CommandDescription, CommandItem},
};
use crate::{
    approval::{ApprovalDecision, CommandRequest, Grant, decide},
    conversation::ToolInput,
    exec::{
        ExecRequest, Shell,
        parse::{PatchScript, Script},
        sandbox::{self, Confinement},
        shorten,
    },
    model::ToolSpec,
    tools::{Tool, ToolContext, ToolFailure, ToolFuture, ToolOutcome, ToolResult, arguments::arguments},
};

/// How long a command may take that says nothing of it.
const TIMEOUT: Duration = Duration::from_secs(60);

/// How long any command may take.
const MAX_TIMEOUT: Duration = Duration::from_secs(3600);

/// How many bytes of the output the model reads.
const SHOWN_TO_MODEL: usize = 32 << 10;

/// Runs commands.
pub(super) struct ShellCommand;

#[derive(Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Arguments {
    /// The command line, as a shell reads it.
    command: String,
    /// The folder to run it in; the working directory where it is left out.
    #[serde(default)]
    workdir: Option<PathBuf>,
    /// Whether the shell reads the user's own set-up first; true where it is left out.
    #[serde(default)]
    login: Option<bool>,
    /// After how many milliseconds it is ended; 60000 where it is left out.
    #[serde(default)]
    timeout_ms: Option<u64>,
    /// `require_escalated` asks the user to let it run outside of the sandbox.
    #[serde(default)]
    sandbox_permissions: Option<Permissions>,
    /// With `require_escalated`: one sentence for the user, why it has to.
    #[serde(default)]
    justification: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Permissions {
    UseDefault,
    RequireEscalated,
}

impl Tool for ShellCommand {
    fn spec(&self) -> ToolSpec {
        ToolSpec::json::<Arguments>(
            "shell_command",
            "Runs a command in the user's shell and gives back its exit code and output. It runs in a sandbox unless the \
             user decided otherwise; nothing that it starts goes on after it has ended.",
        )
    }

    fn call<'a>(&'a self, cx: ToolContext<'a>, input: &'a ToolInput) -> ToolFuture<'a> {
        Box::pin(async move {
            match arguments(input) {
                Ok(arguments) => call(cx, arguments).await,
                Err(unfit) => Ok(*unfit),
            }
        })
    }
}

/// A command that the agent wants to run.
struct Command {
    shell: Shell,
    script: Script,
    cwd: PathBuf,
    /// What holds it, unless the user gives leave.
    confinement: Option<Confinement>,
}

async fn call(cx: ToolContext<'_>, arguments: Arguments) -> Result<ToolResult, ToolFailure> {
    let Arguments { command: script, workdir, login, timeout_ms, sandbox_permissions, justification } =
        arguments;
    let settings = cx.settings;
    let cwd = workdir.map_or_else(|| settings.cwd.to_owned(), |folder| settings.cwd.join(folder));
    if !cwd.is_dir() {
        let message = format!("there is no folder {}", cwd.display());
        return Ok(ToolResult::failed("invalid_arguments", message));
    }
    let command = Command {
        shell: Shell::of_system(login.unwrap_or(true) && settings.login_shell),
        script: Script::parse(script),
        cwd,
        confinement: Confinement::of(settings.sandbox_policy, settings.cwd, settings.codex_home),
    };
    if let Some(PatchScript { folder, patch }) = command.script.patch() {
        cx.describe(attr::CODEX_COMMAND_PROGRAM, "apply_patch");
        let cwd = folder.map_or(command.cwd.clone(), |folder| command.cwd.join(folder));
        return apply_patch(cx, &cwd, patch).await;
    }
    if let Some(program) = command.script.program() {
        cx.describe(attr::CODEX_COMMAND_PROGRAM, program.to_owned());
    }
    let escalated = sandbox_permissions == Some(Permissions::RequireEscalated);
    let timeout = timeout_ms.map_or(TIMEOUT, Duration::from_millis).min(MAX_TIMEOUT);
    match permitted(cx, &command, escalated, justification).await? {
        ControlFlow::Continue((item, outside)) => run(cx, command, item, outside, timeout).await,
        ControlFlow::Break(output) => Ok(output),
    }
}

/// Goes on where the command may run, with its item and whether it runs outside of the sandbox; else stops with what the
/// model is told.
async fn permitted<'a>(
    cx: ToolContext<'a>,
    command: &Command,
    escalated: bool,
    justification: Option<String>,
) -> Result<ControlFlow<ToolResult, (CommandItem<'a>, bool)>, ToolFailure> {
    let Command { shell, script, cwd, confinement } = command;
    let approver = cx.approver;
    let grant = Grant {
        words: shell.words(script.text()).iter().map(ToString::to_string).collect(),
        cwd: cwd.clone(),
        escalated,
        approval_policy: cx.settings.approval_policy,
        sandbox_policy: cx.settings.sandbox_policy.clone(),
    };
    let request = CommandRequest {
        confined: confinement.is_some(),
        escalated,
        dangerous: script.is_dangerous(),
        granted: approver.is_granted(&grant),
        covered: script.is_safe()
            || script.plain_commands().is_some_and(|commands| approver.covers(commands)),
    };
    let description = || CommandDescription {
        command: shell.shown(script.text()),
        cwd: cwd.display().to_string(),
        actions: script.actions(cwd),
    };
    match decide(cx.settings.approval_policy, request) {
        ApprovalDecision::Run => Ok(ControlFlow::Continue((CommandItem::begin(cx, description()), false))),
        ApprovalDecision::RunOutside => {
            Ok(ControlFlow::Continue((CommandItem::begin(cx, description()), true)))
        }
        ApprovalDecision::Refuse => {
            let told = "not run: it asks to leave the sandbox, and nobody may be asked for that here";
            Ok(ControlFlow::Break(ToolResult::failed("not_allowed", told)))
        }
        ApprovalDecision::Ask => {
            approver.set_waiting(Some(ThreadActiveFlag::WaitingOnApproval)).await;
            let item = CommandItem::begin(cx, description());
            let decision = item.ask(justification).await;
            let answered = apply_decision(cx, item, decision.as_ref()).await?;
            if let (ControlFlow::Continue(_), Some(decision)) = (&answered, &decision) {
                approver.grant(decision, grant);
            }
            // What may run again without being asked was allowed in the sandbox, unless it was to leave it.
            let outside = escalated || decision == Some(CommandDecision::Accept);
            Ok(answered.map_continue(|item| (item, outside)))
        }
    }
}

/// Goes on with the item where the user gave leave; else ends it, with what the model is told.
async fn apply_decision<'a>(
    cx: ToolContext<'_>,
    item: CommandItem<'a>,
    decision: Option<&CommandDecision>,
) -> Result<ControlFlow<ToolResult, CommandItem<'a>>, ToolFailure> {
    let (status, result) = match decision {
        Some(
            CommandDecision::Accept
            | CommandDecision::AcceptForSession
            | CommandDecision::AcceptWithExecpolicyAmendment { .. },
        ) => {
            cx.approver.set_waiting(None).await;
            return Ok(ControlFlow::Continue(item));
        }
        Some(CommandDecision::Decline) => {
            let told = "not run: the user declined it. Go on without it, or ask what they want instead.";
            (CommandExecutionStatus::Declined, Ok(ToolResult::new(ToolOutcome::Declined, told)))
        }
        Some(CommandDecision::Cancel) => (CommandExecutionStatus::Declined, Err(ToolFailure::Cancelled)),
        None => {
            let told = "not run: nobody could be asked for leave";
            let output = ToolResult::failed("not_answered", told);
            (CommandExecutionStatus::Failed, Ok(ToolResult { outcome: ToolOutcome::NotAnswered, ..output }))
        }
    };
    item.refused(status)?;
    cx.approver.set_waiting(None).await;
    result.map(ControlFlow::Break)
}

/// Runs a command to its end, and says how that was.
async fn run(
    cx: ToolContext<'_>,
    command: Command,
    mut item: CommandItem<'_>,
    outside: bool,
    timeout: Duration,
) -> Result<ToolResult, ToolFailure> {
    let Command { shell, script, cwd, confinement } = command;
    item.runs();
    let confinement = confinement.filter(|_| !outside);
    let request = ExecRequest { words: &shell.words(script.text()), cwd: &cwd, confinement };
    let output = match cx.executor.run(request, timeout, |text| item.grow(text)).await {
        Ok(outcome) => {
            let output = item.ended(outcome)?;
            let told = format!(
                "exit code {}{}, after {:.1} s\n{}",
                outcome.exit_code,
                if outcome.timed_out { " (it took too long and was ended)" } else { "" },
                outcome.duration.as_secs_f64(),
                shorten(&output, SHOWN_TO_MODEL),
            );
            let output = match outcome.exit_code {
                _ if outcome.timed_out => {
                    ToolResult { outcome: ToolOutcome::Timeout, ..ToolResult::failed("timeout", told) }
                }
                0 => ToolResult::done(told),
                _ => ToolResult::new(ToolOutcome::Nonzero, told),
            };
            output.with(attr::PROCESS_EXIT_CODE, outcome.exit_code)
        }
        Err(error) => {
            let message = error.to_string();
            item.failed(&message)?;
            ToolResult::failed("not_started", message)
        }
    };
    let held_by = if outside { "none" } else { sandbox::name(cx.settings.sandbox_policy) };
    Ok(output.with(attr::CODEX_COMMAND_SANDBOX, held_by))
}
