//! `apply_patch`: changes files, inside of what may be written or with the user's leave.

use std::{
    ops::ControlFlow,
    path::{Path, PathBuf},
    sync::{
        Arc, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use codex_protocol::{EventMsg, PatchApplyStatus, PatchDecision};
use schemars::JsonSchema;
use serde::Deserialize;

use super::patch_item::PatchItem;
use crate::{
    approval::{ApprovalDecision, decide_patch},
    conversation::{ItemSink, ToolInput},
    exec::sandbox::Confinement,
    model::{ToolInputSpec, ToolSpec},
    patch::{Patch, Plan},
    tools::{Tool, ToolContext, ToolFailure, ToolFuture, ToolOutcome, ToolResult, arguments::arguments},
};

/// Changes files.
pub(super) struct ApplyPatch;

/// What models send that know no free-form tools.
#[derive(Deserialize, JsonSchema)]
struct Arguments {
    /// The patch.
    input: String,
}

impl Tool for ApplyPatch {
    fn spec(&self) -> ToolSpec {
        ToolSpec {
            name: "apply_patch".to_owned(),
            description: "Adds, changes, moves and deletes files. The input is the patch itself, from the line \
                          `*** Begin Patch` to the line `*** End Patch`, not JSON. It is applied as a whole or not at all. \
                          Quote a few unchanged lines around each change, so that its place is found."
                .to_owned(),
            input: ToolInputSpec::Grammar {
                syntax: "lark",
                definition: include_str!("apply_patch.lark").to_owned(),
            },
        }
    }

    fn call<'a>(&'a self, cx: ToolContext<'a>, input: &'a ToolInput) -> ToolFuture<'a> {
        Box::pin(async move {
            let patch = match input {
                ToolInput::Text(patch) => patch.clone(),
                ToolInput::Json(text) if Patch::is_meant(text) => text.clone(),
                ToolInput::Json(_) => match arguments(input) {
                    Ok(Arguments { input }) => input,
                    Err(unfit) => return Ok(*unfit),
                },
            };
            apply_patch(cx, cx.settings.cwd, patch).await
        })
    }
}

/// Applies a patch to the files of a folder.
pub(super) async fn apply_patch(
    cx: ToolContext<'_>,
    cwd: &Path,
    patch: String,
) -> Result<ToolResult, ToolFailure> {
    let unfit = |reason: &dyn std::fmt::Display| {
        ToolResult::failed("invalid_patch", format!("the patch was not applied: {reason}"))
    };
    let patch = match Patch::parse(&patch) {
        Ok(patch) => patch,
        Err(error) => return Ok(unfit(&error)),
    };
    let confinement = Confinement::of(cx.settings.sandbox_policy, cx.settings.cwd, cx.settings.codex_home);
    let cwd = cwd.to_owned();
    let placed = blocking(move || {
        let plan = Plan::make(&patch, &cwd)?;
        let inside =
            confinement.is_none_or(|confinement| plan.paths().all(|path| confinement.may_write(path)));
        Ok((Arc::new(plan), inside))
    });
    let (plan, inside) = match placed.await {
        Some(Ok(placed)) => placed,
        Some(Err::<_, crate::patch::PlanError>(error)) => return Ok(unfit(&error)),
        None => return Ok(unfit(&"placing it failed inside the server")),
    };
    match permitted(cx, &plan, inside).await? {
        ControlFlow::Continue(item) => write(cx, plan, item).await,
        ControlFlow::Break(result) => Ok(result),
    }
}

/// Goes on with the item where the patch may be applied; else stops with what the model is told.
async fn permitted<'a>(
    cx: ToolContext<'a>,
    plan: &Plan,
    inside: bool,
) -> Result<ControlFlow<ToolResult, PatchItem<'a>>, ToolFailure> {
    let paths: Vec<PathBuf> = plan.paths().map(Path::to_owned).collect();
    let granted = cx.approver.are_files_granted(&paths);
    match decide_patch(cx.settings.approval_policy, inside, granted) {
        ApprovalDecision::Run | ApprovalDecision::RunOutside => {
            return Ok(ControlFlow::Continue(PatchItem::begin(cx, plan.changes())));
        }
        ApprovalDecision::Refuse => {
            let told = "the patch was not applied: it writes where the sandbox does not let it, and nobody may be asked";
            return Ok(ControlFlow::Break(ToolResult::failed("not_allowed", told)));
        }
        ApprovalDecision::Ask => {}
    }
    let item = PatchItem::begin(cx, plan.changes());
    let decision = item.ask().await;
    let (status, result) = match decision {
        Some(PatchDecision::Accept | PatchDecision::AcceptForSession) => {
            if decision == Some(PatchDecision::AcceptForSession) {
                cx.approver.grant_files(paths);
            }
            cx.approver.set_waiting(None).await;
            return Ok(ControlFlow::Continue(item));
        }
        Some(PatchDecision::Decline) => {
            let told = "the patch was not applied: the user declined it. Go on without it, or ask what they want instead.";
            (PatchApplyStatus::Declined, Ok(ToolResult::new(ToolOutcome::Declined, told)))
        }
        Some(PatchDecision::Cancel) => (PatchApplyStatus::Declined, Err(ToolFailure::Cancelled)),
        None => {
            let told = "the patch was not applied: nobody could be asked for leave";
            let output = ToolResult::failed("not_answered", told);
            (PatchApplyStatus::Failed, Ok(ToolResult { outcome: ToolOutcome::NotAnswered, ..output }))
        }
    };
    item.ended(status)?;
    cx.approver.set_waiting(None).await;
    result.map(ControlFlow::Break)
}

async fn write(
    cx: ToolContext<'_>,
    plan: Arc<Plan>,
    mut item: PatchItem<'_>,
) -> Result<ToolResult, ToolFailure> {
    let since = Instant::now();
    item.writes();
    let stopped = Stop(Arc::default());
    let written = {
        let (plan, stopped) = (Arc::clone(&plan), Arc::clone(&stopped.0));
        blocking(move || plan.apply(&stopped)).await
    };
    let (status, result) = match written {
        Some(Ok(())) => {
            let seconds = since.elapsed().as_secs_f64();
            let told = format!("Exit code: 0\nWall time: {seconds:.1} seconds\nOutput:\n{}", plan.summary());
            (PatchApplyStatus::Completed, ToolResult::done(told))
        }
        Some(Err(error)) => {
            let told = format!("the patch was not applied: {error}");
            (PatchApplyStatus::Failed, ToolResult::failed("not_written", told))
        }
        None => {
            let told = "the patch was not applied: writing it failed inside the server";
            (PatchApplyStatus::Failed, ToolResult::failed("not_written", told))
        }
    };
    item.ended(status)?;
    if status == PatchApplyStatus::Completed {
        let diff = {
            let mut turn = cx.turn_diff.lock().unwrap_or_else(PoisonError::into_inner);
            turn.add(&plan);
            turn.unified(cx.settings.cwd)
        };
        cx.emit(EventMsg::DiffUpdated { turn_id: cx.turn_id(), diff });
    }
    Ok(result)
}

/// Does it off the async workers; none where it panicked.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    tokio::task::spawn_blocking(work).await.ok()
}

/// Dropped, it stops what goes on elsewhere.
struct Stop(Arc<AtomicBool>);

impl Drop for Stop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
