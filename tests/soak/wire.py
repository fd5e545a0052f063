"""A websocket client with nothing but the standard library, as small as the soak needs it."""

import base64
import json
import os
import socket
import struct

INITIALIZE = {"clientInfo": {"name": "soak", "version": "1"}}
# No wait is longer: a server that hangs fails the run.
PATIENCE = 60


class Connection:
    def __init__(self, address, token):
        host, port = address.rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)), timeout=PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(
            f"GET / HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
        )
        self.file = self.socket.makefile("rb")
        status = self.file.readline()
        if b" 101 " not in status:
            raise SystemExit(f"the websocket handshake was refused: {status!r}")
        while self.file.readline().strip():
            pass
        self.last_id = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _frame(self, opcode, payload):
        size = len(payload)
        if size < 126:
            head = struct.pack("!BB", 0x80 | opcode, 0x80 | size)
        else:
            head = struct.pack("!BBH", 0x80 | opcode, 0x80 | 126, size)
        # A mask of zeros leaves the payload as it is.
        self.socket.sendall(head + b"\0\0\0\0" + payload)

    def send(self, method, params, trace=None):
        """Sends a request and returns its id."""
        self.last_id += 1
        message = {"id": self.last_id, "method": method, "params": params}
        if trace:
            message["trace"] = {"traceparent": trace}
        self._frame(1, json.dumps(message).encode())
        return self.last_id

    def receive(self):
        """The next message."""
        while True:
            head = self.file.read(2)
            if len(head) < 2:
                raise SystemExit("the server hung up")
            opcode, size = head[0] & 15, head[1] & 127
            if size == 126:
                (size,) = struct.unpack("!H", self.file.read(2))
            elif size == 127:
                (size,) = struct.unpack("!Q", self.file.read(8))
            payload = self.file.read(size)
            if opcode == 9:
                self._frame(10, payload)
            elif opcode == 8:
                raise SystemExit(f"the server closed the connection: {payload[2:].decode()}")
            elif opcode == 1:
                return json.loads(payload)

    def request(self, method, params, trace=None):
        """Sends a request and returns its result; what comes in between is passed over."""
        wanted = self.send(method, params, trace)
        while True:
            message = self.receive()
            if message.get("id") == wanted and "method" not in message:
                return result(message)

    def initialize(self):
        self.request("initialize", INITIALIZE)
        self._frame(1, b'{"method":"initialized"}')

    def close(self):
        """The closing handshake, from this side."""
        self._frame(8, b"\x03\xe8")
        while self.file.read(4096):
            pass
        self.file.close()
        self.socket.close()


def result(message):
    if "result" not in message:
        raise SystemExit(f"a request was refused: {message}")
    return message["result"]


def turn(thread, prompt):
    return {"threadId": thread, "input": [{"type": "text", "text": prompt}]}
