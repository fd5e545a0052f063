//! What a command comes to: what runs behind `env`, `timeout`, `xargs`, `sh -c`.

use super::syntax::{Command, Word};

/// What a command runs in the end.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Run {
    /// A program with its arguments; empty where it is not known.
    Program(Command),
    /// A script.
    Script(String),
}

/// What a command runs in the end, and whether the way there is harmless in itself.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unwrapped {
    pub(super) run: Run,
    pub(super) harmless: bool,
}

/// How a program that runs another one takes its own options.
struct Wrapper {
    name: &'static str,
    /// Whether it changes nothing by itself.
    harmless: bool,
    /// Options that take a value as a word of its own.
    valued: &'static [&'static str],
    /// How many words of its own come before the command.
    own: usize,
}

const WRAPPERS: &[Wrapper] = &[
    wrapper("env", true, &["-u", "--unset", "-C", "--chdir"], 0),
    wrapper("time", true, &[], 0),
    wrapper("nice", true, &["-n", "--adjustment"], 0),
    wrapper("nohup", true, &[], 0),
    wrapper("timeout", true, &["-s", "--signal", "-k", "--kill-after"], 1),
    wrapper("command", true, &[], 0),
    wrapper("builtin", false, &[], 0),
    wrapper("exec", false, &["-a"], 0),
    wrapper("stdbuf", true, &["-i", "-o", "-e"], 0),
    wrapper("setsid", false, &[], 0),
    wrapper("ionice", false, &["-c", "-n"], 0),
    wrapper("sudo", false, &["-u", "-g", "-h", "-p", "-C", "-D", "-R", "-T", "-U"], 0),
    wrapper("doas", false, &["-u", "-C"], 0),
    wrapper("busybox", false, &[], 0),
    wrapper("chroot", false, &[], 1),
    wrapper("unshare", false, &[], 0),
    wrapper("nsenter", false, &["-t"], 0),
    wrapper("flock", false, &["-w", "-E"], 1),
    wrapper("strace", false, &["-o", "-e", "-p", "-s"], 0),
    wrapper("watch", false, &["-n"], 0),
    wrapper("chpst", false, &["-u", "-U", "-e", "-n"], 0),
    wrapper("parallel", false, &["-j"], 0),
    wrapper("xargs", true, &["-n", "-I", "-L", "-P", "-d", "-s", "-a", "-E"], 0),
];

const SHELLS: [&str; 6] = ["sh", "bash", "dash", "zsh", "ksh", "ash"];

/// How deep wrappers are looked through.
const MAX_DEPTH: usize = 16;

const fn wrapper(name: &'static str, harmless: bool, valued: &'static [&'static str], own: usize) -> Wrapper {
    Wrapper { name, harmless, valued, own }
}

/// Looks through programs that run others.
pub(super) fn unwrap(command: &Command) -> Unwrapped {
    let mut words = command.words.clone();
    let mut harmless = true;
    for _ in 0..MAX_DEPTH {
        let name = name(&words).map(str::to_owned);
        if let Some(script) = script_of(name.as_deref(), &words) {
            return Unwrapped { run: Run::Script(script), harmless };
        }
        let Some(wrapper) = WRAPPERS.iter().find(|wrapper| name.as_deref() == Some(wrapper.name)) else {
            break;
        };
        if wrapper.name == "command"
            && words.get(1).and_then(Word::text).is_some_and(|word| matches!(word, "-v" | "-V"))
        {
            break;
        }
        if let Some(script) = split_by_env(wrapper, &words) {
            return Unwrapped { run: Run::Script(script), harmless: false };
        }
        let Some((own, inner)) = split(wrapper, &words[1..]) else { break };
        harmless &= wrapper.harmless && own.iter().all(|word| is_harmless_option(wrapper.name, word));
        words = inner;
        if wrapper.name == "xargs" {
            // What comes in may be anything, also an option.
            words.push(Word::Unknown);
        }
    }
    Unwrapped { run: Run::Program(Command { words }), harmless }
}

/// The name of the program, in whatever spelling.
pub(super) fn name(words: &[Word]) -> Option<&str> {
    words.first()?.text()?.rsplit('/').next()
}

/// The script that a shell is given as a word.
fn script_of(name: Option<&str>, words: &[Word]) -> Option<String> {
    if name == Some("eval") {
        let words: Option<Vec<&str>> = words[1..].iter().map(Word::text).collect();
        return words.map(|words| words.join(" "));
    }
    if !SHELLS.contains(&name?) {
        return None;
    }
    let at = words.iter().position(|word| {
        word.text()
            .is_some_and(|word| word.starts_with('-') && !word.starts_with("--") && word.ends_with('c'))
    })?;
    match words.get(at + 1)? {
        Word::Known(script) => Some(script.clone()),
        Word::Pattern(_) | Word::Unknown => None,
    }
}

/// The command that `env -S` makes of a text.
fn split_by_env(wrapper: &Wrapper, words: &[Word]) -> Option<String> {
    let is_split =
        |word: &Word| word.text().is_some_and(|word| word.starts_with("-S") || word.starts_with("--split"));
    let at = words.iter().position(is_split).filter(|_| wrapper.name == "env")?;
    let option = words[at].text().unwrap_or_default();
    let first = option.trim_start_matches("-S").trim_start_matches("--split-string").trim_start_matches('=');
    let rest = words[at + 1..].iter().map(|word| word.text().unwrap_or("$unknown"));
    Some([first].into_iter().chain(rest).collect::<Vec<_>>().join(" "))
}

/// The words of the wrapper itself, and the command behind it. None where there is no command.
fn split(wrapper: &Wrapper, words: &[Word]) -> Option<(Vec<Word>, Vec<Word>)> {
    let mut own_left = wrapper.own;
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let text = word.text().unwrap_or_default();
        if text == "--" {
            at += 1;
            break;
        }
        if text.starts_with('-') && text.len() > 1 {
            at += if wrapper.valued.contains(&text) { 2 } else { 1 };
        } else if wrapper.name == "env" && text.contains('=') {
            at += 1;
        } else if own_left > 0 {
            own_left -= 1;
            at += 1;
        } else {
            break;
        }
    }
    let inner = words.get(at..).filter(|inner| !inner.is_empty())?;
    Some((words[..at].to_vec(), inner.to_vec()))
}

/// Whether a wrapper's own word does nothing but what it says.
fn is_harmless_option(wrapper: &str, word: &Word) -> bool {
    let Some(text) = word.text() else { return false };
    match wrapper {
        // `-C` and `--argv0` are rare enough.
        "env" => match text.split_once('=') {
            Some((name, _)) => super::safe::is_harmless_variable(name),
            None => matches!(text, "-i" | "-" | "-0" | "--null"),
        },
        _ => {
            !text.starts_with("--") || matches!(text, "--" | "--null" | "--no-run-if-empty" | "--foreground")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exec::parse::syntax::parse;

    #[test]
    fn what_runs_behind_others_is_found() {
        let found = |script: &str| {
            let command = parse(script).commands.remove(0);
            let Unwrapped { run, harmless } = unwrap(&command);
            let run = match run {
                Run::Program(command) => {
                    command.words.iter().map(|word| word.text().unwrap_or("?")).collect::<Vec<_>>().join(" ")
                }
                Run::Script(script) => format!("script: {script}"),
            };
            (run, harmless)
        };
        for (script, expected, harmless) in [
            ("ls -l", "ls -l", true),
            ("env A=1 ls", "ls", true),
            ("env PATH=/x ls", "ls", false),
            ("env", "env", true),
            ("env -S 'rm -rf a' ls", "script:  rm -rf a ls", false),
            ("nice -n 5 timeout -k 2 5 rm a", "rm a", true),
            ("sudo -u root rm a", "rm a", false),
            ("xargs -0 -n1 rm -f", "rm -f ?", true),
            ("xargs -I{} rm {}", "rm {} ?", true),
            ("bash -lc 'ls | cat'", "script: ls | cat", true),
            ("env bash -c ls", "script: ls", true),
            ("bash -c \"$X\"", "bash -c ?", true),
            ("bash x.sh", "bash x.sh", true),
            ("eval rm -rf a", "script: rm -rf a", true),
            ("command -v ls", "command -v ls", true),
            ("flock a rm b", "rm b", false),
        ] {
            assert_eq!(found(script), (expected.to_owned(), harmless), "{script}");
        }
    }
}
