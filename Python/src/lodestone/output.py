"""What may be written where: nothing that people made is overwritten by a slip of the hand."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Callable, Sequence, Union

from .errors import UsageError

__all__ = ["check_output", "check_place"]

_Path = Union[str, "os.PathLike[str]"]


def check_output(output: _Path, inputs: Sequence[_Path], endings: Sequence[str], *, force: bool = False,
                 is_own: Callable[[Path], bool] | None = None) -> None:
    """Raises `UsageError` where a command must not write this file; `check_place` and also what is there already.

    `force` lets it be replaced, and `is_own` says of what is there whether the same command wrote it, so that it may be
    replaced anyway.
    """
    target = Path(output)
    check_place(target, inputs, endings)
    if force or not os.path.lexists(target) or (is_own is not None and is_own(target)):
        return
    why = "exists already" if is_own is None else "exists already and is no workbook of results"
    raise UsageError(f"{target}: {why}; nothing is written\n  help: choose another name, or --force to replace it")


def check_place(output: _Path, inputs: Sequence[_Path], endings: Sequence[str]) -> None:
    """Raises `UsageError` where the output is one of the inputs, also by a link, a folder, lies in no folder, or has a
    name that says it is something else.

    >>> check_place("plan.xlsx", ["model.yaml"], [".xlsx"])
    >>> check_place("model.yaml", [], [".xlsx"])
    Traceback (most recent call last):
    lodestone.errors.UsageError: model.yaml: what is written here has a name that ends with .xlsx; nothing is written
    """
    target = Path(output)
    for given in inputs:
        if _is_same(target, Path(given)):
            raise UsageError(f"{target}: is the file that is read ({given}); nothing is written\n  help: choose another name")
    if target.suffix.lower() not in endings:
        raise UsageError(
            f"{target}: what is written here has a name that ends with {' or '.join(endings)}; nothing is written")
    if target.is_dir():
        raise UsageError(f"{target}: is a folder; nothing is written")
    if not target.parent.is_dir():
        raise UsageError(f"{target}: there is no folder {target.parent}; nothing is written")


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:  # one of them is not there, or a link that leads nowhere
        return os.path.realpath(one) == os.path.realpath(other)
