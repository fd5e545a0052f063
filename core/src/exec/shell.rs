//! The shell that takes the agent's commands.

use std::path::Path;

/// The shell that takes the agent's commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shell {
    program: &'static str,
    /// Whether it reads the user's own set-up first, so that their `PATH` is there.
    login: bool,
}

impl Shell {
    /// Bash where there is one, for it is what models write for; else the system's own.
    pub(crate) fn of_system(login: bool) -> Self {
        let bash = "/bin/bash";
        Self { program: if Path::new(bash).exists() { bash } else { "/bin/sh" }, login }
    }

    /// Its name.
    pub(crate) fn name(self) -> &'static str {
        self.program.rsplit('/').next().unwrap_or(self.program)
    }

    /// The words to start.
    pub(crate) fn words(self, script: &str) -> [&str; 3] {
        [self.program, if self.login { "-lc" } else { "-c" }, script]
    }

    /// The command as somebody would type it.
    pub(crate) fn shown(self, script: &str) -> String {
        // Only a NUL cannot be quoted; such a command fails to start, which tells.
        shlex::try_join(self.words(script)).unwrap_or_else(|_| format!("{} …", self.program))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_as_one_would_type_it() {
        let shell = |login| Shell { program: "/bin/bash", login };
        assert_eq!(shell(true).shown("touch made.txt"), "/bin/bash -lc 'touch made.txt'");
        assert_eq!(shell(false).shown("ls"), "/bin/bash -c ls");
    }
}
