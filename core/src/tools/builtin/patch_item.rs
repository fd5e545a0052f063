//! A change of files as its users see it.

use codex_protocol::{
    FileUpdateChange, ItemId, PatchApplyStatus, PatchApproval, PatchDecision, ThreadActiveFlag,
    ThreadItemKind,
};

use crate::{
    conversation::{ItemBody, ItemWriter, ModelView},
    tools::{ToolContext, ToolFailure},
};

/// The item of a change of files. However that ends, its item ends: dropped before that, it was interrupted.
pub(super) struct PatchItem<'a> {
    cx: ToolContext<'a>,
    writer: ItemWriter<ToolContext<'a>, PatchBody>,
}

/// What the item says.
struct PatchBody {
    changes: Vec<FileUpdateChange>,
    status: PatchApplyStatus,
    /// Whether files are being written. Before that it may still be refused.
    writes: bool,
}

impl ItemBody for PatchBody {
    fn kind(&self, id: &ItemId) -> ThreadItemKind {
        ThreadItemKind::FileChange { id: id.clone(), changes: self.changes.clone(), status: self.status }
    }

    /// The model reads the tool's result.
    fn model_view(&self) -> ModelView<'_> {
        ModelView::Hidden
    }

    fn abandon(&mut self) {
        self.status = if self.writes { PatchApplyStatus::Failed } else { PatchApplyStatus::Declined };
    }
}

impl<'a> PatchItem<'a> {
    /// Tells of the change.
    pub(super) fn begin(cx: ToolContext<'a>, changes: Vec<FileUpdateChange>) -> Self {
        let body = PatchBody { changes, status: PatchApplyStatus::InProgress, writes: false };
        Self { cx, writer: ItemWriter::begin(cx, ItemId::from(cx.call_id), body) }
    }

    /// Asks whether it may be made. None where nobody can answer. Dropping the future takes the question back.
    pub(super) async fn ask(&self) -> Option<PatchDecision> {
        self.cx.approver.set_waiting(Some(ThreadActiveFlag::WaitingOnApproval)).await;
        let question = PatchApproval { item_id: self.writer.id().clone(), reason: None, grant_root: None };
        self.cx.ask(self.writer.started_at_ms(), question).await
    }

    /// Files are written from here on.
    pub(super) fn writes(&mut self) {
        self.writer.body_mut().writes = true;
    }

    /// That became of it.
    pub(super) fn ended(mut self, status: PatchApplyStatus) -> Result<(), ToolFailure> {
        self.writer.body_mut().status = status;
        self.writer.complete().map(drop)
    }
}
