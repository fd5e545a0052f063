//! Whether a script may destroy what cannot be had back.

use super::syntax::{Command, Syntax};

/// Programs that run the rest of their words as a command.
const WRAPPERS: [&str; 8] = ["sudo", "env", "nice", "nohup", "time", "command", "exec", "builtin"];

/// Whether a script may destroy what cannot be had back.
pub(super) fn is_dangerous(syntax: &Syntax) -> bool {
    !syntax.whole || syntax.commands.iter().any(deletes)
}

/// `rm` with force.
fn deletes(command: &Command) -> bool {
    let forced = |word: &str| {
        word == "--force" || (word.starts_with('-') && !word.starts_with("--") && word.contains('f'))
    };
    let mut words = command.words.iter().map(|word| word.text().unwrap_or_default());
    let program = words.find(|word| {
        let name = word.rsplit('/').next().unwrap_or_default();
        !WRAPPERS.contains(&name) && !word.contains('=')
    });
    program.is_some_and(|program| program.rsplit('/').next() == Some("rm")) && words.any(forced)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exec::parse::syntax::parse;

    #[test]
    fn only_forced_deletion_deletes_without_a_way_back() {
        for script in
            ["rm -rf a", "rm -f a", "ls && rm -fr a", "sudo rm --force a", "/bin/rm -r -f a", "rm -rf ./*"]
        {
            assert!(is_dangerous(&parse(script)), "{script}");
        }
        for script in ["rm a", "rm -r a", "echo rm -f", "ls -f", "git rm --cached a", "ls $HOME"] {
            assert!(!is_dangerous(&parse(script)), "{script}");
        }
    }

    #[test]
    fn what_cannot_be_parsed_is_dangerous() {
        for script in ["echo 'a", "rm -rf a ("] {
            assert!(is_dangerous(&parse(script)), "{script}");
        }
    }
}
