//! What a turn has changed so far, in all files that it patched.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use sha1::{Digest, Sha1};

use super::{Plan, diff, files::Snapshot, plan::State};

/// What a turn has changed so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct TurnDiff {
    /// What each file was before the turn came to it, and what it is since.
    files: BTreeMap<PathBuf, (State, State)>,
}

impl TurnDiff {
    /// Notes what a patch did.
    pub(crate) fn add(&mut self, plan: &Plan) {
        for file in &plan.files {
            let known = self.files.entry(file.path.clone());
            known.or_insert_with(|| (file.before.clone(), State::Nothing)).1 = file.after.clone();
        }
    }

    /// All changes as one diff, in the form of git; paths as seen from that folder.
    pub(crate) fn unified(&self, root: &Path) -> String {
        self.files.iter().map(|(path, (before, after))| file_diff(root, path, before, after)).collect()
    }
}

fn file_diff(root: &Path, path: &Path, before: &State, after: &State) -> String {
    let (old, new) = (before.content(), after.content());
    if old == new {
        return String::new();
    }
    let name = path.strip_prefix(root).unwrap_or(path).display().to_string();
    let name = name.trim_start_matches('/');
    let mode = |state: &State| match state {
        State::File(Snapshot { mode, .. }) if mode & 0o111 != 0 => "100755",
        _ => "100644",
    };
    let (old_id, new_id) = (blob_id(old), blob_id(new));
    let head = match (old, new) {
        (None, _) => {
            format!("new file mode {}\nindex {old_id}..{new_id}\n--- /dev/null\n+++ b/{name}\n", mode(after))
        }
        (_, None) => {
            format!(
                "deleted file mode {}\nindex {old_id}..{new_id}\n--- a/{name}\n+++ /dev/null\n",
                mode(before)
            )
        }
        (Some(_), Some(_)) => format!("index {old_id}..{new_id}\n--- a/{name}\n+++ b/{name}\n"),
    };
    let (old, new) = (old.unwrap_or_default(), new.unwrap_or_default());
    let hunks = if old.contains(&0) || new.contains(&0) {
        "Binary files differ\n".to_owned()
    } else {
        diff::unified(old, new, 3)
    };
    format!("diff --git a/{name} b/{name}\n{head}{hunks}")
}

/// What git calls this content; zeros where there is none.
fn blob_id(content: Option<&[u8]>) -> String {
    let Some(content) = content else { return "0".repeat(40) };
    let hash = Sha1::new().chain_update(format!("blob {}\0", content.len())).chain_update(content).finalize();
    hash.iter().fold(String::new(), |mut id, byte| {
        let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or('0');
        id.extend([digit(byte >> 4), digit(byte & 15)]);
        id
    })
}

#[cfg(test)]
mod tests {
    use std::{fs, sync::atomic::AtomicBool};

    use super::*;
    use crate::patch::Patch;

    fn patched(turn: &mut TurnDiff, cwd: &Path, inner: &str) -> String {
        let patch = Patch::parse(&format!("*** Begin Patch\n{inner}\n*** End Patch")).unwrap();
        let plan = Plan::make(&patch, cwd).unwrap();
        plan.apply(&AtomicBool::new(false)).unwrap();
        turn.add(&plan);
        turn.unified(cwd)
    }

    #[test]
    fn the_diff_of_a_turn_is_from_its_beginning() {
        let folder = tempfile::tempdir().unwrap();
        let cwd = folder.path().canonicalize().unwrap();
        fs::write(cwd.join("a"), "1\n").unwrap();
        let mut turn = TurnDiff::default();
        patched(&mut turn, &cwd, "*** Update File: a\n-1\n+2");
        let two = patched(&mut turn, &cwd, "*** Update File: a\n-2\n+3\n*** Add File: b\n+new");
        assert_eq!(
            two,
            "diff --git a/a b/a\nindex d00491fd7e5bb6fa28c517a0bb32b8b506539d4d..00750edc07d6415dcc07ae0351e9397b0222b7ba\n\
             --- a/a\n+++ b/a\n@@ -1 +1 @@\n-1\n+3\n\
             diff --git a/b b/b\nnew file mode 100644\nindex 0000000000000000000000000000000000000000..3e757656cf36eca53338e520d134963a44f793f8\n\
             --- /dev/null\n+++ b/b\n@@ -0,0 +1 @@\n+new\n"
        );
        assert_eq!(patched(&mut turn, &cwd, "*** Update File: a\n-3\n+1\n*** Delete File: b"), "");
    }
}
