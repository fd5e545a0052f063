//! What to ask: the argument, standard input, or both.

use std::io::{self, IsTerminal, Read};

use super::CommandError;

/// What to ask. `-`, or no argument, is all of standard input; beside an argument, what comes through a pipe is added to it.
pub(super) fn prompt(argument: Option<&str>) -> Result<String, CommandError> {
    let mut stdin = io::stdin();
    let typed = stdin.is_terminal();
    if typed && argument.is_none() {
        return Err(CommandError::NoPrompt);
    }
    let mut read = || -> Result<String, CommandError> {
        let mut text = String::new();
        stdin.read_to_string(&mut text).map_err(CommandError::io("read standard input as UTF-8"))?;
        Ok(text)
    };
    match argument {
        None | Some("-") => from_stdin(read()?),
        Some(argument) if typed => Ok(argument.to_owned()),
        Some(argument) => Ok(with_context(argument, &read()?)),
    }
}

fn from_stdin(text: String) -> Result<String, CommandError> {
    if text.trim().is_empty() { Err(CommandError::NoPrompt) } else { Ok(text) }
}

/// A prompt, and what came through a pipe for it.
fn with_context(argument: &str, piped: &str) -> String {
    if piped.trim().is_empty() {
        return argument.to_owned();
    }
    let end = if piped.ends_with('\n') { "" } else { "\n" };
    format!("{argument}\n\n<stdin>\n{piped}{end}</stdin>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pipe_is_added_to_the_prompt() {
        assert_eq!(with_context("explain", ""), "explain");
        assert_eq!(with_context("explain", "piped\n"), "explain\n\n<stdin>\npiped\n</stdin>");
        assert_eq!(with_context("explain", "piped"), "explain\n\n<stdin>\npiped\n</stdin>");
    }

    #[test]
    fn a_blank_pipe_is_no_prompt() {
        assert!(matches!(from_stdin(" \n".to_owned()), Err(CommandError::NoPrompt)));
        assert_eq!(from_stdin("from a pipe\n".to_owned()).unwrap(), "from a pipe\n");
    }
}
