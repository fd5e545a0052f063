"""A turn exported to a real collector over every protocol, plain, with TLS, mutual TLS and authentication: same spans."""

import pathlib
import subprocess
import sys
import tempfile

here = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(here.parent / "jaeger"))
from jaeger import Jaeger, free_ports  # noqa: E402
from server import Server  # noqa: E402

WAYS = ("PLAIN", "TLS", "MUTUAL", "AUTH")
PROTOCOLS = ("grpc", "http/protobuf", "http/json")
NAMES = ("turn/start", "dispatch user_turn", "turn user", "chat demo-model")


def certificates(folder):
    """An authority, a server's and a client's certificate of it, and an authority that signed nothing."""

    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    for name in ("ca", "other"):
        openssl("req", "-x509", *key, "-keyout", f"{name}.key", "-out", f"{name}.pem", "-days", "1", "-subj", f"/CN={name}")
    (folder / "san").write_text("subjectAltName=IP:127.0.0.1\n")
    for name in ("server", "client"):
        openssl("req", *key, "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}")
        openssl(
            "x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
            "-out", f"{name}.pem", "-days", "1", "-extfile", "san",
        )  # fmt: skip


class Collector(Jaeger):
    """The collector; what it stores is asked for as from any Jaeger."""

    def __init__(self, binary, folder):
        names = [f"PORT_{way}_{kind}" for way in WAYS for kind in ("GRPC", "HTTP")] + ["PORT_QUERY_GRPC", "PORT_QUERY"]
        self.ports = dict(zip(names, map(str, free_ports(len(names)))))
        text = (here / "collector.yaml").read_text().replace("CERTIFICATES", str(folder))
        for name, port in sorted(self.ports.items(), reverse=True):
            text = text.replace(name, port)
        (folder / "collector.yaml").write_text(text)
        self.log = open(folder / "collector.log", "w+")
        command = [binary, "--config", str(folder / "collector.yaml")]
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log)
        self.query = f"http://127.0.0.1:{self.ports['PORT_QUERY']}"
        self._until(60, lambda: self._get("/api/v3/services") is not None, "the collector did not start")


def settings(collector, folder, way, protocol):
    kind = "GRPC" if protocol == "grpc" else "HTTP"
    scheme = "https" if way in ("TLS", "MUTUAL") else "http"
    env = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"{scheme}://127.0.0.1:{collector.ports[f'PORT_{way}_{kind}']}",
        "OTEL_EXPORTER_OTLP_PROTOCOL": protocol,
    }
    if scheme == "https":
        env["OTEL_EXPORTER_OTLP_CERTIFICATE"] = str(folder / "ca.pem")
    if way == "MUTUAL":
        env["OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE"] = str(folder / "client.pem")
        env["OTEL_EXPORTER_OTLP_CLIENT_KEY"] = str(folder / "client.key")
    if way == "AUTH":
        # agent:s3cret
        env["OTEL_EXPORTER_OTLP_HEADERS"] = "authorization=Basic%20YWdlbnQ6czNjcmV0"
    if way == "AUTH" and protocol == "grpc":
        env["OTEL_EXPORTER_OTLP_COMPRESSION"] = "gzip"
    return env


def turn(binary, folder, env, number):
    """Runs a turn; returns its trace, and what the server said on stderr."""
    trace = f"{number:032x}"
    home = folder / f"home-{number}"
    with Server(binary, home, env) as server:
        thread = server.request("thread/start", {})["thread"]["id"]
        params = {"threadId": thread, "input": [{"type": "text", "text": "hello"}]}
        server.request("turn/start", params, {"traceparent": f"00-{trace}-00f067aa0ba902b7-01"})
        server.notification("turn/completed")
    return trace, (home / "stderr.log").read_text()


def shape(spans):
    """What must be the same whatever way the spans came."""
    names = {span.id: span.name for span in spans}
    return sorted((span.name, span.kind, span.status, names.get(span.parent), sorted(span.attributes)) for span in spans)


def main(jaeger, binary):
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        certificates(folder)
        with Collector(jaeger, folder) as collector:
            expected, number = None, 0
            for way in WAYS:
                for protocol in PROTOCOLS:
                    number += 1
                    env = settings(collector, folder, way, protocol)
                    trace, stderr = turn(binary, folder, env, number)
                    spans = collector.wait_for(trace, NAMES)
                    assert sorted(span.name for span in spans) == sorted(NAMES), (way, protocol, spans, stderr)
                    expected = expected or shape(spans)
                    assert shape(spans) == expected, (way, protocol, shape(spans), expected)
                    print(f"ok: {way.lower()} {protocol}: {len(spans)} spans")
            for protocol in PROTOCOLS:
                number += 1
                env = settings(collector, folder, "TLS", protocol) | {
                    "OTEL_EXPORTER_OTLP_CERTIFICATE": str(folder / "other.pem")
                }
                trace, stderr = turn(binary, folder, env, number)
                assert stderr.count("spans cannot be exported") == 1, stderr
                assert not collector.spans(trace)
                print(f"ok: wrong authority {protocol}: one warning, the turn went on")
            number += 1
            env = settings(collector, folder, "AUTH", "http/protobuf") | {"OTEL_EXPORTER_OTLP_HEADERS": "authorization=Basic%20bm8="}
            _, stderr = turn(binary, folder, env, number)
            assert stderr.count("spans cannot be exported") == 1 and "401" in stderr and "bm8" not in stderr, stderr
            print("ok: wrong credential: one warning that does not repeat it")
            for protocol in PROTOCOLS:
                number += 1
                env = settings(collector, folder, "PLAIN", protocol) | {
                    "OTEL_METRICS_EXPORTER": "otlp", "OTEL_LOGS_EXPORTER": "otlp", "RUST_LOG": "info"
                }  # fmt: skip
                before = len((folder / "collector.log").read_text())
                turn(binary, folder, env, number)
                said = (folder / "collector.log").read_text()[before:]
                for words in ("rpc.server.call.duration", "gen_ai.client.token.usage", "codex.turn.duration", "turn ended"):
                    assert words in said, (protocol, words, said[-3000:])
                print(f"ok: metrics and log records {protocol}")


if __name__ == "__main__":
    main(*sys.argv[1:])
