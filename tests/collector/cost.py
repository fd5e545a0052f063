"""What exporting costs a unary request, everything counted: CPU of the whole server until the last span has left.

usage: cost.py SERVER [ROUNDS]; two servers on stdio, one with tracing off and one exporting OTLP/HTTP protobuf, by turns.
"""

import pathlib
import sys
import tempfile
import time

here = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(here), str(here.parent / "jaeger")]
from server import Server  # noqa: E402
from trouble import Collector  # noqa: E402

REQUESTS, IN_FLIGHT = 40_000, 64


def cpu(pid):
    """Microseconds that all threads have run."""
    return sum(int(task.read_text().split()[0]) for task in pathlib.Path(f"/proc/{pid}/task").glob("*/schedstat")) / 1e3


def pump(server):
    pid, wire = server.process.pid, server.process.stdin
    exported = (server.request("server/diagnostics", {})["telemetry"]["spans"] or {}).get("exported")
    before = cpu(pid)
    for _ in range(REQUESTS // IN_FLIGHT):
        lines = []
        for _ in range(IN_FLIGHT):
            server.last_id += 1
            lines.append(b'{"id":%d,"method":"thread/loaded/list","params":{}}\n' % server.last_id)
        wire.write(b"".join(lines))
        wire.flush()
        for _ in range(IN_FLIGHT):
            server.messages.get(timeout=20)
    while exported is not None:
        spans = server.request("server/diagnostics", {})["telemetry"]["spans"]
        if spans["dropped"] or spans["failed"]:
            raise SystemExit(f"spans were lost: {spans}")
        if spans["exported"] >= exported + REQUESTS:
            break
        time.sleep(0.05)
    return (cpu(pid) - before) / REQUESTS


def main(binary, rounds="5"):
    binary = str(pathlib.Path(binary).resolve())
    collector = Collector()
    collector.start()
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        env = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{collector.port}"}
        metrics = env | {"OTEL_METRICS_EXPORTER": "otlp"}
        with Server(binary, folder / "off", {}) as off, Server(binary, folder / "on", env) as on, Server(binary, folder / "metrics", metrics) as both:
            times = [(pump(off), pump(on), pump(both)) for _ in range(int(rounds))]
    off, on, both = (sorted(column)[len(times) // 2] for column in zip(*times))
    print(f"CPU a request, µs: off {off:.2f}, spans exported {on:.2f}, and metrics {both:.2f}; exporting costs {on - off:.2f}")
    if on - off > 8:
        raise SystemExit("exporting costs more than 8 µs")


if __name__ == "__main__":
    main(*sys.argv[1:])
