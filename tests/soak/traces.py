"""Many requests and turns, each in a trace of its own, at the same time: no span ends up in the wrong one."""

import collections
import secrets
import threading

import wire

CONNECTIONS = 8
# Threads of each connection; each runs one turn at a time.
THREADS = 4


class Expected:
    """What was asked in one trace."""

    def __init__(self, method, thread):
        self.method, self.thread, self.turn = method, thread, None
        self.trace, self.parent = secrets.token_hex(16), secrets.token_hex(8)
        self.carrier = f"00-{self.trace}-{self.parent}-01"


def drive(server, turns, expected, failures):
    try:
        with server.connect() as connection:
            expected.extend(interleave(connection, turns))
    except BaseException as error:  # A thread's failure is the run's.
        failures.append(error)


def interleave(connection, turns):
    """So many turns and as many other requests, as many at a time as there are threads, each in its own trace."""
    idle = [connection.request("thread/start", {})["thread"]["id"] for _ in range(THREADS)]
    asked, waiting, running = [], {}, 0
    left = turns
    while left or waiting or running:
        while idle and left:
            left -= 1
            thread = idle.pop()
            running += 1
            turn = Expected("turn/start", thread)
            waiting[connection.send("turn/start", wire.turn(thread, "say 5"), turn.carrier)] = turn
            other = Expected("thread/read", thread)
            waiting[connection.send("thread/read", {"threadId": thread}, other.carrier)] = other
            asked += [turn, other]
        message = connection.receive()
        if message.get("method") == "turn/completed":
            running -= 1
            idle.append(message["params"]["threadId"])
        elif "method" not in message:
            request = waiting.pop(message["id"])
            found = wire.result(message)
            if request.method == "turn/start":
                request.turn = found["turn"]["id"]
    return asked


def check(request, spans):
    """Whether exactly the spans of a request are in its trace, each under the right one."""
    if request.method == "turn/start":
        names = ["turn/start", "dispatch user_turn", "turn user", "chat demo-model"]
    else:
        names = ["thread/read"]
    by_name = {span["name"]: span for span in spans}
    if len(spans) != len(names) or set(by_name) != set(names):
        return f"{request.method} has the spans {sorted(span['name'] for span in spans)}"
    parent = request.parent
    for name in names:
        span = by_name[name]
        if span.get("parentSpanId") != parent:
            return f"`{name}` is under {span.get('parentSpanId')}, not {parent}"
        parent = span["spanId"]
        tags = {tag["key"]: tag["value"].get("stringValue") for tag in span.get("attributes", [])}
        if tags.get("thread.id", tags.get("gen_ai.conversation.id")) != request.thread:
            return f"`{name}` is of thread {tags.get('thread.id')}, not {request.thread}"
        if tags.get("turn.id", request.turn) != request.turn:
            return f"`{name}` is of turn {tags['turn.id']}, not {request.turn}"
    return None


def run(server, scale):
    """Returns the figures, and what is wrong."""
    turns = 1000 // scale // CONNECTIONS
    expected, failures = [], []
    drivers = [threading.Thread(target=drive, args=(server, turns, expected, failures)) for _ in range(CONNECTIONS)]
    for driver in drivers:
        driver.start()
    for driver in drivers:
        driver.join()
    if failures:
        raise SystemExit(f"a connection failed: {failures[0]}")
    spans = server.stop()

    by_trace = collections.defaultdict(list)
    for span in spans:
        by_trace[span["traceId"]].append(span)
    wrong = [problem for request in expected if (problem := check(request, by_trace.pop(request.trace, [])))]
    # What is left began without a carrier: every such request is a trace of one span.
    own = [span["name"] for spans in by_trace.values() for span in spans]
    wanted = {"initialize": CONNECTIONS, "initialized": CONNECTIONS, "thread/start": CONNECTIONS * THREADS}
    if collections.Counter(own) != wanted or any(len(spans) != 1 for spans in by_trace.values()):
        wrong.append(f"spans outside of the callers' traces: {collections.Counter(own)}, not {wanted}")
    figures = f"{len(expected)} requests, half of them turns, on {CONNECTIONS} connections: {len(spans)} spans in {len(expected)} traces, {len(wrong)} wrong"
    return figures, wrong
