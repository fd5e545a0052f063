//! What a patch would do to the files as they are.

use std::path::{Path, PathBuf};

use codex_protocol::{FileUpdateChange, PatchChangeKind};

use super::{
    Patch, PlanError, diff,
    files::{self, Snapshot},
    hunks,
    parse::FilePatch,
};

/// What a patch would do.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// What becomes of each file, each once, in the order in which the patch comes to them.
    pub(super) files: Vec<FilePlan>,
    /// The changes one by one.
    effects: Vec<Effect>,
}

/// What becomes of a file.
#[derive(Clone, Debug)]
pub(super) struct FilePlan {
    /// Its path, without links.
    pub(super) path: PathBuf,
    pub(super) before: State,
    pub(super) after: State,
}

/// What is at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum State {
    Nothing,
    File(Snapshot),
    /// A file that is made, with the usual permissions.
    New(Vec<u8>),
    /// A link. It is removed, or stays.
    Link(PathBuf),
}

impl State {
    pub(super) fn content(&self) -> Option<&[u8]> {
        match self {
            Self::File(Snapshot { content, .. }) | Self::New(content) => Some(content),
            Self::Nothing | Self::Link(_) => None,
        }
    }
}

/// A change, as people see it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Effect {
    /// The file, as the patch names it: its new name, where it moves.
    name: String,
    change: FileUpdateChange,
}

impl Effect {
    /// The letter that version control has for it.
    fn letter(&self) -> char {
        match self.change.kind {
            PatchChangeKind::Add => 'A',
            PatchChangeKind::Delete => 'D',
            PatchChangeKind::Update { .. } => 'M',
        }
    }
}

impl Plan {
    /// Works out what a patch does. Nothing is written. Blocks.
    pub(crate) fn make(patch: &Patch, cwd: &Path) -> Result<Self, PlanError> {
        let mut plan = Self { files: Vec::new(), effects: Vec::new() };
        for file in &patch.files {
            match file {
                FilePatch::Add { path: name, content } => {
                    let at = plan.look(cwd, name, true)?;
                    plan.files[at].after = match &plan.files[at].before {
                        State::File(before) => {
                            State::File(Snapshot { content: content.clone().into_bytes(), mode: before.mode })
                        }
                        _ => State::New(content.clone().into_bytes()),
                    };
                    plan.note(at, name, PatchChangeKind::Add, content.clone());
                }
                FilePatch::Delete { path: name } => {
                    let at = plan.look(cwd, name, false)?;
                    let gone = match std::mem::replace(&mut plan.files[at].after, State::Nothing) {
                        State::Nothing => return Err(not_there(name)),
                        State::Link(target) => target.display().to_string(),
                        State::File(Snapshot { content, .. }) | State::New(content) => {
                            String::from_utf8_lossy(&content).into_owned()
                        }
                    };
                    plan.note(at, name, PatchChangeKind::Delete, gone);
                }
                FilePatch::Update { path: name, move_to, chunks } => {
                    let at = plan.look(cwd, name, true)?;
                    let before = plan.files[at].after.clone();
                    let Some(old) = before.content() else { return Err(not_there(name)) };
                    let new = hunks::changed(name, old, chunks)?;
                    let mut diff = diff::unified(old, &new, 1);
                    let after = match &before {
                        State::File(Snapshot { mode, .. }) => {
                            State::File(Snapshot { content: new, mode: *mode })
                        }
                        _ => State::New(new),
                    };
                    let (mut move_path, mut shown) = (None, name);
                    if let Some(target) = move_to {
                        let to = plan.look(cwd, target, true)?;
                        if to != at {
                            let from = plan.look(cwd, name, false)?;
                            plan.files[from].after = State::Nothing;
                        }
                        let place = plan.files[to].path.display().to_string();
                        diff.push_str("\n\nMoved to: ");
                        diff.push_str(&place);
                        (move_path, shown) = (Some(place), target);
                        plan.files[to].after = after;
                    } else {
                        plan.files[at].after = after;
                    }
                    plan.note(at, shown, PatchChangeKind::Update { move_path }, diff);
                }
            }
        }
        Ok(plan)
    }

    /// The changes, as people see them: by path.
    pub(crate) fn changes(&self) -> Vec<FileUpdateChange> {
        let mut changes: Vec<_> = self.effects.iter().map(|effect| effect.change.clone()).collect();
        changes.sort_by(|one, other| one.path.cmp(&other.path));
        changes
    }

    /// The paths that are written to or removed, without links.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &Path> {
        self.files.iter().filter(|file| file.before != file.after).map(|file| file.path.as_path())
    }

    /// What was done, as the model is told.
    pub(crate) fn summary(&self) -> String {
        let mut told = "Success. Updated the following files:\n".to_owned();
        for letter in ['A', 'M', 'D'] {
            for effect in self.effects.iter().filter(|effect| effect.letter() == letter) {
                told.extend([letter.encode_utf8(&mut [0; 4]), " ", &effect.name, "\n"]);
            }
        }
        told
    }

    /// The place of a file in the plan, which is looked at when the patch first comes to it.
    fn look(&mut self, cwd: &Path, name: &str, follow: bool) -> Result<usize, PlanError> {
        let wrong =
            |error: std::io::Error| PlanError::Path { path: name.to_owned(), reason: error.to_string() };
        let path = files::resolve(cwd, name, follow).map_err(wrong)?;
        if let Some(at) = self.files.iter().position(|file| file.path == path) {
            return Ok(at);
        }
        let before = match files::link_at(&path) {
            Some(target) if !follow => State::Link(target),
            Some(_) => {
                return Err(PlanError::Path {
                    path: name.to_owned(),
                    reason: "it is a link that leads nowhere".to_owned(),
                });
            }
            None => files::read(&path)
                .map_err(|source| PlanError::Read { path: name.to_owned(), source })?
                .map_or(State::Nothing, State::File),
        };
        self.files.push(FilePlan { path, after: before.clone(), before });
        Ok(self.files.len() - 1)
    }

    fn note(&mut self, at: usize, name: &str, kind: PatchChangeKind, diff: String) {
        let path = self.files[at].path.display().to_string();
        self.effects.push(Effect { name: name.to_owned(), change: FileUpdateChange { path, kind, diff } });
    }
}

fn not_there(name: &str) -> PlanError {
    PlanError::Path { path: name.to_owned(), reason: "there is no such file".to_owned() }
}
