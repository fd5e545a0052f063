"""What stored threads cost a server process, over the wire: a long thread to open, many threads to list.

usage: threads.py SERVER

Prints a table of times and memory. Fails if opening the long thread takes more memory than was promised; times are only
shown, for machines differ.
"""

import contextlib
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import threading
import time
import uuid

TURNS, SIZE = 2000, 50 << 10
THREADS = 10_000
MOST_MB = 30
# Newer ids are larger, as UUIDv7 are.
FIRST_MS = 1_767_312_000_000


def id_of(number):
    return str(uuid.UUID(int=((FIRST_MS + number) << 80) | (7 << 76) | (2 << 62) | number))


def write_thread(home, number, turns, size):
    """A rollout with so many turns, the agent's message of each so long."""
    thread = id_of(number)
    folder = home / "sessions/2026/01/02"
    folder.mkdir(parents=True, exist_ok=True)
    words = "word " * (size // 5)

    def line(record):
        return json.dumps({"v": 1, "at": 1, "record": record}) + "\n"

    def turn(name, status):
        turn = {"id": name, "rootTurnId": name, "items": [], "itemsView": "notLoaded", "status": status, "error": None,
                "startedAt": 1, "completedAt": None, "durationMs": None}  # fmt: skip
        return turn

    state = line({"type": "state", "preview": "hello", "settings": {"model": "demo-model"}})
    usage = dict.fromkeys(
        ["totalTokens", "inputTokens", "cachedInputTokens", "cacheWriteInputTokens", "outputTokens", "reasoningOutputTokens"], 0
    )
    path = folder / f"rollout-2026-01-02T00-00-00-{thread}.jsonl"
    with path.open("w") as file:
        file.write(line({"type": "thread", "id": thread, "created_at_ms": FIRST_MS + number, "cwd": "/p",
                         "model": "demo-model", "model_provider": "demo", "server_version": "0.1.0"}))  # fmt: skip
        for at in range(turns):
            name = id_of((number + 1) * 100_000 + at)
            items = [
                {"type": "userMessage", "id": "u", "clientId": None, "content": [{"type": "text", "text": "hello", "text_elements": []}]},
                {"type": "agentMessage", "id": "a", "text": words, "phase": None, "memoryCitation": None},
            ]
            file.write(line({"type": "turn_started", "turn": turn(name, "inProgress")}) + state)
            file.writelines(line({"type": "item", "turn_id": name, "item": item}) for item in items)
            file.write(line({"type": "turn_ended", "turn": turn(name, "completed"), "usage": usage}) + state)
    return thread, path.stat().st_size


class Server:
    """The server over stdio."""

    def __init__(self, binary, home):
        command = [binary, "-c", "model_provider=demo"]
        environment = {"CODEX_HOME": str(home), "HOME": str(home)}
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        self.process = subprocess.Popen(command, env=environment, cwd=home, **pipes)
        self.said = []
        self.listener = threading.Thread(target=lambda: self.said.extend(self.process.stderr))
        self.listener.start()
        self.last_id = 0
        self.call("initialize", {"clientInfo": {"name": "load", "version": "1"}})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        with contextlib.suppress(ValueError):
            self.process.stdout.read()
        self.process.wait(20)
        self.listener.join()
        self.process.stdout.close()
        self.process.stderr.close()

    def call(self, method, params):
        """The result, and how many milliseconds it took."""
        self.last_id += 1
        request = json.dumps({"id": self.last_id, "method": method, "params": params}).encode() + b"\n"
        begun = time.perf_counter()
        self.process.stdin.write(request)
        self.process.stdin.flush()
        for line in self.process.stdout:
            # Only the answer is read whole: what this script does is no part of the time.
            if line.startswith(b'{"id":%d,' % self.last_id) or b'"id":%d}' % self.last_id in line[-40:]:
                took = (time.perf_counter() - begun) * 1000
                message = json.loads(line)
                if "result" not in message:
                    raise SystemExit(f"{method} was refused: {message}")
                return message["result"], took
        raise SystemExit("the server hung up")

    def memory(self, name):
        """`VmRSS` or `VmHWM` (the highest so far), in MB."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"{name}:\s+(\d+)", status)[1]) / 1024


def open_thread(binary, turns):
    """Times of resuming and of the last page, and the most memory that both took."""
    with tempfile.TemporaryDirectory(prefix="threads-") as folder:
        home = pathlib.Path(folder)
        thread, size = write_thread(home, 0, turns, SIZE)
        with Server(binary, home) as server:
            before = server.memory("VmRSS")
            page = {"limit": 25, "itemsView": "full"}
            params = {"threadId": thread, "excludeTurns": True, "initialTurnsPage": page}
            resumed, resume_ms = server.call("thread/resume", params)
            listed, page_ms = server.call("thread/turns/list", {"threadId": thread, **page})
            most = min(25, turns)
            if len(resumed["initialTurnsPage"]["data"]) != most or len(listed["data"]) != most:
                raise SystemExit("a page has too few turns")
            return size / 1e6, resume_ms, page_ms, server.memory("VmHWM") - before


def list_threads(binary):
    """Times of the first list ever, the first of the next process, and one after it; and what was said on stderr."""
    with tempfile.TemporaryDirectory(prefix="threads-") as folder:
        home = pathlib.Path(folder)
        for number in range(THREADS):
            write_thread(home, number, 1, 2000)
        # A folder that was just written to is looked into: it says so only once it has settled.
        time.sleep(2.5)
        with Server(binary, home) as server:
            rows, made_ms = server.call("thread/list", {"limit": 25})
        said = [line.decode().strip() for line in server.said if b"index" in line]
        with Server(binary, home) as server:
            _, first_ms = server.call("thread/list", {"limit": 25})
            later = sorted(server.call("thread/list", {"limit": 25, "cursor": rows["nextCursor"]})[1] for _ in range(50))
        if len(rows["data"]) != 25 or not said:
            raise SystemExit(f"a page of {len(rows['data'])} threads, and on stderr {said}")
        return made_ms, first_ms, later[25], said


def main():
    binary = str(pathlib.Path(sys.argv[1]).resolve())
    print("| a thread of | MB | `thread/resume` with its last page, ms | the last page alone, ms | memory, MB |")
    print("| --- | ---: | ---: | ---: | ---: |")
    failed = False
    for turns in (20, TURNS):
        size, resume_ms, page_ms, memory = open_thread(binary, turns)
        print(f"| {turns:,} turns | {size:.0f} | {resume_ms:.1f} | {page_ms:.1f} | {memory:.1f} |", flush=True)
        failed |= memory > MOST_MB
    made_ms, first_ms, later_ms, said = list_threads(binary)
    print()
    print(f"| {THREADS:,} threads | ms |")
    print("| --- | ---: |")
    print(f"| the first page ever, the index made from nothing | {made_ms:.0f} |")
    print(f"| the first page of a process | {first_ms:.1f} |")
    print(f"| a page after that | {later_ms:.2f} |")
    print()
    print("on stderr meanwhile: " + " … ".join([said[0], said[-1]]))
    if failed:
        raise SystemExit(f"FAILED: opening a thread takes more than {MOST_MB} MB")


main()
