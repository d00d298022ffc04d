"""Speaks the session protocol on standard input and output, with the command line's answers: a peer for tests where
the program has no `session`. Usage: stand_in.py PROGRAM."""

import hashlib
import itertools
import json
import re
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import yaml

PROGRAM = sys.argv[1]
OPTIONS = {"relax": "--relax", "gap": "--gap", "timeLimit": "--time-limit", "objective": "--objective", "method": "--method",
           "risk": "--risk", "level": "--level", "foresight": "--foresight", "step": "--step", "onlyPlan": "--only-plan",
           "within": "--within", "count": "--count", "allObjectives": "--all-objectives", "ranges": "--ranges",
           "from": "--from", "to": "--to", "resolution": "--resolution", "facility": "--facility", "top": "--top",
           "range": "--range", "byYear": "--by-year", "atLeastBudget": "--at-least-budget", "case": "--case",
           "noRegret": "--no-regret", "prices": "--prices"}
models: dict[str, tuple[str, str | None]] = {}
numbers = itertools.count(1)
write_lock = threading.Lock()


class Refused(Exception):
    def __init__(self, code, message, data=None):
        self.error = {"code": code, "message": message, **({"data": data} if data is not None else {})}


def send(message):
    body = json.dumps(message).encode()
    with write_lock:
        sys.stdout.buffer.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        sys.stdout.buffer.flush()


def receive():
    length = None
    while True:
        line = sys.stdin.buffer.readline()
        if not line:
            return None
        if not line.strip():
            break
        name, _, text = line.decode().partition(":")
        if name.lower() == "content-length":
            length = int(text)
    return json.loads(sys.stdin.buffer.read(length))


def diagnostics(text):
    found = []
    for line in text.splitlines():
        if match := re.match(r"^(.*?)(?::(\d+):(\d+))?: (error|warning): (.*)$", line):
            found.append({"file": match[1], "line": int(match[2] or 0), "column": int(match[3] or 0), "severity": match[4],
                          "message": match[5], "found": None, "expected": None, "fix": None})
        elif found and (match := re.match(r"^  (found|expected|help): (.*)$", line)):
            found[-1]["fix" if match[1] == "help" else match[1]] = match[2]
    return found


def command(name, *arguments):
    done = subprocess.run([PROGRAM, name, *arguments], capture_output=True, text=True)
    if done.stdout.strip():
        return done.stdout
    if done.returncode == 2:
        raise Refused(-32602, done.stderr)
    found = diagnostics(done.stderr)
    raise Refused(done.returncode, done.stderr, {**(found[0] if found else {}), "diagnostics": found})


def question(params):
    path, _ = models[params.pop("model")]
    words = [path]
    scenario = params.pop("scenario", [])
    for name in [scenario] if isinstance(scenario, str) else scenario:
        words += ["--scenario", name]
    settings = params.pop("set", [])
    for item in settings.items() if isinstance(settings, dict) else settings:
        words += ["--set", item if isinstance(item, str) else f"{item[0]}={item[1]}"]
    scale = params.pop("budgetScales", None) or params.pop("budgetScale", None)
    if scale is not None:
        words += ["--budget-scale", ",".join(map(str, scale)) if isinstance(scale, list) else str(scale)]
    return words


def options(params):
    words = []
    for name, value in params.items():
        if name == "targets":
            words += [f"{year}={share}" for year, share in value.items()]
        elif name == "warm":
            continue
        elif name not in OPTIONS:
            raise Refused(-32602, f"there is no parameter `{name}`", {"parameter": name})
        elif value is True:
            words.append(OPTIONS[name])
        elif name == "case":
            words += [word for case in value for word in ("--case", case)]
        else:
            words += [OPTIONS[name], ",".join(map(str, value)) if isinstance(value, list) else str(value)]
    return words


def opened(params):
    path = params.get("path")
    if path is None:
        folder = params.get("directory") or tempfile.mkdtemp()
        handle = tempfile.NamedTemporaryFile("w", suffix=".yaml", dir=folder, delete=False)
        handle.write(params["text"])
        handle.close()
        path = handle.name
    try:
        told = json.loads(command("validate", path, "--json"))
    except Refused as refused:
        raise refused from None
    wrong = [item for item in told["diagnostics"] if item["severity"] == "error"]
    if wrong:
        for item in wrong:
            item["fix"] = item.pop("suggestion")
            item["file"] = params.get("file") or item["file"]
        raise Refused(1, wrong[0]["message"], {**wrong[0], "diagnostics": wrong})
    tree = yaml.load(Path(path).read_text(), yaml.BaseLoader)
    copy = Path(tempfile.mkdtemp()) / Path(path).name
    copy.write_text(Path(path).read_text())
    for table in Path(path).parent.glob("*.csv"):
        (copy.parent / table.name).write_bytes(table.read_bytes())
    path = str(copy)
    handle = f"m{next(numbers)}"
    models[handle] = (path, None)
    return {"model": handle, "name": tree["name"], "hash": hashlib.sha256(Path(path).read_bytes()).hexdigest(),
            "description": tree.get("description"), "currency": tree.get("money", {}).get("currency", "USD"),
            "years": [int(tree["horizon"]["start"]), int(tree["horizon"]["end"])],
            "scenarios": list(tree.get("scenarios", {})), "warnings": [], "state": {"set": []}}


def values(tree, parts, at=""):
    if not parts:
        yield at, tree
        return
    pattern = re.compile("^" + re.escape(parts[0]).replace(r"\*", ".*") + "$")
    for key, item in tree.items():
        if pattern.match(key):
            yield from values(item, parts[1:], f"{at}.{key}" if at else key)


def answer(method, params):
    if method == "initialize":
        return {"name": "stand-in", "version": "0", "protocol": 1, "capabilities": {"methods": []}}
    if method == "open":
        return opened(params)
    if method == "close":
        models.pop(params["model"], None)
        return None
    if method == "state":
        return {"model": params["model"], "set": []}
    if method == "shutdown":
        return None
    if params.get("model") not in models:
        raise Refused(-32002, "there is no such model")
    if method == "read":
        path = params.pop("path")
        tree = yaml.load(command("show", *question(params)), yaml.BaseLoader)
        found = list(values(tree, path.split(".")))
        if not found:
            raise Refused(1, f"{path}: matches nothing", {})
        return {"values": [{"path": at, "value": value} for at, value in found]}
    if method == "validate":
        return json.loads(command("validate", question(params)[0], "--json"))
    if method in ("solve", "compare", "explain", "frontier", "alternatives", "reach", "sensitivity", "floors", "describe"):
        token = params.pop("progressToken", None)
        if token is not None:
            send({"jsonrpc": "2.0", "method": "$/progress", "params": {"token": token, "value": {"phase": method}}})
        return json.loads(command(method, *question(params), *options(params), "--json"))
    raise Refused(-32601, f"there is no method `{method}`")


def work(message):
    try:
        result = {"result": answer(message["method"], dict(message.get("params", {})))}
    except Refused as refused:
        result = {"error": refused.error}
    except Exception as error:  # what the stand-in cannot do must not hang the test
        result = {"error": {"code": -32603, "message": f"stand-in: {error!r}"}}
    send({"jsonrpc": "2.0", "id": message["id"], **result})


while (message := receive()) is not None:
    if message["method"] == "exit":
        break
    if "id" not in message:
        continue
    if message["method"] in ("open", "close", "initialize"):
        work(message)
    else:
        threading.Thread(target=work, args=(message,)).start()
