"""The traces that the server wrote to its file, checked for exactly the spans that belong there."""

import collections
import json

KINDS = {1: "INTERNAL", 2: "SERVER", 3: "CLIENT", 4: "PRODUCER", 5: "CONSUMER"}


class Span:
    def __init__(self, raw):
        self.trace, self.id, self.parent = raw["traceId"], raw["spanId"], raw.get("parentSpanId", "")
        self.name, self.kind = raw["name"], KINDS[raw["kind"]]
        self.start, self.end = int(raw["startTimeUnixNano"]), int(raw["endTimeUnixNano"])
        self.failed = (raw.get("status") or {}).get("code") == 2
        self.message = (raw.get("status") or {}).get("message", "")
        self.attributes = {a["key"]: next(iter(a["value"].values()), None) for a in raw.get("attributes", [])}


def traces(folder):
    """All traces in the folder's files: OTLP/JSON, one export a line."""
    found = collections.defaultdict(list)
    for path in sorted(folder.glob("traces*.jsonl")):
        for line in path.read_text().splitlines():
            for resource in json.loads(line)["resourceSpans"]:
                for scope in resource["scopeSpans"]:
                    for raw in scope["spans"]:
                        span = Span(raw)
                        found[span.trace].append(span)
    return found


ASKED = "item/commandExecution/requestApproval"


# Two UIs note that the same turn was read, each by the revision that it knows: one of them comes second, and asks again.
RACES = {(name, "read state changed") for name in ("thread/readState/update", "dispatch set_read")}


def of_turn(spans, tools, asked):
    """What is wrong with the trace of a turn: request, dispatch, turn, a chat for each answer of the model, a span for each
    tool call, and one below that for each question to the user, however many UIs showed it."""
    expected = [("turn/start", "SERVER", None), ("dispatch user_turn", "INTERNAL", "turn/start")]
    expected.append(("turn user", "INTERNAL", "dispatch user_turn"))
    expected += [("chat demo-model", "CLIENT", "turn user")] * (len(tools) + 1)
    expected += [(tool, "INTERNAL", "turn user") for tool in tools]
    expected += [(ASKED, "CLIENT", "execute_tool shell_command")] * asked
    names = {span.id: span.name for span in spans}
    found = [(span.name, span.kind, names.get(span.parent) if span.parent else None) for span in spans]
    if sorted(map(str, found)) != sorted(map(str, expected)):
        yield f"the spans are {sorted(map(str, found))}, not {sorted(map(str, expected))}"
    turn = next((span for span in spans if span.name == "turn user"), None)
    for span in spans:
        if span.end < span.start:
            yield f"`{span.name}` ends before it starts"
        if turn and span.name.startswith(("chat", "execute_tool")) and not turn.start <= span.start <= span.end <= turn.end:
            yield f"`{span.name}` is not within its turn"


def problems(found, thread, expected_turns):
    """What is wrong with all traces of a session. `expected_turns` are status, tools and questions of each turn of the
    thread, in order. The UI also runs turns of its own, on threads that it throws away, to find names for threads."""
    turns = []
    for spans in found.values():
        for span in spans:
            if span.failed and (span.name, span.message) not in RACES:
                yield f"`{span.name}` failed: {span.message}"
        root = next((span for span in spans if not span.parent), None)
        if root is None or root.kind != "SERVER":
            yield f"a trace has no request at its root: {[span.name for span in spans]}"
            continue
        for key, wanted in (("rpc.transport", "websocket"), ("app_server.client_name", "codex-tui")):
            if root.attributes.get(key) != wanted:
                yield f"`{root.name}` has {key} = {root.attributes.get(key)!r}, not {wanted!r}"
        turn = next((span for span in spans if span.name == "turn user"), None)
        if turn is None:
            if any(span.kind != "SERVER" and not span.name.startswith("dispatch ") for span in spans):
                yield f"`{root.name}` has spans that only turns have: {[span.name for span in spans]}"
            continue
        tools = [span.name for span in spans if span.name.startswith("execute_tool")]
        asked = sum(span.name == ASKED for span in spans)
        yield from (f"turn {turn.attributes.get('turn.id')}: {problem}" for problem in of_turn(spans, tools, asked))
        if turn.attributes.get("thread.id") == thread:
            turns.append((turn.start, turn.attributes.get("codex.turn.status"), tools, asked))
    shown = [turn[1:] for turn in sorted(turns)]
    if shown != expected_turns:
        yield f"the turns of the user's thread are {shown}, not {expected_turns}"
