"""What the measuring scripts share: running a command, and how figures are shown."""
import os
import pathlib
import platform
import re
import signal
import subprocess
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
LODESTONE = os.environ.get("LODESTONE", "lodestone")


class Failed(Exception):
    """A command that did not do its work; `overtime` where it was ended at its limit of CPU time."""

    def __init__(self, text, overtime=False):
        super().__init__(text)
        self.overtime = overtime


def process(command, limit, codes=(0,)):
    """Runs a command; its output, CPU seconds and most memory in MB."""
    with tempfile.TemporaryFile("w+") as out:
        child = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, cwd=HERE,
                                 stdin=subprocess.DEVNULL)
        deadline = time.monotonic() + limit
        while True:
            pid, status, usage = os.wait4(child.pid, os.WNOHANG)
            if pid:
                break
            if time.monotonic() > deadline:
                child.send_signal(signal.SIGKILL)
                os.wait4(child.pid, 0)
                child.returncode = -9
                raise Failed(f"more than {limit:g} s of wall time")
            time.sleep(0.005)
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        text = out.read()
    if child.returncode not in codes:
        raise Failed(text[-300:], overtime=child.returncode == -signal.SIGXCPU)
    return text, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def seconds(value):
    return f"{1000 * value:.1f} ms" if value < 0.1 else f"{value:.2f} s"


def times(theirs, ours):
    ratio = theirs / ours
    return f"{ratio:.0f} ×" if ratio >= 10 else f"{ratio:.1f} ×"


def processor():
    """The processor's name where the system tells it."""
    try:
        text = pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8")
        return re.search(r"model name\s*: (.*)", text).group(1).split(" @")[0].strip()
    except (OSError, AttributeError):
        return platform.machine()
