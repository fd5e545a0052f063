"""A Jaeger of our own: ports that nobody else has, traces in memory, gone at the end."""

import json
import socket
import subprocess
import time
import urllib.error
import urllib.request

CONFIG = """\
service:
  extensions: [jaeger_storage, jaeger_query]
  pipelines:
    traces: {{receivers: [otlp], exporters: [jaeger_storage_exporter]}}
  telemetry:
    metrics: {{level: none}}
    logs: {{level: warn}}
extensions:
  jaeger_storage:
    backends: {{memory: {{memory: {{max_traces: 100000}}}}}}
  jaeger_query:
    storage: {{traces: memory}}
    http: {{endpoint: "127.0.0.1:{query}"}}
    grpc: {{endpoint: "127.0.0.1:{query_grpc}"}}
receivers:
  otlp:
    protocols:
      grpc: {{endpoint: "127.0.0.1:{grpc}"}}
      http: {{endpoint: "127.0.0.1:{http}"}}
exporters:
  jaeger_storage_exporter: {{trace_storage: memory}}
"""

KINDS = {1: "INTERNAL", 2: "SERVER", 3: "CLIENT", 4: "PRODUCER", 5: "CONSUMER"}
STATUSES = {0: "UNSET", 1: "OK", 2: "ERROR"}


def free_ports(count):
    """Ports that were free a moment ago, all different."""
    sockets = [socket.socket() for _ in range(count)]
    for s in sockets:
        s.bind(("127.0.0.1", 0))
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


class Jaeger:
    def __init__(self, binary, folder):
        ports = dict(zip(("query", "query_grpc", "grpc", "http"), free_ports(4)))
        config = folder / "jaeger.yaml"
        config.write_text(CONFIG.format(**ports))
        self.log = open(folder / "jaeger.log", "w+")
        self.process = subprocess.Popen([binary, "--config", str(config)], stdout=self.log, stderr=self.log)
        self.query = f"http://127.0.0.1:{ports['query']}"
        self.otlp_http = f"http://127.0.0.1:{ports['http']}"
        self.otlp_grpc = f"http://127.0.0.1:{ports['grpc']}"
        self._until(60, lambda: self._get("/api/v3/services") is not None, "Jaeger did not start")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.log.close()

    def _until(self, seconds, done, complaint):
        """Jaeger announces nothing, so it is asked again and again."""
        deadline = time.monotonic() + seconds
        while not done():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.log.seek(0)
                raise SystemExit(f"{complaint}\n{self.log.read()[-4000:]}")
            time.sleep(0.05)

    def _get(self, path):
        try:
            with urllib.request.urlopen(self.query + path, timeout=10) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return None
            raise
        except (urllib.error.URLError, ConnectionError):
            return None

    def spans(self, trace_id):
        """What Jaeger has of a trace, now."""
        answer = self._get(f"/api/v3/traces/{trace_id}")
        if not answer:
            return []
        return [
            Span(span, resource.get("resource", {}))
            for resource in answer["result"]["resourceSpans"]
            for scope in resource["scopeSpans"]
            for span in scope["spans"]
        ]

    def wait_for(self, trace_id, names, seconds=20):
        """The spans of a trace, once all of `names` are there. More than those are returned too."""
        found = []

        def complete():
            found[:] = self.spans(trace_id)
            left = [span.name for span in found]
            for name in names:
                if name not in left:
                    return False
                left.remove(name)
            return True

        deadline = time.monotonic() + seconds
        while not complete() and time.monotonic() < deadline:
            time.sleep(0.05)
        return found


def attributes(listed):
    return {a["key"]: next(iter(a["value"].values()), None) for a in listed or []}


class Span:
    """A span as Jaeger's API has it, in words."""

    def __init__(self, raw, resource):
        self.id = raw["spanId"]
        self.parent = raw.get("parentSpanId", "")
        self.name = raw["name"]
        self.kind = KINDS.get(raw.get("kind", 0), raw.get("kind"))
        status = raw.get("status") or {}
        self.status = STATUSES.get(status.get("code", 0), status.get("code"))
        self.message = status.get("message", "")
        # Jaeger adds remarks of its own.
        self.attributes = {k: v for k, v in attributes(raw.get("attributes")).items() if not k.startswith("@jaeger")}
        self.links = [link["spanId"] for link in raw.get("links") or []]
        self.start = int(raw["startTimeUnixNano"])
        self.end = int(raw["endTimeUnixNano"])
        self.service = attributes(resource.get("attributes")).get("service.name")
