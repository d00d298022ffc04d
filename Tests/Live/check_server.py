"""Checks the server of the live page without a browser: check_server.py PROGRAM MODEL

Ends with 0 where everything holds, 1 where something does not.
"""

import os
import shutil
import signal
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Report"))
from check import Check  # noqa: E402
from server import Server, Window, request  # noqa: E402


def check_requests(server, check):
    own = {"Host": f"{server.host}:{server.port}"}
    status, page = server.get(server.path)
    check(status == 200 and b"Content-Security-Policy" in page, "the page is served")
    for name in ["page.js", "page.css"]:
        check(server.get(server.path + name)[0] == 200, f"{name} is served")
    for path in ["/", "/session", "/" + "0" * 32 + "/", server.path[:-2] + "x/", server.path.upper()]:
        check(server.get(path)[0] == 404, f"{path} is not there without the token")
    for path in ["../model.yaml", "%2e%2e/etc/passwd", "..%2f..", "model.yaml", "\\..\\x", "page.js/"]:
        check(server.get(server.path + path)[0] == 404, f"{path} is not served")
    for host in ["evil.example", f"evil.example:{server.port}", server.host, ""]:
        check(server.get(server.path, Host=host)[0] == 403, f"the host {host!r} is refused")
    check(server.get(server.path, Origin="http://evil.example")[0] == 403, "another origin is refused")
    check(server.ask(request(server.path, own, "POST"))[0] == 405, "only GET is served")
    check(server.ask("GET / HTTP/1.1\r\n\r\n")[0] == 403, "a request without a host is refused")
    for head in ["\r\n\r\n", "x\r\n\r\n", "GET / HTTP/1.1\r\n folded\r\n\r\n", b"\xff\xfe\r\n\r\n",
                 "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"]:
        check(server.ask(head)[0] == 400, f"{head!r} is no request")
    check(server.ask("GET / HTTP/1.1\r\nX: " + "a" * 40_000)[0] in (431, 0), "a long head is refused")


def check_windows(server, check, model):
    for fields in [{"Origin": "http://evil.example"}, {"Sec-WebSocket-Key": "x"}, {"Upgrade": "h2c"},
                   {"Sec-WebSocket-Version": "8"}]:
        check(Window(server, **fields).status in (400, 403), f"a window with {fields} is refused")
    # No path leaves the folder.
    window = Window(server)
    check(window.status == 101, "a window is opened")
    for path in ["../x.yaml", "/etc/passwd"]:
        check(window.call("open", path=path).get("error", {}).get("code") == -32602, f"{path} is refused")
    check("result" in window.call("open", path=model), "the model is opened")
    for payload in [b"{", b"[]", b"{}", b"\x00" * 100, b"[" * 100_000]:
        window.send_frame(0x81, payload)
        check(b'"error"' in window.receive()[1], f"{payload[:10]!r} is answered with an error")
    check("result" in window.call("state", model="m1"), "and the window goes on")
    window.close()
    for frame in [(0x82, b"x", None), (0x81, b"", b"\xff" + b"\xff" * 8), (0x81, b"\xff\xff", None), (0xF1, b"x", None)]:
        window = Window(server)
        window.send_frame(*frame)
        try:
            opcode, payload = window.receive()
            check(opcode == 8 or b'"error"' in payload, f"the frame {frame} is refused")
        except EOFError:
            check(False, f"the frame {frame} is refused with a reason")
        window.close()


def check_independence(server, check, model):
    windows = [Window(server) for _ in range(10)]
    for n, window in enumerate(windows):
        window.call("open", path=model)
        window.call("change", model="m1", budgetScale=n / 4)
    asked = [(n, window, window.send("solve", model="m1", relax=True, onlyPlan=True)) for n, window in enumerate(windows)]
    for n, window, number in asked:
        message = window.answer(number)
        check(message["result"]["budget_scale"] == n / 4, f"window {n} has its own changes")
    # A session that is killed takes nobody with it.
    before = set(server.children())
    check(len(before) >= 10, "each window has a process")
    os.kill(sorted(before)[0], signal.SIGKILL)
    alive = 0
    for window in windows:
        try:
            alive += "result" in window.call("state", model="m1")
        except (EOFError, OSError):
            pass
    check(alive == 9, f"nine of ten windows live on, found {alive}")
    again = Window(server)
    check("result" in again.call("open", path=model), "and another window opens")
    for window in windows + [again]:
        window.close()
    wait_for_none(server)
    check(not server.children(), "no process outlives its window")


def wait_for_none(server):
    for _ in range(100):
        if not server.children():
            time.sleep(0.05)
            return
        time.sleep(0.1)


def main(program, model):
    check = Check()
    with tempfile.TemporaryDirectory() as folder:
        copy = shutil.copy(model, os.path.join(folder, "model.yaml"))
        with Server(program, copy, "--windows", "12") as server:
            check_requests(server, check)
            check_windows(server, check, "model.yaml")
            check_independence(server, check, "model.yaml")
            full = [Window(server) for _ in range(12)]
            check(Window(server).status == 503, "the thirteenth window is refused")
            for window in full:
                window.close()
            wait_for_none(server)
            # What is saved is there after the hardest end.
            window = Window(server)
            window.call("open", path="model.yaml")
            window.call("change", model="m1", budgetScale=2)
            check("result" in window.call("save", model="m1", id="double"), "a scenario is saved")
            server.process.kill()
            server.process.wait()
            with open(copy) as file:
                check("  double:\n" in file.read(), "and is there after kill -9")
    print(f"{check.passed} of {check.passed + check.failed} hold")
    return 1 if check.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
