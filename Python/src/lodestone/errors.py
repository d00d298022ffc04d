"""What can go wrong, with places: every exception of this package is a `LodestoneError`."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any, Iterable, Mapping, Sequence

__all__ = [
    "LodestoneError", "ModelError", "NoPlan", "NotFound", "NotVerified", "Problem", "ProcessLost", "Stopped",
    "UsageError",
]


@dataclass(frozen=True)
class Problem:
    """One finding about a model: what is wrong, where, and the likely fix.

    `line` and `column` count from 1 and are None where the finding is about a whole file or a setting. `sheet` and
    `cell` are filled where the model came from a workbook.

    >>> print(Problem("error", "unknown unit `yrr`", "model.yaml", 44, 15, found="4 kt/yrr", suggestion="did you mean `yr`?"))
    model.yaml:44:15: error: unknown unit `yrr`
      found: 4 kt/yrr
      help: did you mean `yr`?
    """

    severity: str
    message: str
    file: str | None = None
    line: int | None = None
    column: int | None = None
    found: str | None = None
    expected: str | None = None
    suggestion: str | None = None
    sheet: str | None = None
    cell: str | None = None

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Problem:
        """A diagnostic as `lodestone validate --json` prints it."""
        names = ("file", "line", "column", "found", "expected", "suggestion")
        return cls(
            str(record.get("severity", "error")), str(record.get("message", "")),
            **{name: record.get(name) for name in names},
        )

    def at(self, sheet: str, cell: str) -> Problem:
        """The same finding, placed in a workbook."""
        return replace(self, sheet=sheet, cell=cell)

    @property
    def place(self) -> str:
        """Where it is: `sheet!cell`, or `file:line:column`."""
        if self.sheet is not None:
            return f"{self.sheet}!{self.cell}"
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)

    def __str__(self) -> str:
        lines = [f"{self.place}: {self.severity}: {self.message}" if self.place else f"{self.severity}: {self.message}"]
        named = (("found", self.found), ("expected", self.expected), ("help", self.suggestion))
        lines += [f"  {name}: {text}" for name, text in named if text]
        return "\n".join(lines)


class LodestoneError(Exception):
    """Anything that kept an answer from being given."""


class ModelError(LodestoneError):
    """The model, or a setting, is wrong (exit code 1 of the command).

    `problems` holds every finding; `file`, `line` and `column` are those of the first error.
    """

    def __init__(self, problems: Sequence[Problem]):
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.problems,)

    @property
    def first(self) -> Problem:
        """The first error, or the first finding where none is called an error."""
        errors = [problem for problem in self.problems if problem.severity == "error"]
        return (errors or list(self.problems))[0]

    @property
    def file(self) -> str | None:
        """The file of the first error; None for a setting."""
        return self.first.file

    @property
    def line(self) -> int | None:
        """The line of the first error, from 1."""
        return self.first.line

    @property
    def column(self) -> int | None:
        """The column of the first error, from 1."""
        return self.first.column


class UsageError(LodestoneError, ValueError):
    """Asked for something that there is not, or with a value that nothing can be made of (exit code 2)."""


class NotFound(UsageError, KeyError):
    """Nothing has this name: a table of a plan, a change of a model."""

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""  # a KeyError would show the words in quotes


class NoPlan(LodestoneError):
    """No plan fulfils the model: infeasible or unbounded (exit code 3).

    `status` and `reason` say why as far as it is known; `raw` is the whole answer.
    """

    def __init__(self, status: str, reason: str | None, raw: Mapping[str, Any] | None = None):
        self.status, self.reason, self.raw = status, reason, dict(raw or {})
        super().__init__(f"{status}: {reason}" if reason else status)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.status, self.reason, self.raw)


class Stopped(LodestoneError):
    """Stopped by a limit or an interruption before any plan was found (exit code 4)."""


class NotVerified(LodestoneError):
    """An answer that could not be verified (exit code 5); it is not handed out."""


class ProcessLost(LodestoneError):
    """A Lodestone process ended in the middle of a request, and again when it was asked anew."""


_PLACED = re.compile(r"^(?P<file>.*?)(?::(?P<line>\d+):(?P<column>\d+))?: (?P<severity>error|warning|note): (?P<message>.*)$")
_DETAIL = re.compile(r"^  (?P<name>found|expected|help): (?P<text>.*)$")
_FIELDS = {"found": "found", "expected": "expected", "help": "suggestion"}


def problems_of(text: str) -> list[Problem]:
    """The findings in what the command writes to standard error.

    >>> problems_of("a.yaml:2:3: error: unknown key `nam`\\n  help: did you mean `name`?")[0].column
    3
    """
    found: list[Problem] = []
    for line in text.splitlines():
        if (match := _PLACED.match(line)) is not None:
            number = {key: int(match[key]) if match[key] else None for key in ("line", "column")}
            found.append(Problem(match["severity"], match["message"], match["file"], number["line"], number["column"]))
        elif found and (detail := _DETAIL.match(line)) is not None:
            changes: dict[str, Any] = {_FIELDS[detail["name"]]: detail["text"]}
            found[-1] = replace(found[-1], **changes)
    return found


def error_of(code: int, raw: Mapping[str, Any] | None, message: str, findings: Iterable[Problem] = ()) -> LodestoneError:
    """The exception for an exit code of the command."""
    problems = list(findings) or problems_of(message)
    words = message.strip() or f"lodestone ended with exit code {code}"
    if code == 1:
        return ModelError(problems or [Problem("error", words)])
    if code == 2:
        return UsageError(words)
    if code == 3:
        return NoPlan(str((raw or {}).get("status", "infeasible")), (raw or {}).get("reason"), raw)
    if code == 4:
        return Stopped(str((raw or {}).get("reason") or words))
    if code == 5:
        return NotVerified(str((raw or {}).get("reason") or words))
    return LodestoneError(words)
