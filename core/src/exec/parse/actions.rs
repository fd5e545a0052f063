//! What commands do, for people who look: which file is read, what is listed, what is searched for.

use std::path::{Component, Path, PathBuf};

use codex_protocol::CommandAction;

/// What a script does. One part that cannot be told makes the whole one that cannot be told; parts that only move about or
/// cut the output of others are left out.
pub(super) fn of(script: &str, commands: Option<&[Vec<String>]>, cwd: &Path) -> Vec<CommandAction> {
    let mut cwd = cwd.to_owned();
    let mut actions = Vec::new();
    for words in commands.unwrap_or_default() {
        if let Some(folder) = changed_folder(words) {
            cwd = normal(&cwd.join(folder));
            continue;
        }
        match action(words, &cwd) {
            Action::Shown(action) => actions.push(action),
            Action::LeftOut => {}
            Action::Unknown => {
                actions.clear();
                break;
            }
        }
    }
    if actions.is_empty() { vec![CommandAction::Unknown { command: script.to_owned() }] } else { actions }
}

enum Action {
    Shown(CommandAction),
    /// Nothing of interest.
    LeftOut,
    Unknown,
}

/// The folder that `cd` goes to.
fn changed_folder(words: &[String]) -> Option<&str> {
    match words {
        [cd, folder] if cd == "cd" && folder != "-" => Some(folder),
        [cd, dashes, folder] if cd == "cd" && dashes == "--" => Some(folder),
        _ => None,
    }
}

/// What one command does.
fn action(words: &[String], cwd: &Path) -> Action {
    let Some((program, arguments)) = words.split_first() else { return Action::Unknown };
    let command = shlex::try_join(words.iter().map(String::as_str)).unwrap_or_default();
    let plain: Vec<&str> =
        arguments.iter().map(String::as_str).filter(|word| !word.starts_with('-')).collect();
    let has = |option: &str| arguments.iter().any(|argument| argument == option);
    let read = |file: &str| Action::Shown(read(command.clone(), file, cwd));
    let list = |path: Option<&str>| {
        Action::Shown(CommandAction::ListFiles { command: command.clone(), path: path.map(trimmed) })
    };
    let search = |query: Option<&str>, path: Option<&str>| {
        Action::Shown(CommandAction::Search {
            command: command.clone(),
            query: query.map(str::to_owned),
            path: path.map(trimmed),
        })
    };
    match (program.as_str(), plain.as_slice()) {
        ("cat" | "nl" | "less" | "more" | "bat" | "batcat", [file]) | ("awk", [_, file]) => read(file),
        ("head" | "tail", [file]) if arguments.len() == 1 => read(file),
        ("head" | "tail", [lines, file]) if has("-n") && is_count(lines) => read(file),
        ("sed", [range, file, ..]) if has("-n") && is_range(range) => read(file),
        ("find", _) => match named_by(arguments) {
            Some(name) => search(Some(name), plain.first().copied()),
            None => list(plain.first().copied()),
        },
        ("ls" | "eza" | "exa" | "tree" | "du", _) | ("fd", []) => list(plain.first().copied()),
        ("rg", _) if has("--files") => list(plain.first().copied()),
        ("git", ["ls-files", rest @ ..]) => list(rest.first().copied()),
        ("grep" | "egrep" | "fgrep" | "rg" | "ag" | "ack" | "fd", [query, rest @ ..])
        | ("git", ["grep", query, rest @ ..]) => search(Some(query), rest.first().copied()),
        ("true" | "cd" | "sort" | "uniq", _) | ("wc" | "head" | "tail", [] | [_]) => {
            // What cuts a file of its own is no filter.
            let files = plain.iter().filter(|word| !is_count(word)).count();
            if files == 0 || matches!(program.as_str(), "true" | "cd") {
                Action::LeftOut
            } else {
                Action::Unknown
            }
        }
        ("sed", [range]) if has("-n") && is_range(range) => Action::LeftOut,
        _ => Action::Unknown,
    }
}

/// What `find` is told to look for.
fn named_by(arguments: &[String]) -> Option<&str> {
    let at = arguments.iter().position(|word| {
        matches!(word.as_str(), "-name" | "-iname" | "-path" | "-ipath" | "-wholename" | "-regex" | "-iregex")
    })?;
    arguments.get(at + 1).map(String::as_str)
}

fn read(command: String, file: &str, cwd: &Path) -> CommandAction {
    let name = Path::new(file)
        .file_name()
        .map_or_else(|| file.to_owned(), |name| name.to_string_lossy().into_owned());
    CommandAction::Read { command, name, path: normal(&cwd.join(file)).display().to_string() }
}

fn trimmed(path: &str) -> String {
    let trimmed = path.trim_end_matches('/');
    if trimmed.is_empty() { path.to_owned() } else { trimmed.to_owned() }
}

/// A path without `.` and `..`, by its words: links are not looked at.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            part => normal.push(part),
        }
    }
    normal
}

/// `10` or `+5`.
fn is_count(word: &str) -> bool {
    let digits = word.strip_prefix('+').unwrap_or(word);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// `5p` or `1,20p`.
fn is_range(script: &str) -> bool {
    script
        .strip_suffix('p')
        .is_some_and(|range| range.split(',').count() <= 2 && range.split(',').all(is_count))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exec::parse::Script;

    #[test]
    fn actions_tell_what_is_read_listed_and_searched() {
        let told = |script: &str| {
            let actions = Script::parse(script.to_owned()).actions(Path::new("/w"));
            serde_json::to_value(actions).unwrap().to_string()
        };
        for (script, expected) in [
            ("cat a.txt", r#"[{"type":"read","command":"cat a.txt","name":"a.txt","path":"/w/a.txt"}]"#),
            ("cat a | head -3", r#"[{"type":"read","command":"cat a","name":"a","path":"/w/a"}]"#),
            ("tail -n +5 b/c", r#"[{"type":"read","command":"tail -n +5 b/c","name":"c","path":"/w/b/c"}]"#),
            ("sed -n 1,5p a", r#"[{"type":"read","command":"sed -n '1,5p' a","name":"a","path":"/w/a"}]"#),
            ("head a", r#"[{"type":"read","command":"head a","name":"a","path":"/w/a"}]"#),
            ("cd sub && cat ../a", r#"[{"type":"read","command":"cat ../a","name":"a","path":"/w/a"}]"#),
            ("cd a && cd b && cat c", r#"[{"type":"read","command":"cat c","name":"c","path":"/w/a/b/c"}]"#),
            ("cd /x; cat c", r#"[{"type":"read","command":"cat c","name":"c","path":"/x/c"}]"#),
            ("ls -la src/", r#"[{"type":"listFiles","command":"ls -la src/","path":"src"}]"#),
            ("cd /tmp && ls | wc -l", r#"[{"type":"listFiles","command":"ls","path":null}]"#),
            ("find src -type f", r#"[{"type":"listFiles","command":"find src -type f","path":"src"}]"#),
            ("git ls-files", r#"[{"type":"listFiles","command":"git ls-files","path":null}]"#),
            ("ls | sed -n 1,5p", r#"[{"type":"listFiles","command":"ls","path":null}]"#),
            (
                "find . -name '*.rs'",
                r#"[{"type":"search","command":"find . -name '*.rs'","query":"*.rs","path":"."}]"#,
            ),
            ("fd foo src", r#"[{"type":"search","command":"fd foo src","query":"foo","path":"src"}]"#),
            ("git grep x", r#"[{"type":"search","command":"git grep x","query":"x","path":null}]"#),
            ("rg foo src", r#"[{"type":"search","command":"rg foo src","query":"foo","path":"src"}]"#),
            ("cat a && ls && pwd", r#"[{"type":"unknown","command":"cat a && ls && pwd"}]"#),
            ("ls && pwd", r#"[{"type":"unknown","command":"ls && pwd"}]"#),
            ("head -3 a", r#"[{"type":"unknown","command":"head -3 a"}]"#),
            ("wc -l a", r#"[{"type":"unknown","command":"wc -l a"}]"#),
            ("cat a b", r#"[{"type":"unknown","command":"cat a b"}]"#),
            ("cat < a", r#"[{"type":"unknown","command":"cat < a"}]"#),
            ("cd sub", r#"[{"type":"unknown","command":"cd sub"}]"#),
            ("echo $(x)", r#"[{"type":"unknown","command":"echo $(x)"}]"#),
        ] {
            assert_eq!(told(script), expected, "{script}");
        }
    }
}
