"""Latency, memory and counters of a server under load while its collector is killed, hangs, answers 503, and comes back.

usage: trouble.py SERVER [SECONDS A PHASE]; prints a table, and fails where a bound is broken.
"""

import http.server
import os
import pathlib
import socket
import socketserver
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "jaeger"))
from server import Server  # noqa: E402


class Collector:
    """A collector on one port that can be told how to behave. It counts requests that it took, not spans."""

    def __init__(self, port=0):
        outer = self
        self.mode, self.taken, self.running = "healthy", 0, None

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                left = int(self.headers["content-length"])
                while left > 0:
                    left -= len(self.rfile.read(min(left, 1 << 20)))
                while outer.mode == "hung" and outer.running is not None:
                    time.sleep(0.05)
                status = 503 if outer.mode == "busy" else 200
                outer.taken += status == 200
                self.send_response(status)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.handler, self.port = Handler, port

    def start(self):
        class Listening(socketserver.ThreadingTCPServer):
            allow_reuse_address = daemon_threads = True
            block_on_close = False

            def process_request(inner, request, address):
                inner.open = getattr(inner, "open", []) + [request]
                super().process_request(request, address)

            def handle_error(inner, *_):
                pass

        self.running = Listening(("127.0.0.1", self.port), self.handler)
        self.port = self.running.server_address[1]
        threading.Thread(target=self.running.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def kill(self):
        running, self.running = self.running, None
        running.shutdown()
        running.server_close()
        for connection in getattr(running, "open", []):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


def resident(pid):
    return int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def load(server, seconds):
    """Requests one at a time for so long; returns median and p99 in microseconds, requests, and memory: the highest and the last."""
    times, highest, end = [], 0.0, time.monotonic() + seconds
    out, into = server.process.stdin, server.wire.process.stdout
    while (now := time.monotonic()) < end:
        server.last_id += 1
        message = b'{"id":%d,"method":"thread/loaded/list","params":{}}\n' % server.last_id
        begun = time.perf_counter_ns()
        out.write(message)
        out.flush()
        server.messages.get(timeout=20)
        times.append(time.perf_counter_ns() - begun)
        if len(times) % 2000 == 0:
            highest = max(highest, resident(server.process.pid))
    times.sort()
    last = resident(server.process.pid)
    return times[len(times) // 2] / 1e3, times[len(times) * 99 // 100] / 1e3, len(times), max(highest, last), last


def spans_of(server):
    return server.request("server/diagnostics", {})["telemetry"]["spans"]


def main(binary, seconds="60"):
    binary, seconds = str(pathlib.Path(binary).resolve()), float(seconds)
    collector = Collector()
    collector.start()
    with tempfile.TemporaryDirectory() as scratch:
        env = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{collector.port}"}
        with Server(binary, pathlib.Path(scratch) / "home", env) as server:
            load(server, 2)
            print("| collector | p50, µs | p99, µs | requests | resident, MB: highest | at the end | exported | dropped | failed | waiting |")
            print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
            before, rows = None, {}
            for phase in ("healthy", "killed", "back", "hung", "healthy again", "busy (503)", "back once more"):
                if phase == "killed":
                    collector.kill()
                elif phase == "back":
                    collector.start()
                collector.mode = {"hung": "hung", "busy (503)": "busy"}.get(phase, "healthy")
                p50, p99, count, memory, last = load(server, seconds if phase in ("killed", "hung", "busy (503)") else min(seconds, 15))
                counted = spans_of(server)
                rows[phase] = (p50, p99, memory, last, counted)
                print(f"| {phase} | {p50:.0f} | {p99:.0f} | {count:,} | {memory:.0f} | {last:.0f} | {counted['exported']:,} | {counted['dropped']:,} | {counted['failed']:,} | {counted['queued']:,} |", flush=True)
            problems = []
            base = rows["healthy"]
            for phase in ("killed", "hung", "busy (503)"):
                for name, at in (("p50", 0), ("p99", 1)):
                    if rows[phase][at] > 2 * base[at]:
                        problems.append(f"{name} while {phase}: {rows[phase][at]:.0f} µs, before {base[at]:.0f} µs")
            for phase, earlier in (("back", "killed"), ("healthy again", "hung"), ("back once more", "busy (503)")):
                if rows[phase][4]["exported"] <= rows[earlier][4]["exported"]:
                    problems.append(f"no spans flow: {phase}")
                if rows[phase][3] > rows[earlier][2] / 2:
                    problems.append(f"memory is not given back: {phase}")
            if problems:
                raise SystemExit("\n".join(problems))


if __name__ == "__main__":
    main(*sys.argv[1:])
