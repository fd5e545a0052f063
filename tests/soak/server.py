"""The release binary under watch, and the collector of its spans."""

import collections
import http.server
import json
import os
import pathlib
import re
import subprocess
import tempfile
import threading
import time

from wire import PATIENCE, Connection

# Tenths of a second without a change.
STEADY = 120

# Spans that may wait for the collector while memory is measured.
QUEUE = 2048

Usage = collections.namedtuple("Usage", "resident anonymous threads files")


class Collector:
    """Takes OTLP/JSON, and keeps the spans if they are wanted."""

    def __init__(self, keep):
        spans = self.spans = []

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                for resource in json.loads(body).get("resourceSpans", []) if keep else []:
                    for scope in resource.get("scopeSpans", []):
                        spans.extend(scope.get("spans", []))
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"


class Server:
    """The binary with the demo provider, its home in a folder that is thrown away."""

    def __init__(self, binary, keep_spans=False):
        self.collector = Collector(keep_spans)
        self.home = tempfile.TemporaryDirectory(prefix="soak-")
        environment = {
            "CODEX_HOME": self.home.name,
            "HOME": self.home.name,
            "OTEL_EXPORTER_OTLP_ENDPOINT": self.collector.url,
            "OTEL_EXPORTER_OTLP_PROTOCOL": "http/json",
        }
        if not keep_spans:
            # Spans that wait for the collector take memory that is kept for the next burst. A short queue is filled
            # before anything is measured, so that what grows later is something else.
            environment["OTEL_BSP_MAX_QUEUE_SIZE"] = str(QUEUE)
        arguments = [binary, "--listen", "ws://127.0.0.1:0", "-c", "model_provider=demo"]
        self.process = subprocess.Popen(
            arguments, env=environment, cwd=self.home.name, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        self.said = []
        for line in self.process.stderr:
            self.said.append(line)
            if found := re.search(r"listening on: ws://(\S+)", line):
                self.address = found[1]
                break
        else:
            raise SystemExit("the server did not start:\n" + "".join(self.said))
        threading.Thread(target=lambda: self.said.extend(self.process.stderr), daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stderr.close()
        self.home.cleanup()

    def connect(self):
        token = pathlib.Path(self.home.name, "app-server", "token").read_text().strip()
        connection = Connection(self.address, token)
        connection.initialize()
        return connection

    def stop(self):
        """Ends it in order, and returns every span that it exported."""
        self.process.terminate()
        if code := self.process.wait(PATIENCE):
            raise SystemExit(f"the server ended with {code}:\n" + "".join(self.said))
        return self.collector.spans

    def usage(self):
        """What it holds now: memory in KiB, threads of the system, open descriptors."""
        folder = pathlib.Path(f"/proc/{self.process.pid}")
        status = (folder / "status").read_text()
        number = lambda name: int(re.search(rf"^{name}:\s+(\d+)", status, re.M)[1])
        return Usage(number("VmRSS"), number("RssAnon"), number("Threads"), len(os.listdir(folder / "fd")))

    def settled(self, before=None, more=0):
        """Its usage once what comes and goes has gone: spans that wait for export, and the runtime's spare threads.

        With an earlier usage: once it is down to that and so many KiB more, or has had its time.
        """
        deadline = time.monotonic() + PATIENCE
        steady = 0
        usage = self.usage()
        while time.monotonic() < deadline:
            time.sleep(0.1)
            last, usage = usage, self.usage()
            steady = steady + 1 if usage[2:] == last[2:] else 0
            # Spare threads go after ten idle seconds, spans after five; the allocator gives pages back within ten.
            if steady < STEADY:
                continue
            if before is None or usage[2:] == before[2:] and usage.resident <= before.resident + more:
                break
        return usage
