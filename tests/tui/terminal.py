"""The UI in a terminal of its own: keys in, screen out."""

import os
import re
import shlex
import subprocess
import time

COLUMNS, ROWS = 120, 45

# What the UI says of its own machine; a server has no part in it.
OF_THE_MACHINE = ("could not find bubblewrap",)

# Every message of trouble that the UI has for its user begins with one of these, or says one of the words.
TROUBLE = re.compile(r"^\s*(■|✘|⚠)|\b(error|failed|panicked|disconnected|unsupported|not available)\b", re.IGNORECASE)
# The second is counted by `warnings`, the third is what `/status` says of an account that there is none of.
HARMLESS = ("■ Conversation interrupted", "f2 to view", "data not available yet")


class Terminal:
    """A tmux server with one window. The socket is in the scratch folder, so nobody else's windows are met."""

    def __init__(self, folder, name, command, env):
        self.socket = str(folder / f"{name}.tmux")
        self.seen = []
        words = ["env", *(f"{key}={value}" for key, value in env.items()), *command]
        status = folder / f"{name}.status"
        self.status = status
        # The window stays after the program has ended, so that its last words can be read.
        script = f"{shlex.join(words)}; echo $? > {shlex.quote(str(status))}; exec cat"
        self._tmux("-f", "/dev/null", "new-session", "-d", "-x", str(COLUMNS), "-y", str(ROWS), "-c", env["PWD"], script)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        subprocess.run(["tmux", "-S", self.socket, "kill-server"], check=False, capture_output=True)

    def _tmux(self, *arguments):
        environment = {key: value for key, value in os.environ.items() if not key.startswith("TMUX")}
        # UTF-8 whatever the locale: the screen is full of marks that ASCII does not have.
        command = ["tmux", "-u", "-S", self.socket, *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout

    def screen(self):
        text = self._tmux("capture-pane", "-p")
        if not self.seen or self.seen[-1] != text:
            self.seen.append(text)
        return text

    def until(self, wanted, seconds=30):
        """The first screen that matches the pattern. The screen announces nothing, so it is looked at again and again."""
        deadline = time.monotonic() + seconds
        while not re.search(wanted, screen := self.screen(), re.MULTILINE):
            if time.monotonic() > deadline:
                raise SystemExit(f"tui: the screen never showed {wanted!r}; it shows\n{screen}")
            time.sleep(0.05)
        return screen

    def press(self, *keys):
        self._tmux("send-keys", *keys)

    def type(self, text):
        """Types text and sends it off, once the UI has taken it in: a quick Enter would count as part of a paste."""
        self._tmux("send-keys", "-l", text)
        self.until(rf"^› {re.escape(text)}\s*$")
        time.sleep(0.3)
        self.press("Enter")

    def choose(self, key, gone, seconds=30):
        """Answers a dialog, which takes no keys in its first moments and says nothing of that: the key is pressed until the
        dialog has gone."""
        deadline = time.monotonic() + seconds
        while re.search(gone, self.screen()):
            if time.monotonic() > deadline:
                raise SystemExit(f"tui: {key!r} does not answer {gone!r}; it shows\n{self.screen()}")
            self.press(key)
            time.sleep(0.5)

    def exit_code(self, seconds=20):
        deadline = time.monotonic() + seconds
        while not self.status.exists() or not self.status.read_text().strip():
            if time.monotonic() > deadline:
                raise SystemExit(f"tui: it did not end; it shows\n{self.screen()}")
            time.sleep(0.05)
        return int(self.status.read_text())

    def warnings(self):
        """What the UI keeps back behind F2, read and put away one by one."""
        found = []
        while re.search(r"⚠ \d+ warnings? · f2 to view", self.screen()):
            self.press("F2")
            shown = self.until(r"^\s*Warnings · 1 of")
            text = re.search(r"Warnings · 1 of.*?\n(.*?)\n\s*k keep", shown, re.DOTALL).group(1)
            self.seen.pop()
            found.append(" ".join(text.split()))
            self.press("Escape")
            self._gone(r"Warnings · 1 of")
            self.seen.pop()
            time.sleep(0.3)
        return [text for text in found if not any(known in text for known in OF_THE_MACHINE)]

    def _gone(self, pattern, seconds=10):
        deadline = time.monotonic() + seconds
        while re.search(pattern, self.screen()):
            if time.monotonic() > deadline:
                raise SystemExit(f"tui: {pattern!r} does not go away")
            time.sleep(0.05)

    def trouble(self):
        """Every line of every screen seen that tells of trouble."""
        lines = {line.strip() for screen in self.seen for line in screen.splitlines() if TROUBLE.search(line)}
        return sorted(line for line in lines if not any(known in line for known in HARMLESS))
