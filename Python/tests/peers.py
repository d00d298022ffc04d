"""Small programs that speak, or fail to speak, the session protocol: for what a real program should never do."""

import stat
import sys
from pathlib import Path

HEAD = '''#!{python} -S
import json, os, sys, time

def send(message):
    body = json.dumps(message).encode()
    sys.stdout.buffer.write(b"Content-Length: %d\\r\\n\\r\\n" % len(body) + body)
    sys.stdout.buffer.flush()

def receive():
    length = None
    while True:
        line = sys.stdin.buffer.readline()
        if not line:
            sys.exit()
        if not line.strip():
            break
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    return json.loads(sys.stdin.buffer.read(length))

MARK = {mark!r}

def first_time():
    """Whether nobody has come here before."""
    if os.path.exists(MARK):
        return False
    open(MARK, "w").close()
    return True

def refuse(asked, code, words, **data):
    send({{"jsonrpc": "2.0", "id": asked["id"], "error": {{"code": code, "message": words, "data": data}}}})

def answer(message, result):
    send({{"jsonrpc": "2.0", "id": message["id"], "result": result}})

def serve(solve, digest="abc"):
    while True:
        message = receive()
        method = message["method"]
        if method == "exit":
            break
        if "id" not in message:
            continue
        if method == "initialize":
            answer(message, {{"name": "peer", "version": "0", "protocol": 1}})
        elif method == "open":
            answer(message, {{"model": "m1", "name": "Peer", "hash": digest, "scenarios": []}})
        elif method in ("close", "shutdown"):
            answer(message, None)
        else:
            solve(message)

PLAN = {{"schema_version": 1, "model": "Peer", "status": "optimal", "reason": None, "objectives": {{"dependency": 0.5}},
        "verification": {{"verified": True}}, "units": {{}}, "plan": {{"builds": []}}}}
'''


def write_peer(folder: Path, body: str) -> str:
    """A program of that body behind the common head; returns its path."""
    path = folder / "peer"
    path.write_text(HEAD.format(python=sys.executable, mark=str(folder / "mark")) + "\n" + body)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)
