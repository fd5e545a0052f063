"""Turns against the release binary, and their traces as Jaeger shows them.

Each case brings its own remote parent, so the whole tree below it is known: names, kinds, parents, statuses, attributes.
"""

import pathlib
import secrets
import sys
import tempfile

from jaeger import Jaeger
from server import Server

OTLP = {
    "grpc": lambda jaeger: {"OTEL_EXPORTER_OTLP_ENDPOINT": jaeger.otlp_grpc, "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"},
    "http/protobuf": lambda jaeger: {
        "OTEL_EXPORTER_OTLP_ENDPOINT": jaeger.otlp_http,
        "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
    },
    "http/json": lambda jaeger: {"OTEL_EXPORTER_OTLP_ENDPOINT": jaeger.otlp_http, "OTEL_EXPORTER_OTLP_PROTOCOL": "http/json"},
}


def carrier():
    """A remote parent: trace id, span id, and the envelope's `trace`."""
    trace, parent = secrets.token_hex(16), secrets.token_hex(8)
    return trace, parent, {"traceparent": f"00-{trace}-{parent}-01", "tracestate": "vendor=value"}


class Checks:
    """Collects what does not hold, so that one run shows all of it."""

    def __init__(self, case, spans):
        self.case, self.spans, self.failures = case, spans, []

    def that(self, holds, complaint):
        if not holds:
            self.failures.append(f"{self.case}: {complaint}")

    def names(self, expected):
        found = sorted(span.name for span in self.spans)
        self.that(found == sorted(expected), f"the spans are {found}, not {sorted(expected)}")

    def one(self, name):
        return next((span for span in self.spans if span.name == name), None)

    def span(self, name, kind, parent, status="UNSET", **attributes):
        span = self.one(name)
        if span is None:
            self.that(False, f"there is no span `{name}`")
            return
        self.that(span.kind == kind, f"`{name}` is {span.kind}, not {kind}")
        self.that(span.parent == parent, f"`{name}` has the parent {span.parent or 'none'}, not {parent}")
        self.that(span.status == status, f"`{name}` has status {span.status} ({span.message}), not {status}")
        self.that(span.end >= span.start, f"`{name}` ends before it starts")
        self.that(span.service == "codex-app-server", f"`{name}` is of service {span.service}")
        for key, wanted in attributes.items():
            key = key.replace("__", ".")
            found = span.attributes.get(key)
            if wanted is ANY:
                self.that(found not in (None, ""), f"`{name}` has no {key}")
            elif wanted is NONE:
                self.that(found is None, f"`{name}` has {key} = {found!r}, and should not")
            else:
                self.that(found == wanted, f"`{name}` has {key} = {found!r}, not {wanted!r}")

    def id(self, name):
        span = self.one(name)
        return span.id if span else "missing"


ANY, NONE = object(), object()


def start_turn(server, text):
    """Starts a turn under a fresh remote parent, on a thread of its own."""
    thread = server.request("thread/start", {})["thread"]["id"]
    trace, parent, envelope = carrier()
    turn = server.request(
        "turn/start", {"threadId": thread, "input": [{"type": "text", "text": text}]}, envelope
    )["turn"]["id"]
    return thread, turn, trace, parent


def plain_tree(checks, transport, thread, turn, parent, turn_status, turn_error=False, chat=ANY):
    """The four spans of a turn without tools, design section 4."""
    checks.span(
        "turn/start", "SERVER", parent,
        rpc__system="jsonrpc", rpc__system__name="jsonrpc", rpc__service="codex-app-server", rpc__method="turn/start",
        rpc__transport=transport, rpc__request_id=ANY, jsonrpc__request__id=ANY, app_server__connection_id=ANY,
        app_server__api_version="v2", app_server__client_name="jaeger-check", app_server__client_version="1",
        thread__id=thread, turn__id=turn, error__type=NONE,
    )
    dispatch = next((s.name for s in checks.spans if s.name.startswith("dispatch ")), "dispatch …")
    checks.span(dispatch, "INTERNAL", checks.id("turn/start"))
    checks.span(
        "turn user", "INTERNAL", checks.id(dispatch), "ERROR" if turn_error else "UNSET",
        thread__id=thread, turn__id=turn, codex__turn__kind="user", codex__turn__status=turn_status,
        gen_ai__operation__name="invoke_agent", gen_ai__agent__name=ANY, gen_ai__conversation__id=thread,
        gen_ai__provider__name=ANY, gen_ai__request__model=ANY, error__type=ANY if turn_error else NONE,
    )
    chat_span = next((s.name for s in checks.spans if s.name.startswith("chat ")), "chat …")
    checks.span(
        chat_span, "CLIENT", checks.id("turn user"), "ERROR" if turn_error else "UNSET",
        gen_ai__operation__name="chat", gen_ai__request__model=ANY, gen_ai__provider__name=ANY, server__address=ANY,
        server__port=ANY, gen_ai__usage__input_tokens=ANY if turn_status == "completed" else NONE,
    )
    checks.names(["turn/start", dispatch, "turn user", chat_span])


def case(jaeger, server, name, transport, text, turn_status, interrupt=False):
    thread, turn, trace, parent = start_turn(server, text)
    if interrupt:
        server.notification("item/agentMessage/delta")
        # Request and dispatch have arrived although their turn still runs.
        early = jaeger.wait_for(trace, ["turn/start"])
        late = [span.name for span in early if span.name in ("turn user",)]
        if late or "turn/start" not in [span.name for span in early]:
            yield f"{name}: while the turn runs Jaeger has {[span.name for span in early]}"
        server.request("turn/interrupt", {"threadId": thread, "turnId": turn})
    completed = server.notification("turn/completed")["turn"]
    if completed["status"] != turn_status:
        yield f"{name}: the turn is {completed['status']}, not {turn_status}"
    spans = jaeger.wait_for(trace, ["turn/start", "turn user"])
    checks = Checks(name, spans)
    plain_tree(checks, transport, thread, turn, parent, turn_status, turn_error=turn_status == "failed")
    yield from checks.failures


def refused_request(jaeger, server, transport):
    """A request that fails: its one span says why."""
    trace, parent, envelope = carrier()
    server.last_id += 1
    missing = "00000000-0000-7000-8000-000000000000"
    sent = server.send("turn/start", {"threadId": missing, "input": []}, envelope)
    answer = server.until(lambda m: m.get("id") == sent)
    checks = Checks(f"refused over {transport}", jaeger.wait_for(trace, ["turn/start"]))
    checks.names(["turn/start"])
    checks.that(answer.get("error", {}).get("code") == -32600, f"the answer is {answer}")
    checks.that(
        answer.get("error", {}).get("data", {}).get("traceId") == trace, f"the error does not name its trace: {answer}"
    )
    checks.span("turn/start", "SERVER", parent, "ERROR", error__type=ANY, rpc__response__status_code="-32600")
    yield from checks.failures


def run(jaeger, binary, folder):
    transports = [("stdio", None, "grpc"), ("websocket", "ws://127.0.0.1:0", "http/protobuf"), ("stdio", None, "http/json")]
    for number, (transport, listen, protocol) in enumerate(transports):
        env = {**OTLP[protocol](jaeger), "OTEL_BSP_SCHEDULE_DELAY": "50"}
        with Server(binary, folder / f"home-{number}", env, listen) as server:
            for label, text, status, interrupt in [
                ("plain turn", "say 5", "completed", False),
                ("failing turn", "fail", "failed", False),
                ("interrupted turn", "slow 60", "interrupted", True),
            ]:
                name = f"{label} over {transport}, {protocol}"
                print(f"jaeger: {name}", flush=True)
                yield from case(jaeger, server, name, transport, text, status, interrupt)
            yield from refused_request(jaeger, server, transport)
        if server.code != 0 and transport == "stdio":
            yield f"the server on {transport} exited with {server.code}"


def main():
    binary = str(pathlib.Path(sys.argv[2]).resolve())
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        with Jaeger(sys.argv[1], folder) as jaeger:
            failures = list(run(jaeger, binary, folder))
    for failure in failures:
        print(f"jaeger: FAILED {failure}")
    if failures:
        sys.exit(1)
    print("jaeger: every trace is as designed")


main()
