//! `shell_command`: runs a command, in the sandbox or with the user's leave.

use std::{ops::ControlFlow, path::PathBuf, time::Duration};

use codex_otel::attr;
use codex_protocol::{CommandDecision, CommandExecutionStatus};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    Tool, ToolContext, ToolFailure, ToolFuture, ToolResult, ToolSpec,
    command_item::{About, CommandItem},
};
use crate::{
    approval::{Grant, Verdict, Wish, verdict},
    exec::{
        self, Order, Shell,
        sandbox::{self, Confinement},
        shorten,
    },
};

const PARAMETERS: &str = r#"{"type":"object","properties":{"command":{"type":"string","description":"The command line, as a shell reads it."},"workdir":{"type":"string","description":"The folder to run it in; the working directory where it is left out."},"login":{"type":"boolean","description":"Whether the shell reads the user's own set-up first; true where it is left out."},"timeout_ms":{"type":"integer","description":"After how many milliseconds it is ended; 60000 where it is left out."},"sandbox_permissions":{"type":"string","enum":["use_default","require_escalated"],"description":"`require_escalated` asks the user to let it run outside of the sandbox."},"justification":{"type":"string","description":"With `require_escalated`: one sentence for the user, why it has to."}},"required":["command"],"additionalProperties":false}"#;

/// How long a command may take that says nothing of it.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long any command may take.
const LONGEST: Duration = Duration::from_secs(3600);

/// How many bytes of the output the model reads.
const READ: usize = 32 << 10;

/// Runs commands.
pub(super) struct ShellCommand;

#[derive(Deserialize)]
struct Arguments {
    command: String,
    #[serde(default)]
    workdir: Option<PathBuf>,
    #[serde(default)]
    login: Option<bool>,
    #[serde(default)]
    timeout_ms: Option<u64>,
    #[serde(default)]
    sandbox_permissions: Option<Permissions>,
    #[serde(default)]
    justification: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Permissions {
    UseDefault,
    RequireEscalated,
}

impl Tool for ShellCommand {
    fn spec(&self) -> ToolSpec {
        ToolSpec {
            name: "shell_command",
            description: "Runs a command in the user's shell and gives back its exit code and output. It runs in a sandbox \
                          unless the user decided otherwise; nothing that it starts goes on after it has ended.",
            parameters: RawValue::from_string(PARAMETERS.to_owned()).expect("the schema is valid JSON"),
        }
    }

    fn call<'a>(&'a self, cx: ToolContext<'a>, arguments: &'a str) -> ToolFuture<'a> {
        Box::pin(async move {
            match serde_json::from_str::<Arguments>(arguments) {
                Ok(arguments) => call(cx, arguments).await,
                Err(error) => {
                    Ok(ToolResult::failed("invalid_arguments", format!("the arguments do not fit: {error}")))
                }
            }
        })
    }
}

/// A command that the agent wants to run.
struct Command {
    shell: Shell,
    script: String,
    /// The words of its parts, where they can be told for sure.
    parts: Option<Vec<Vec<String>>>,
    cwd: PathBuf,
    /// What holds it, unless the user gives leave.
    confinement: Option<Confinement>,
}

async fn call(cx: ToolContext<'_>, arguments: Arguments) -> Result<ToolResult, ToolFailure> {
    let Arguments { command: script, workdir, login, timeout_ms, sandbox_permissions, justification } =
        arguments;
    let settings = cx.settings;
    let cwd = workdir.map_or_else(|| settings.cwd.clone(), |folder| settings.cwd.join(folder));
    if !cwd.is_dir() {
        let message = format!("there is no folder {}", cwd.display());
        return Ok(ToolResult::failed("invalid_arguments", message));
    }
    let command = Command {
        shell: Shell::of_system(login.unwrap_or(true) && cx.shared.config.allow_login_shell()),
        parts: exec::commands(&script),
        script,
        cwd,
        confinement: Confinement::of(&settings.sandbox_policy, &settings.cwd),
    };
    let escalated = sandbox_permissions == Some(Permissions::RequireEscalated);
    let patience = timeout_ms.map_or(PATIENCE, Duration::from_millis).min(LONGEST);
    match permitted(cx, &command, escalated, justification).await? {
        ControlFlow::Continue((item, outside)) => run(cx, command, item, outside, patience).await,
        ControlFlow::Break(result) => Ok(result),
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
    let Command { shell, script, parts, cwd, confinement } = command;
    let questions = &cx.shared.questions;
    let grant = Grant { script: script.clone(), cwd: cwd.clone() };
    let wish = Wish {
        confined: confinement.is_some(),
        escalated,
        deletes: parts.as_deref().is_some_and(exec::deletes),
        granted: questions.is_granted(&grant),
        covered: parts.as_deref().is_some_and(|parts| questions.covers(parts)),
    };
    let about = || About {
        command: shell.shown(script),
        cwd: cwd.display().to_string(),
        actions: exec::actions(script, parts.as_deref(), cwd),
    };
    match verdict(cx.settings.approval_policy, wish) {
        Verdict::Run => Ok(ControlFlow::Continue((CommandItem::begin(cx, about()), false))),
        Verdict::RunOutside => Ok(ControlFlow::Continue((CommandItem::begin(cx, about()), true))),
        Verdict::Refuse => {
            let told = "not run: it asks to leave the sandbox, and nobody may be asked for that here";
            Ok(ControlFlow::Break(ToolResult::failed("not_allowed", told)))
        }
        Verdict::Ask => {
            cx.shared.tell_waiting(true);
            let item = CommandItem::begin(cx, about());
            let decision = item.ask(justification).await;
            let left = leave(cx, item, decision.as_ref())?;
            if let (ControlFlow::Continue(_), Some(decision)) = (&left, &decision) {
                questions.grant(decision, grant);
            }
            Ok(left.map_continue(|item| (item, true)))
        }
    }
}

/// Goes on with the item where the user gave leave; else ends it, with what the model is told.
fn leave<'a>(
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
            cx.shared.tell_waiting(false);
            return Ok(ControlFlow::Continue(item));
        }
        Some(CommandDecision::Decline) => {
            let told = "not run: the user declined it. Go on without it, or ask what they want instead.";
            (CommandExecutionStatus::Declined, Ok(ToolResult::done(told)))
        }
        Some(CommandDecision::Cancel) => (CommandExecutionStatus::Declined, Err(ToolFailure::Cancelled)),
        None => {
            let told = "not run: nobody could be asked for leave";
            (CommandExecutionStatus::Failed, Ok(ToolResult::failed("not_answered", told)))
        }
    };
    item.refused(status)?;
    cx.shared.tell_waiting(false);
    result.map(ControlFlow::Break)
}

/// Runs a command to its end, and says how that was.
async fn run(
    cx: ToolContext<'_>,
    command: Command,
    mut item: CommandItem<'_>,
    outside: bool,
    patience: Duration,
) -> Result<ToolResult, ToolFailure> {
    let Command { shell, script, cwd, confinement, .. } = command;
    item.runs();
    let confinement = confinement.filter(|_| !outside);
    let ending = &cx.shared.services.ending;
    let order = Order { words: &shell.words(&script), cwd: &cwd, confinement, patience, ending };
    let mut result = match exec::run(order, |text| item.grow(text)).await {
        Ok(ended) => {
            let output = item.ended(ended.exit_code, ended.duration)?;
            let told = format!(
                "exit code {}{}, after {:.1} s\n{}",
                ended.exit_code,
                if ended.timed_out { " (it took too long and was ended)" } else { "" },
                ended.duration.as_secs_f64(),
                shorten(&output, READ),
            );
            let mut result =
                if ended.timed_out { ToolResult::failed("timeout", told) } else { ToolResult::done(told) };
            result.attributes.push((attr::PROCESS_EXIT_CODE, ended.exit_code.into()));
            result
        }
        Err(error) => {
            let message = error.to_string();
            item.failed(&message)?;
            ToolResult::failed("not_started", message)
        }
    };
    let held_by = if outside { "none" } else { sandbox::name(&cx.settings.sandbox_policy) };
    result.attributes.push((attr::CODEX_COMMAND_SANDBOX, held_by.into()));
    Ok(result)
}
