//! What commands do, as far as their words tell: for people who look, and for the question whether to ask.

use std::path::Path;

use codex_protocol::CommandAction;

/// What a script does, for people. One part that cannot be told makes the whole one that cannot be told; parts that only
/// move about or cut the output of others say nothing of their own.
pub(crate) fn actions(script: &str, commands: Option<&[Vec<String>]>, cwd: &Path) -> Vec<CommandAction> {
    let told: Vec<_> = commands.unwrap_or_default().iter().filter_map(|words| action(words, cwd)).collect();
    let unknown =
        told.is_empty() || told.iter().any(|action| matches!(action, CommandAction::Unknown { .. }));
    if unknown { vec![CommandAction::Unknown { command: script.to_owned() }] } else { told }
}

/// Whether one of the commands deletes without asking or a way back: `rm` with force.
pub(crate) fn deletes(commands: &[Vec<String>]) -> bool {
    let forced = |word: &String| {
        word == "--force" || (word.starts_with('-') && !word.starts_with("--") && word.contains('f'))
    };
    commands.iter().any(|words| {
        let mut rest = words.iter().skip_while(|word| *word == "sudo");
        rest.next().is_some_and(|program| program.rsplit('/').next() == Some("rm")) && rest.any(forced)
    })
}

/// What one command does; none where that is nothing of interest.
fn action(words: &[String], cwd: &Path) -> Option<CommandAction> {
    let (program, arguments) = words.split_first()?;
    let command = shlex::try_join(words.iter().map(String::as_str)).unwrap_or_default();
    let plain: Vec<&String> = arguments.iter().filter(|word| !word.starts_with('-')).collect();
    let path = |place: usize| plain.get(place).map(|path| path.trim_end_matches('/').to_owned());
    let has = |option: &str| arguments.iter().any(|argument| argument == option);
    Some(match (program.as_str(), plain.as_slice()) {
        ("cat" | "nl" | "less", [file]) => read(command, file, cwd),
        ("head" | "tail", [lines, file]) if has("-n") && is_count(lines) => read(command, file, cwd),
        ("sed", [range, file]) if has("-n") && is_range(range) => read(command, file, cwd),
        ("ls" | "tree" | "find", _) => CommandAction::ListFiles { command, path: path(0) },
        ("rg", _) if has("--files") => CommandAction::ListFiles { command, path: path(0) },
        ("grep" | "rg", [_, ..]) => CommandAction::Search { command, query: path(0), path: path(1) },
        ("cd" | "true" | "wc" | "sort" | "uniq", _) | ("head" | "tail", [] | [_]) => return None,
        _ => CommandAction::Unknown { command },
    })
}

fn read(command: String, file: &str, cwd: &Path) -> CommandAction {
    let name = Path::new(file)
        .file_name()
        .map_or_else(|| file.to_owned(), |name| name.to_string_lossy().into_owned());
    CommandAction::Read { command, name, path: cwd.join(file).display().to_string() }
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
    use crate::exec::parse::commands;

    #[test]
    fn only_forced_deletion_deletes_without_a_way_back() {
        let deletes = |script: &str| commands(script).is_some_and(|commands| deletes(&commands));
        for script in ["rm -rf a", "rm -f a", "ls && rm -fr a", "sudo rm --force a", "/bin/rm -r -f a"] {
            assert!(deletes(script), "{script}");
        }
        for script in ["rm a", "rm -r a", "echo rm -f", "ls -f", "git rm --cached a"] {
            assert!(!deletes(script), "{script}");
        }
    }

    #[test]
    fn actions_tell_what_is_read_listed_and_searched() {
        let told = |script: &str| {
            let commands = commands(script);
            serde_json::to_value(actions(script, commands.as_deref(), Path::new("/w"))).unwrap().to_string()
        };
        for (script, expected) in [
            ("cat a.txt", r#"[{"type":"read","command":"cat a.txt","name":"a.txt","path":"/w/a.txt"}]"#),
            ("cat a | head -3", r#"[{"type":"read","command":"cat a","name":"a","path":"/w/a"}]"#),
            ("tail -n +5 b/c", r#"[{"type":"read","command":"tail -n +5 b/c","name":"c","path":"/w/b/c"}]"#),
            ("sed -n 1,5p a", r#"[{"type":"read","command":"sed -n '1,5p' a","name":"a","path":"/w/a"}]"#),
            ("ls -la src/", r#"[{"type":"listFiles","command":"ls -la src/","path":"src"}]"#),
            ("cd /tmp && ls | wc -l", r#"[{"type":"listFiles","command":"ls","path":null}]"#),
            ("rg foo src", r#"[{"type":"search","command":"rg foo src","query":"foo","path":"src"}]"#),
            ("ls && pwd", r#"[{"type":"unknown","command":"ls && pwd"}]"#),
            ("head -3 a", r#"[{"type":"unknown","command":"head -3 a"}]"#),
            ("echo $(x)", r#"[{"type":"unknown","command":"echo $(x)"}]"#),
        ] {
            assert_eq!(told(script), expected, "{script}");
        }
    }
}
