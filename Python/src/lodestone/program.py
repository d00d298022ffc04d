"""Where the `lodestone` program is, and one run of it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Mapping, Sequence

from .errors import LodestoneError, error_of

__all__ = ["Answer", "find_program", "run", "version"]

_NAME = "lodestone.exe" if sys.platform == "win32" else "lodestone"


def find_program() -> str:
    """The program this package talks to: `LODESTONE`, else the one inside the wheel, else the one on the `PATH`.

    Raises `LodestoneError` where there is none.
    """
    named = os.environ.get("LODESTONE")
    if named:
        found = shutil.which(named)
        if found is None:
            raise LodestoneError(f"LODESTONE names {named}, which is no program that can be run")
        return found
    packaged = Path(__file__).parent / "bin" / _NAME
    if packaged.is_file() and os.access(packaged, os.X_OK):
        return str(packaged)
    found = shutil.which(_NAME)
    # The console scripts of this package are in the same folder as python; none of them is called `lodestone`.
    if found is None:
        raise LodestoneError(
            "there is no `lodestone` on the PATH; install it, or name the program in the environment variable LODESTONE")
    return found


@dataclass(frozen=True)
class Answer:
    """What one run of the program gave: exit code, standard output and standard error."""

    code: int
    output: str
    errors: str

    @property
    def json(self) -> dict[str, Any] | None:
        """The JSON object on standard output; None where there is none."""
        try:
            value = json.loads(self.output)
        except json.JSONDecodeError:
            return None
        return value if isinstance(value, dict) else None


def run(*arguments: str | os.PathLike[str], cwd: str | os.PathLike[str] | None = None,
        environment: Mapping[str, str] | None = None, check: bool = True) -> Answer:
    """Runs the program once with these arguments, in a process of its own.

    Everything that the command line can do can be had like this. With `check`, an exit code other than 0 and 4 (stopped
    by a limit, with the best plan so far) raises the exception for it.

    >>> print(run("units").output.splitlines()[1].split()[0])
    mass
    """
    command: Sequence[str] = [find_program(), *(os.fspath(argument) for argument in arguments)]
    variables = {**os.environ, **environment} if environment else None
    done = subprocess.run(
        command, cwd=cwd, env=variables, capture_output=True, text=True, encoding="utf-8", stdin=subprocess.DEVNULL)
    answer = Answer(done.returncode, done.stdout, done.stderr)
    if check and answer.code not in (0, 4):
        raise error_of(answer.code, answer.json, answer.errors or answer.output)
    return answer


def version() -> str:
    """The version of the program."""
    return run("--version").output.strip()
