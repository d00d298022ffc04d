"""The package is typed throughout."""

import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent


@pytest.mark.slow
def test_the_types_hold():
    pytest.importorskip("mypy", reason="mypy is not installed")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", "pyproject.toml"], cwd=PACKAGE, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
