//! The shell that takes the agent's commands.

use std::path::Path;

/// The shell that takes the agent's commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shell {
    program: &'static str,
}

impl Shell {
    /// Bash where there is one, for it is what models write for; else the system's own.
    pub(crate) fn of_system() -> Self {
        let bash = "/bin/bash";
        Self { program: if Path::new(bash).exists() { bash } else { "/bin/sh" } }
    }

    /// Its name.
    pub(crate) fn name(self) -> &'static str {
        self.program.rsplit('/').next().unwrap_or(self.program)
    }

    /// The words to start. A login shell, so that the user's own `PATH` is there.
    pub(crate) fn words(self, script: &str) -> [&str; 3] {
        [self.program, "-lc", script]
    }

    /// The command as somebody would type it.
    pub(crate) fn shown(self, script: &str) -> String {
        // Only a NUL cannot be quoted; such a command fails to start, which tells.
        shlex::try_join(self.words(script)).unwrap_or_else(|_| format!("{} -lc …", self.program))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_as_one_would_type_it() {
        let shell = Shell { program: "/bin/bash" };
        assert_eq!(shell.shown("touch made.txt"), "/bin/bash -lc 'touch made.txt'");
        assert_eq!(shell.shown("ls"), "/bin/bash -lc ls");
    }
}
