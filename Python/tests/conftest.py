"""The program the tests talk to: `LODESTONE`, else the newest build of this clone, else the one on the PATH."""

import os
import shutil
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


def _program() -> str | None:
    if named := os.environ.get("LODESTONE"):
        return shutil.which(named)
    builds = [ROOT / ".build" / kind / "lodestone" for kind in ("debug", "release")]
    there = [path for path in builds if path.is_file()]
    return str(max(there, key=lambda path: path.stat().st_mtime)) if there else shutil.which("lodestone")


def pytest_configure(config):
    program = _program()
    if program is None:
        return
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
