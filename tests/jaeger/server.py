"""A server of ours and its two transports, with nothing but the standard library."""

import base64
import json
import os
import pathlib
import queue
import re
import socket
import struct
import subprocess
import threading

INITIALIZE = {"clientInfo": {"name": "jaeger-check", "title": None, "version": "1"}, "capabilities": {"experimentalApi": True}}


class Lines:
    """stdio: one message a line."""

    def __init__(self, process):
        self.process = process

    def send(self, text):
        self.process.stdin.write(text.encode() + b"\n")
        self.process.stdin.flush()

    def receive(self):
        return self.process.stdout.readline() or None


class WebSocket:
    """RFC 6455, a client's text frames out and whole text frames in."""

    def __init__(self, address, token):
        host, port = address.rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)))
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(
            f"GET / HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
        )
        self.file = self.socket.makefile("rb")
        if b" 101 " not in self.file.readline():
            raise SystemExit("the websocket handshake was refused")
        while self.file.readline().strip():
            pass

    def _frame(self, opcode, payload):
        mask = os.urandom(4)
        masked = bytes(b ^ mask[i % 4] for i, b in enumerate(payload))
        size = len(payload)
        if size < 126:
            head = struct.pack("!BB", 0x80 | opcode, 0x80 | size)
        else:
            head = struct.pack("!BBH", 0x80 | opcode, 0x80 | 126, size)
        self.socket.sendall(head + mask + masked)

    def send(self, text):
        self._frame(1, text.encode())

    def receive(self):
        while True:
            head = self.file.read(2)
            if len(head) < 2:
                return None
            opcode, size = head[0] & 15, head[1] & 127
            if size == 126:
                (size,) = struct.unpack("!H", self.file.read(2))
            elif size == 127:
                (size,) = struct.unpack("!Q", self.file.read(8))
            payload = self.file.read(size)
            if opcode == 9:
                self._frame(10, payload)
            elif opcode == 8:
                return None
            elif opcode == 1:
                return payload


class Server:
    """The release binary as a child, its home in a folder that is thrown away."""

    def __init__(self, binary, folder, env, listen=None):
        folder.mkdir()
        command = [binary, "--listen", listen or "stdio://", "-c", "model_provider=demo"]
        environment = {k: v for k, v in os.environ.items() if not k.startswith("OTEL_") and k != "TRACEPARENT"}
        environment.update(CODEX_HOME=str(folder), **env)
        self.stderr = open(folder / "stderr.log", "w+")
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if listen else self.stderr,
            env=environment,
            cwd=folder,
        )
        self.wire = WebSocket(*self._address()) if listen else Lines(self.process)
        self.messages = queue.Queue()
        self.last_id = 0
        threading.Thread(target=self._read, daemon=True).start()
        self.request("initialize", INITIALIZE)
        self.wire.send(json.dumps({"method": "initialized"}))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        """Ends the server in the way of its transport, which makes it export what it still has."""
        if isinstance(self.wire, Lines):
            self.process.stdin.close()
        else:
            self.process.terminate()
        try:
            self.code = self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise SystemExit("the server did not end within 20 s")
        self.stderr.close()

    def _address(self):
        for line in self.process.stderr:
            if found := re.search(rb"token: in (\S.*)", line):
                token = pathlib.Path(found.group(1).decode()).read_text().strip()
            found = re.search(rb"ws://([0-9.]+:[0-9]+)", line)
            if found:
                threading.Thread(target=self.process.stderr.read, daemon=True).start()
                return found.group(1).decode(), token
        raise SystemExit("the server ended without saying where it listens")

    def _read(self):
        while (text := self.wire.receive()) is not None:
            self.messages.put(json.loads(text))
        self.messages.put(None)

    def send(self, method, params, trace=None):
        self.last_id += 1
        message = {"id": self.last_id, "method": method, "params": params}
        if trace:
            message["trace"] = trace
        self.wire.send(json.dumps(message))
        return self.last_id

    def until(self, wanted, seconds=20):
        """The next message that `wanted` likes; those before it are dropped."""
        while True:
            try:
                message = self.messages.get(timeout=seconds)
            except queue.Empty:
                raise SystemExit(f"nothing came for {seconds} s")
            if message is None:
                raise SystemExit("the server hung up")
            if wanted(message):
                return message

    def request(self, method, params, trace=None):
        sent = self.send(method, params, trace)
        answer = self.until(lambda m: m.get("id") == sent and "method" not in m)
        if "error" in answer:
            raise SystemExit(f"{method}: {answer['error']}")
        return answer["result"]

    def notification(self, method):
        return self.until(lambda m: m.get("method") == method)["params"]
