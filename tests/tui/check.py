"""A whole session with the official terminal UI: start, turns, a question to two UIs, Esc, `/status`, the list, resume after
a restart."""

import os
import pathlib
import re
import signal
import subprocess
import sys
import threading

import spans
from terminal import Terminal

PROMPT = "Good morning to you"
IDLE = r"^› Ask Codex to do anything"


class Server:
    """The release binary on a websocket with the scripted model, its spans in files of its home."""

    def __init__(self, binary, home, project):
        command = [binary, "--listen", "ws://127.0.0.1:0", "-c", "model_provider=demo", "-c", "otel.trace_exporter=file"]
        environment = {k: v for k, v in os.environ.items() if not k.startswith("OTEL_") and k != "TRACEPARENT"}
        environment.update(CODEX_HOME=str(home), HOME=str(home))
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment, cwd=project)
        self.url = None
        for line in self.process.stderr:
            if found := re.search(r"token: in (\S.*)", line):
                self.token = pathlib.Path(found.group(1)).read_text().strip()
            if found := re.search(r"ws://[0-9.]+:[0-9]+", line):
                self.url = found.group()
                break
        if self.url is None:
            raise SystemExit("tui: the server ended without saying where it listens")
        threading.Thread(target=self.process.stderr.read, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.code = self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise SystemExit("tui: the server did not end within 20 s")


class Session:
    """Everything that both halves of the session share."""

    def __init__(self, ui, binary, scratch):
        self.ui, self.binary, self.scratch = ui, binary, scratch
        self.home, self.project, self.ui_home = (scratch / name for name in ("home", "project", "ui"))
        for folder in (self.home, self.project, self.ui_home):
            folder.mkdir()
        # The UI's own settings: it asks nobody but the server.
        self.ui_home.joinpath("config.toml").write_text(
            "check_for_update_on_startup = false\n[analytics]\nenabled = false\n[feedback]\nenabled = false\n"
        )
        self.failures = []

    def server(self):
        return Server(self.binary, self.home, self.project)

    def terminal(self, name, server, *arguments):
        env = {"CODEX_HOME": str(self.ui_home), "PWD": str(self.project), "TERM": "xterm-256color", "SERVER_TOKEN": server.token}
        return Terminal(self.scratch, name, [self.ui, *arguments, "--remote", server.url, "--remote-auth-token-env", "SERVER_TOKEN"], env)

    def leave(self, terminal):
        """Ends the UI as a user does, and keeps what it complained of."""
        self.failures += [f"a warning: {text}" for text in terminal.warnings()]
        terminal.type("/quit")
        code = terminal.exit_code()
        if code != 0:
            self.failures.append(f"the UI exited with {code}: {terminal.screen().strip()[-2000:]}")
        self.failures += [f"on the screen: {line}" for line in terminal.trouble()]


def step(text):
    print(f"tui: {text}", flush=True)


def first_half(session):
    with session.server() as server, session.terminal("first", server) as terminal:
        step("the session starts")
        terminal.until(r"OpenAI Codex \(v[0-9.]+\)")
        terminal.until(IDLE)
        terminal.until(r"^\s*demo-model\b.*/project")

        step("a turn answers")
        terminal.type(PROMPT)
        terminal.until(r"^• Hello from the demo model.*\n.*\n+\s*Worked for")
        terminal.until(IDLE)

        step("a turn with a tool shows its plan")
        terminal.type("plan")
        terminal.until(r"^• Updated Plan")
        terminal.until(r"(?s)Updated Plan.*Worked for")
        terminal.until(IDLE)

        two_at_once(session, server, terminal)

        step("Esc interrupts a turn")
        terminal.type("slow 600")
        terminal.until(r"^• tick tick")
        terminal.press("Escape")
        terminal.until(r"Conversation interrupted")
        terminal.until(IDLE)

        step("/status shows the server, the model and the thread")
        terminal.type("/status")
        shown = terminal.until(r"^\s*Session:\s+[0-9a-f]{8}-")
        for wanted in (rf"Server:\s+{re.escape(server.url)}", r"Model:\s+demo-model", r"Model provider:\s+demo", r"Token usage:\s+[0-9]"):
            if not re.search(wanted, shown):
                session.failures.append(f"/status does not show {wanted!r}:\n{shown}")
        session.leave(terminal)
        return re.search(r"Session:\s+([0-9a-f-]{36})", shown).group(1)


def two_at_once(session, server, first):
    """A second UI joins while the first is asked: both show the question, one answers, both go on."""
    step("a command asks before it leaves the sandbox")
    made = session.project / "made"
    question = r"(?s)Would you like to run the following command\?.*You asked the demo for it.*\$ touch made"
    first.type("ask touch made")
    first.until(question)

    step("a second UI joins meanwhile and is asked too")
    with session.terminal("joined", server, "resume", "--last") as second:
        second.until(question)
        if made.exists():
            session.failures.append("the command ran before anybody allowed it")

        step("it answers, and the question is gone from both")
        second.choose("y", gone=r"Would you like to run")
        for terminal in (second, first):
            terminal.until(r"(?s)• Ran touch made.*The tool has answered.*Worked for")
            terminal.until(IDLE)
        if not made.exists():
            session.failures.append("the command that was allowed did not run")
        session.leave(second)


def second_half(session, thread):
    """After a restart of the server: the thread is in the list, comes back, and goes on."""
    with session.server() as server, session.terminal("second", server, "resume") as terminal:
        step("the list shows the thread after a restart of the server")
        terminal.until(r"Resume a previous session")
        terminal.until(rf"^\s*›.*{PROMPT}")

        step("the thread comes back, and takes another turn")
        terminal.press("Enter")
        terminal.until(rf"(?s)› {PROMPT}.*Hello from the demo model")
        terminal.until(IDLE)
        terminal.type("And good night")
        terminal.until(r"(?s)› And good night.*Hello from the demo model.*Worked for")
        terminal.type("/status")
        terminal.until(rf"^\s*Session:\s+{thread}")
        session.leave(terminal)


def at_the_command_line(session):
    """`exec` has no window: it asks on the terminal that it was started from."""
    step("exec asks at the terminal, and runs what is allowed")
    home = session.scratch / "exec"
    home.mkdir()
    command = [session.binary, "exec", "-c", "model_provider=demo", "ask touch typed"]
    env = {"CODEX_HOME": str(home), "HOME": str(home), "PWD": str(session.project), "TERM": "xterm-256color"}
    with Terminal(session.scratch, "exec", command, env) as terminal:
        # What is typed before the question stands there whole is not taken for its answer.
        terminal.until(r"(?s)May this run\?.*You asked the demo for it.*run: /bin/bash -lc 'touch typed'.*ancel the turn:")
        terminal.press("y", "Enter")
        terminal.until(r"(?s)ran /bin/bash -lc 'touch typed' \(exit code 0\).*The tool has answered")
        if terminal.exit_code() != 0 or not (session.project / "typed").exists():
            session.failures.append("exec did not run what was allowed")


def main():
    ui, binary, scratch = sys.argv[1], str(pathlib.Path(sys.argv[2]).resolve()), pathlib.Path(sys.argv[3])
    session = Session(ui, binary, scratch)
    thread = first_half(session)
    second_half(session, thread)
    at_the_command_line(session)
    step("every turn is one clean trace")
    expected = [
        ("completed", [], 0),
        ("completed", ["execute_tool update_plan"], 0),
        ("completed", ["execute_tool shell_command"], 1),
        ("interrupted", [], 0),
        ("completed", [], 0),
    ]
    session.failures += spans.problems(spans.traces(session.home / "otel"), thread, expected)
    for failure in session.failures:
        print(f"tui: FAILED {failure}")
    if session.failures:
        sys.exit(1)
    print("tui: the whole session works, with no error on the screen")


main()
