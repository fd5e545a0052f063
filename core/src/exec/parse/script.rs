//! A script, parsed once.

use std::path::Path;

use codex_protocol::CommandAction;

use super::{
    actions, danger, safe,
    syntax::{self, Syntax},
};

/// A script of the shell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Script {
    text: String,
    syntax: Syntax,
}

impl Script {
    /// Parses a script.
    pub(crate) fn parse(text: String) -> Self {
        let syntax = syntax::parse(&text);
        Self { text, syntax }
    }

    /// As it was written.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The commands, each as its words, where the script is nothing but plain commands joined by `&&`, `||`, `;` or `|`. None
    /// where anything else is in it: an expansion, a redirection, a subshell, a word that a shell would read in another way.
    /// Security decisions rely on this alone.
    pub(crate) fn plain_commands(&self) -> Option<&[Vec<String>]> {
        self.syntax.plain.as_deref()
    }

    /// Whether all of it was understood.
    #[cfg(feature = "fuzzing")]
    pub(crate) fn is_whole(&self) -> bool {
        self.syntax.whole
    }

    /// What it does, for people.
    pub(crate) fn actions(&self, cwd: &Path) -> Vec<CommandAction> {
        actions::of(&self.text, self.plain_commands(), cwd)
    }

    /// Whether it may destroy what cannot be had back. A script that cannot be parsed may.
    pub(crate) fn is_dangerous(&self) -> bool {
        danger::is_dangerous(&self.syntax, safe::MAX_SCRIPTS)
    }

    /// Whether it only looks: no file is changed, nothing is sent, nothing is run that cannot be seen. One that cannot be parsed
    /// is never safe.
    pub(crate) fn is_safe(&self) -> bool {
        !self.syntax.commands.is_empty() && safe::is_safe(&self.syntax, safe::MAX_SCRIPTS)
    }

    /// The name of the first program that it runs, without its folder; none where that is not written out.
    pub(crate) fn program(&self) -> Option<&str> {
        self.syntax.commands.iter().find_map(|command| {
            let name = command.program()?;
            // They only prepare what comes.
            let prepares = matches!(name, "cd" | "export" | "set" | "source" | "." | "true" | ":");
            (!prepares).then_some(name)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The scripts of a list: one a line; a backslash is doubled, a line feed is `\\n`.
    fn scripts(list: &str) -> Vec<Script> {
        let lines = list.lines().filter(|line| !line.is_empty() && !line.starts_with("# "));
        lines.map(|line| Script::parse(unescaped(line))).collect()
    }

    fn unescaped(line: &str) -> String {
        let mut text = String::new();
        let mut rest = line.chars();
        while let Some(next) = rest.next() {
            match (next, rest.clone().next()) {
                ('\\', Some('n')) => {
                    rest.next();
                    text.push('\n');
                }
                ('\\', Some('\\')) => {
                    rest.next();
                    text.push('\\');
                }
                _ => text.push(next),
            }
        }
        text
    }

    #[test]
    fn nothing_that_changes_anything_is_called_safe() {
        let scripts = scripts(include_str!("../../../tests/fixtures/scripts/not-safe.txt"));
        assert!(scripts.len() >= 500);
        let wrong: Vec<_> = scripts.iter().filter(|script| script.is_safe()).map(Script::text).collect();
        assert!(wrong.is_empty(), "called safe: {wrong:#?}");
    }

    #[test]
    fn hardly_anything_that_only_looks_is_asked_about() {
        let scripts = scripts(include_str!("../../../tests/fixtures/scripts/harmless.txt"));
        assert!(scripts.len() >= 500);
        for (what, asked) in [
            ("not called safe", scripts.iter().filter(|script| !script.is_safe()).collect::<Vec<_>>()),
            ("called dangerous", scripts.iter().filter(|script| script.is_dangerous()).collect()),
        ] {
            let texts: Vec<_> = asked.iter().map(|script| script.text()).collect();
            assert!(asked.len() * 20 <= scripts.len(), "{} {what}: {texts:#?}", asked.len());
        }
    }

    #[test]
    fn the_program_is_the_first_that_does_something() {
        for (script, expected) in [
            ("cargo test -p x", Some("cargo")),
            ("cd sub && /usr/bin/git status", Some("git")),
            ("FOO=secret make all", Some("make")),
            ("for i in a b; do touch $i; done", Some("touch")),
            ("set -e; cd x", None),
            ("$TOOL run", None),
            ("", None),
        ] {
            assert_eq!(Script::parse(script.to_owned()).program(), expected, "{script}");
        }
    }
}
