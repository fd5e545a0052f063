//! Patches made at random, applied here and by `git apply`: the same comes out, or nothing has changed.

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    process::{Command, Stdio},
    sync::atomic::AtomicBool,
};

use super::{Patch, Plan};

const PATCHES: u64 = 500;

/// A file: its lines, perhaps with a carriage return each, and whether the last one is ended.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Text {
    lines: Vec<String>,
    ended: bool,
}

impl Text {
    fn bytes(&self) -> String {
        let mut text = self.lines.join("\n");
        if self.ended && !self.lines.is_empty() {
            text.push('\n');
        }
        text
    }
}

struct Random {
    random: fastrand::Rng,
    /// Lines with a number of their own so far.
    numbered: usize,
}

impl Random {
    fn line(&mut self, returns: u32) -> String {
        let mut line = match self.random.u32(0..10) {
            0 => String::new(),
            1 => "}".to_owned(),
            2 => "    return;".to_owned(),
            _ => {
                self.numbered += 1;
                format!("{}line {} ä", " ".repeat(self.random.usize(0..4)), self.numbered)
            }
        };
        if self.random.u32(0..100) < returns {
            line.push('\r');
        }
        line
    }

    fn text(&mut self) -> Text {
        let returns = *self.random.choice([0, 30, 100].iter()).unwrap_or(&0);
        let count = self.random.usize(0..30);
        self.numbered += 1;
        let first = format!("line {}", self.numbered);
        let mut lines: Vec<String> = (0..count).map(|_| self.line(returns)).collect();
        lines.insert(0, first);
        let ended = self.random.u32(0..4) > 0;
        if !ended {
            self.numbered += 1;
            lines.push(format!("line {}", self.numbered));
        }
        if self.random.u32(0..12) == 0 {
            Text { lines: Vec::new(), ended: true }
        } else {
            Text { lines, ended }
        }
    }

    /// Changes of a text, line by line: ` `, `-` or `+` and the line.
    fn changes(&mut self, text: &Text) -> Vec<(char, String)> {
        let mut changes = Vec::new();
        for (at, line) in text.lines.iter().enumerate() {
            let last = at + 1 == text.lines.len();
            match self.random.u32(0..12) {
                0 => changes.push(('-', line.clone())),
                1 => {
                    changes.push(('-', line.clone()));
                    changes.push(('+', self.plain(last && !text.ended)));
                }
                2 => {
                    changes.push(('+', self.plain(false)));
                    changes.push((' ', line.clone()));
                }
                _ => changes.push((' ', line.clone())),
            }
        }
        if text.lines.is_empty() || self.random.u32(0..4) == 0 {
            changes.push(('+', self.plain(!text.ended)));
        }
        changes
    }

    fn plain(&mut self, last: bool) -> String {
        let line = self.line(if last { 0 } else { 20 });
        if last && line.is_empty() { "end".to_owned() } else { line }
    }
}

/// The changes as chunks of a patch, with three lines around each, and more where these stand in the file more than once.
fn chunks(changes: &[(char, String)]) -> String {
    let mut patch = String::new();
    let mut at = 0;
    while let Some(first) = changes[at..].iter().position(|(kind, _)| *kind != ' ').map(|first| at + first) {
        let mut begin = first.saturating_sub(3).max(at);
        let mut end = first;
        while let Some(next) =
            changes[end..].iter().position(|(kind, _)| *kind != ' ').filter(|next| *next <= 6)
        {
            end += next + 1;
        }
        let end = (end + 3).min(changes.len());
        let is_told = |begin: usize| {
            changes[begin..end].iter().any(|(kind, line)| *kind != '+' && line.contains("line"))
        };
        while begin > at && !is_told(begin) {
            begin -= 1;
        }
        patch.push_str("@@\n");
        for (kind, line) in &changes[begin..end] {
            patch.extend([kind.encode_utf8(&mut [0; 4]), line.as_str(), "\n"]);
        }
        if end == changes.len() && first % 2 == 0 {
            patch.push_str("*** End of File\n");
        }
        at = end;
    }
    patch
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = fs::read_dir(folder).unwrap().map(|entry| {
        let entry = entry.unwrap();
        (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())
    });
    files.collect()
}

fn git(cwd: &Path) -> Command {
    let mut git = Command::new("git");
    git.current_dir(cwd)
        .env("HOME", cwd)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CEILING_DIRECTORIES", cwd)
        .stderr(Stdio::null());
    git
}

#[test]
fn what_git_would_make_of_a_patch_comes_out_or_nothing_has_changed() {
    let base = tempfile::tempdir().unwrap();
    let base = base.path().canonicalize().unwrap();
    if git(&base).arg("--version").stdout(Stdio::null()).status().is_err() {
        eprintln!("git is missing: patches are not compared with it");
        return;
    }
    let mut applied = 0;
    for seed in 0..PATCHES {
        let mut random = Random { random: fastrand::Rng::with_seed(seed), numbered: 0 };
        let folder = base.join(seed.to_string());
        for name in ["a", "b", "git", "own"] {
            fs::create_dir_all(folder.join(name)).unwrap();
        }
        let mut patch = "*** Begin Patch\n".to_owned();
        for number in 0..random.random.usize(1..4) {
            let name = format!("file {number}.txt");
            let (old, write) = (random.text(), |folder_name: &str, name: &str, text: &Text| {
                fs::write(folder.join(folder_name).join(name), text.bytes()).unwrap();
            });
            let what = random.random.u32(0..8);
            if what != 0 {
                for folder in ["a", "git", "own"] {
                    write(folder, &name, &old);
                }
            }
            match what {
                0 => {
                    let new = Text { ended: true, ..random.text() };
                    write("b", &name, &new);
                    patch.extend(["*** Add File: ", name.as_str(), "\n"]);
                    patch.extend(new.lines.iter().map(|line| format!("+{line}\n")));
                }
                1 => patch.extend(["*** Delete File: ", name.as_str(), "\n"]),
                _ => {
                    let changes = random.changes(&old);
                    let chunks = chunks(&changes);
                    let kept = changes.into_iter().filter(|(kind, _)| *kind != '-');
                    let new = Text { lines: kept.map(|(_, line)| line).collect(), ended: old.ended };
                    if chunks.is_empty() && what != 2 {
                        write("b", &name, &new);
                        continue;
                    }
                    patch.extend(["*** Update File: ", name.as_str(), "\n"]);
                    if what == 2 {
                        let moved = format!("moved {number}.txt");
                        patch.extend(["*** Move to: ", moved.as_str(), "\n"]);
                        write("b", &moved, &new);
                    } else {
                        write("b", &name, &new);
                    }
                    patch += &chunks;
                }
            }
        }
        patch += "*** End Patch\n";
        let diff = git(&folder)
            .args(["diff", "--no-index", "--no-color", "--no-prefix", "--no-renames", "a", "b"])
            .output()
            .unwrap();
        fs::write(folder.join("diff"), &diff.stdout).unwrap();
        if !diff.stdout.is_empty() {
            let status = git(&folder.join("git")).args(["apply", "--whitespace=nowarn", "../diff"]).status();
            assert!(status.unwrap().success(), "git does not take its own diff, seed {seed}");
        }
        let before = files(&folder.join("own"));
        let made = Patch::parse(&patch).map_err(|error| error.to_string()).and_then(|patch| {
            let plan = Plan::make(&patch, &folder.join("own")).map_err(|error| error.to_string())?;
            plan.apply(&AtomicBool::new(false)).map_err(|error| error.to_string())
        });
        let after = files(&folder.join("own"));
        match made {
            Ok(()) => {
                assert_eq!(after, files(&folder.join("git")), "seed {seed}:\n{patch}");
                applied += 1;
            }
            Err(_) => assert_eq!(after, before, "seed {seed}:\n{patch}"),
        }
    }
    assert!(applied > PATCHES * 9 / 10, "{applied} of {PATCHES} were applied");
}
