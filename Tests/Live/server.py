"""Starts `lodestone serve`, and speaks with it as a browser would; the standard library is enough."""

import base64
import json
import os
import socket
import struct
import subprocess
from urllib.parse import urlparse


class Server:
    def __init__(self, program, model, *options):
        self.process = subprocess.Popen([program, "serve", model, *options], stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        while line and not line.startswith("http"):
            line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the server did not start")
        self.address = line.strip()
        place = urlparse(self.address)
        self.host, self.port, self.path = place.hostname, place.port, place.path

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def connect(self):
        return socket.create_connection((self.host, self.port), timeout=30)

    def ask(self, head, body=b""):
        """The status of the answer to a request as it stands, and the answer; 0 where there is none."""
        with self.connect() as connection:
            try:
                connection.sendall(head.encode() if isinstance(head, str) else head)
                connection.sendall(body)
                answer = b""
                while part := connection.recv(1 << 16):
                    answer += part
            except OSError:
                return 0, b""
        first = answer.split(b"\r\n")[0].split()
        return (int(first[1]) if len(first) > 1 else 0), answer

    def get(self, path, **fields):
        return self.ask(request(path, dict({"Host": f"{self.host}:{self.port}"}, **fields)))

    def children(self):
        lines = subprocess.run(["ps", "-axo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout.split("\n")
        pairs = [line.split() for line in lines if line.strip()]
        return [int(pid) for pid, parent in pairs if int(parent) == self.process.pid]


def request(path, fields, method="GET"):
    return f"{method} {path} HTTP/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in fields.items()) + "\r\n"


class Window:
    """A WebSocket as the page opens it."""

    def __init__(self, server, **fields):
        host = f"{server.host}:{server.port}"
        own = {"Host": host, "Origin": f"http://{host}", "Upgrade": "websocket", "Connection": "Upgrade",
               "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode()}
        self.socket = server.connect()
        self.socket.sendall(request(server.path + "session", dict(own, **fields)).encode())
        head = b""
        while b"\r\n\r\n" not in head:
            part = self.socket.recv(1)
            if not part:
                break
            head += part
        self.status = int(head.split()[1]) if len(head.split()) > 1 else 0
        self.count = 0

    def close(self):
        self.socket.close()

    def send_frame(self, first, payload, length=None):
        mask = os.urandom(4)
        if length is None:
            size = len(payload)
            head = (bytes([0x80 | size]) if size < 126 else bytes([0xFE]) + struct.pack(">H", size) if size < 65536
                    else bytes([0xFF]) + struct.pack(">Q", size))
        else:
            head = length
        self.socket.sendall(bytes([first]) + head + mask + bytes(b ^ mask[i & 3] for i, b in enumerate(payload)))

    def exactly(self, count):
        found = b""
        while len(found) < count:
            part = self.socket.recv(count - len(found))
            if not part:
                raise EOFError
            found += part
        return found

    def receive(self):
        """The opcode and the payload of the next frame."""
        first, second = self.exactly(2)
        size = second & 127
        if size == 126:
            size = struct.unpack(">H", self.exactly(2))[0]
        elif size == 127:
            size = struct.unpack(">Q", self.exactly(8))[0]
        return first & 15, self.exactly(size)

    def send(self, method, **params):
        self.count += 1
        self.send_frame(0x81, json.dumps({"jsonrpc": "2.0", "id": self.count, "method": method,
                                          "params": params}).encode())
        return self.count

    def call(self, method, **params):
        return self.answer(self.send(method, **params))

    def answer(self, wanted):
        while True:
            opcode, payload = self.receive()
            if opcode == 8:
                raise EOFError
            message = json.loads(payload)
            if message.get("id") == wanted:
                return message
