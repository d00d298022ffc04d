"""The program the tests talk to: `LODESTONE`, else the newest build of this clone, else the one on the PATH."""

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parent.parent


def _program() -> str | None:
    if named := os.environ.get("LODESTONE"):
        return shutil.which(named)
    builds = [ROOT / ".build" / kind / "lodestone" for kind in ("debug", "release")]
    there = [path for path in builds if path.is_file()]
    return str(max(there, key=lambda path: path.stat().st_mtime)) if there else shutil.which("lodestone")


def _has_session(program: str) -> bool:
    told = subprocess.run([program, "--help"], capture_output=True, text=True).stdout
    return any(line.split()[:1] == ["session"] for line in told.splitlines())


def pytest_configure(config):
    program = _program()
    if program is None:
        return
    if not _has_session(program):
        # Where the build has no `session`, a stand-in speaks the protocol with the command line's answers.
        folder = ROOT / ".build" / "python-stand-in"
        folder.mkdir(parents=True, exist_ok=True)
        script = folder / "lodestone"
        script.write_text(
            "#!/bin/sh\n"
            f"if [ \"$1\" = session ]; then exec {sys.executable} {HERE / 'stand_in.py'} {program}; fi\n"
            f"exec {program} \"$@\"\n")
        script.chmod(script.stat().st_mode | stat.S_IXUSR)
        program = str(script)
    os.environ["LODESTONE"] = program
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    os.chdir(ROOT)


@pytest.fixture(scope="session", autouse=True)
def program():
    if "LODESTONE" not in os.environ:
        pytest.skip("there is no lodestone program: build it first")
    return os.environ["LODESTONE"]


@pytest.fixture
def tutorial():
    import lodestone

    return lodestone.read(ROOT / "Models" / "tutorial.yaml")


@pytest.fixture
def gallium():
    import lodestone

    return lodestone.read(ROOT / "Models" / "jp-gallium" / "model.yaml")
