"""What a server holds after many turns, and after many connections, beside what it held before."""

import threading

import server as watched
import wire

# The most that resident memory may grow, in KiB.
BOUND = 2048
# Connections that are open at the same time.
WORKERS = 8
# Turns are spread over so many threads: each then has a short history, which costs little to send and to keep.
THREADS = 50
# What the demo model counts as one token, in bytes of the request.
TOKEN = 4


class Conversations:
    """Turns of a fixed number of threads, one after the other."""

    def __init__(self, connection):
        self.connection = connection
        self.threads = [connection.request("thread/start", {})["thread"]["id"] for _ in range(THREADS)]
        self.sent = dict.fromkeys(self.threads, 0)

    def run(self, turns):
        for number in range(turns):
            thread = self.threads[number % THREADS]
            self.connection.send("turn/start", wire.turn(thread, "say 20"))
            self.turn(thread)

    def turn(self, thread):
        """Reads to the end of a turn, which must be a good one."""
        while True:
            message = self.connection.receive()
            params = message.get("params", {})
            if message.get("method") == "thread/tokenUsage/updated":
                self.sent[thread] = params["tokenUsage"]["last"]["inputTokens"] * TOKEN
            elif message.get("method") == "turn/completed":
                if params["turn"]["status"] != "completed":
                    raise SystemExit(f"a turn went wrong: {message}")
                return

    def history(self):
        """KiB of all conversations, as the model is sent them."""
        return sum(self.sent.values()) // 1024


def turns(server, scale):
    """The histories of the threads grow, as they must; their size is taken off."""
    first, last = 100, 100 + 1000 // scale
    with server.connect() as connection:
        fill_queue(connection)
        conversations = Conversations(connection)
        conversations.run(first)
        before, history = server.settled(), conversations.history()
        conversations.run(last - first)
        after, history = server.settled(before, BOUND), conversations.history() - history
    return report(f"turns {first} to {last}", before, after, history)


def connections(server, scale):
    """Opened, used and closed, eight at a time."""
    count = 10_000 // scale
    with server.connect() as connection:
        fill_queue(connection)
    churn(server, 1000)
    before = server.settled()
    churn(server, count)
    after = server.settled(before, BOUND)
    return report(f"{count} connections opened and closed", before, after, 0)


def fill_queue(connection):
    """More requests at a time than spans may wait."""
    for _ in range(4):
        asked = [connection.send("thread/loaded/list", {}) for _ in range(watched.QUEUE // 4)]
        for _ in asked:
            wire.result(connection.receive())


def churn(server, count):
    failures = []

    def work():
        try:
            for _ in range(count // WORKERS):
                with server.connect() as connection:
                    connection.request("thread/loaded/list", {})
        except BaseException as error:  # A thread's failure is the run's.
            failures.append(error)

    workers = [threading.Thread(target=work) for _ in range(WORKERS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if failures:
        raise SystemExit(f"a connection failed: {failures[0]}")


def report(what, before, after, history):
    grown = after.resident - before.resident
    wrong = []
    if grown - history > BOUND:
        wrong.append(f"{what}: resident memory grew by {grown} KiB, {history} of it history; {BOUND} are allowed")
    if after.threads != before.threads:
        wrong.append(f"{what}: {before.threads} threads of the system before, {after.threads} after")
    if after.files != before.files:
        wrong.append(f"{what}: {before.files} descriptors before, {after.files} after")
    figures = (
        f"{what}: resident {before.resident} to {after.resident} KiB ({grown:+}, history {history}), "
        f"threads {before.threads} to {after.threads}, descriptors {before.files} to {after.files}"
    )
    return figures, wrong
