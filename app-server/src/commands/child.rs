//! This same binary as a server child.

use std::{env, path::Path};

use codex_app_server_client::Client;
use secrecy::SecretString;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

use super::CommandError;

/// A command that starts this binary in a process group of its own: Ctrl-C is for the client, which interrupts the
/// turn and lets the server end in peace.
pub(super) fn command(arguments: &[&str]) -> Result<Command, CommandError> {
    let program = env::current_exe().map_err(CommandError::io("find this program's file"))?;
    let mut command = Command::new(program);
    command.args(arguments).process_group(0).kill_on_drop(true);
    Ok(command)
}

/// Gives a child a home of its own and none of the tracing settings of this process, but those listed.
pub(super) fn isolate(command: &mut Command, home: &Path, variables: &[(&str, &str)]) {
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("OTEL_") || text == "TRACEPARENT" || text == "TRACESTATE" {
            command.env_remove(&name);
        }
    }
    // Everything that a demonstration talks to is on loopback, where no proxy can help.
    command.env("NO_PROXY", "127.0.0.1,localhost").env("CODEX_HOME", home);
    command.envs(variables.iter().copied()).current_dir(home);
}

/// A child that listens, and its address.
pub(super) struct Listening {
    child: Child,
    pub(super) url: String,
    token: Option<SecretString>,
}

impl Listening {
    /// Starts a command with `--listen ws://127.0.0.1:0` in it, and reads the real port from what it says.
    pub(super) async fn start(mut command: Command) -> Result<Self, CommandError> {
        let doing = CommandError::io("start the server");
        let mut child = command
            .stdin(std::process::Stdio::null())
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .map_err(doing)?;
        let stderr = child.stderr.take().expect("stderr was asked for as a pipe");
        let mut lines = BufReader::new(stderr).lines();
        let (mut said, mut token) = (String::new(), None);
        while let Some(line) =
            lines.next_line().await.map_err(CommandError::io("read what the server says"))?
        {
            if let Some(file) = line.trim().strip_prefix("token: in ") {
                let text =
                    std::fs::read_to_string(file).map_err(CommandError::io("read the server's token"))?;
                token = Some(SecretString::from(text.trim()));
            }
            if let Some(url) = address(&line) {
                // What it says later must not block it.
                codex_otel::spawn_detached(async move { while let Ok(Some(_)) = lines.next_line().await {} });
                return Ok(Self { child, url, token });
            }
            said.push_str(&line);
            said.push('\n');
        }
        Err(CommandError::NotListening(said))
    }

    /// Connects a client.
    pub(super) async fn connect(&self) -> Result<Client, CommandError> {
        match &self.token {
            Some(token) => Ok(Client::connect_with_token(&self.url, token.clone()).await?),
            None => Ok(Client::connect(&self.url).await?),
        }
    }

    /// Asks the server to end, and waits until it has: its spans are exported by then.
    pub(super) async fn stop(mut self) -> Result<(), CommandError> {
        if let Some(pid) = self.child.id().and_then(|pid| rustix::process::Pid::from_raw(pid.cast_signed())) {
            rustix::process::kill_process(pid, rustix::process::Signal::TERM)
                .map_err(|error| CommandError::io("stop the server")(error.into()))?;
        }
        self.child.wait().await.map_err(CommandError::io("wait for the server"))?;
        Ok(())
    }
}

/// The websocket address in a line, if there is one.
fn address(line: &str) -> Option<String> {
    let start = line.find("ws://")?;
    let rest = &line[start..];
    Some(rest.split_whitespace().next().unwrap_or(rest).to_owned())
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn address_is_found_in_a_banner_line() {
        assert_eq!(
            address("  listening on: ws://127.0.0.1:4321 (pid 7)").as_deref(),
            Some("ws://127.0.0.1:4321")
        );
        assert_eq!(address("codex app-server (WebSockets)"), None);
    }
}
