"""A model file in the making: a tree that knows where each value came from, and the YAML it becomes.

Frames and workbooks both become such a tree. Every value and key keeps its origin, so that what the reader says of a
line and column can be said of a cell.
"""

from __future__ import annotations

import bisect
import json
import math
import re
from dataclasses import dataclass, field
from typing import Any, Iterable, Iterator, Mapping, Union

from .errors import ModelError, Problem, UsageError

__all__ = ["Branch", "Document", "Leaf", "Listing", "Node", "Origin", "put", "scalar", "write"]


@dataclass(frozen=True)
class Origin:
    """Where a value stands: a sheet (or frame) and a cell in it."""

    sheet: str
    cell: str


@dataclass
class Leaf:
    """A value as YAML in the flow style, with the comment that says where it is from.

    `key` is where the key stands that it has, where that is another cell than the value's.
    """

    text: str
    note: str | None = None
    origin: Origin | None = None
    key: Origin | None = None


@dataclass
class Branch:
    """A map; the origin is that of the key it stands under, the note a comment on the key's line."""

    children: dict[str, Node] = field(default_factory=dict)
    origin: Origin | None = None
    note: str | None = None


@dataclass
class Listing:
    """A list of maps, each with its origin."""

    items: list[Node] = field(default_factory=list)
    origin: Origin | None = None


Node = Union[Leaf, Branch, Listing]

_PLAIN = re.compile(r"[+]?[A-Za-z0-9](?:[A-Za-z0-9 _./()%+*-]*[A-Za-z0-9)%*.])?")
_WORDS = frozenset({"true", "false", "null", "~"})


def scalar(value: Any) -> str:
    """A value in YAML's flow style: text plain where that is safe, numbers with the digits they have.

    >>> scalar("45 kt/yr"), scalar("a: b"), scalar(2.0), scalar(0.1), scalar(True), scalar(["a", "b c"])
    ('45 kt/yr', '"a: b"', '2', '0.1', 'true', '[a, b c]')
    >>> scalar({2026: "5 t/yr", "x": 1})
    '{ 2026: 5 t/yr, x: 1 }'
    """
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{scalar(key)}: {scalar(item)}" for key, item in value.items()) + " }" if value else "{}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(scalar(item) for item in value) + "]"
    if hasattr(value, "tolist"):
        return scalar(value.tolist())
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    if isinstance(value, (int, float)):
        if isinstance(value, float) and not math.isfinite(value):
            raise UsageError(f"{value} is no number that a model can hold")
        return number(value)
    text = str(value)
    if _PLAIN.fullmatch(text) and " #" not in text and text.lower() not in _WORDS:
        return text
    return json.dumps(text, ensure_ascii=False)


def number(value: int | float) -> str:
    """A number with the fewest digits that mean it, and no exponent where it can be without.

    >>> number(3.0), number(62.5), number(1e-7), number(1e22)
    ('3', '62.5', '1e-07', '1e+22')
    """
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return repr(value)


def put(branch: Branch, path: str, node: Node, key_origin: Origin | None = None) -> None:
    """Places a node under a dotted path, making the maps on the way.

    Raises `KeyError` where a part of the path already holds a value.
    """
    *before, last = path.split(".")
    here = branch
    for part in before:
        child = here.children.setdefault(part, Branch(origin=key_origin or node.origin))
        if not isinstance(child, Branch):
            raise KeyError(path)
        here = child
    if last in here.children:
        raise KeyError(path)
    here.children[last] = node


@dataclass
class Document:
    """The text of a model, and where each of its places came from."""

    text: str
    marks: list[tuple[int, int, Origin]]

    def origin(self, line: int, column: int) -> Origin | None:
        """The origin of what stands at a line and column, or just before it."""
        place = bisect.bisect_right(self.marks, (line, column), key=lambda mark: mark[:2])
        return self.marks[place - 1][2] if place else None

    def placed(self, error: ModelError) -> ModelError:
        """The same error with the sheets and cells of its problems."""
        return ModelError([self.placed_problem(problem) for problem in error.problems])

    def placed_problem(self, problem: Problem) -> Problem:
        """The same problem with its sheet and cell, where it has a line."""
        if problem.line is None:
            return problem
        found = self.origin(problem.line, problem.column or 1)
        return problem.at(found.sheet, found.cell) if found is not None else problem


def write(root: Branch, head: Iterable[str] = ()) -> Document:
    """The YAML of a tree: sections in blocks, short maps in one line, notes as comments at line ends."""
    writer = _Writer([f"# {line}".rstrip() for line in head])
    for index, (key, node) in enumerate(root.children.items()):
        if index and isinstance(node, (Branch, Listing)) and not _is_flat(node):
            writer.lines.append("")
        writer.entry(key, node, 0)
    return Document("\n".join(writer.lines) + "\n", sorted(writer.marks, key=lambda mark: mark[:2]))


class _Writer:
    def __init__(self, lines: list[str]):
        self.lines = lines
        self.marks: list[tuple[int, int, Origin]] = []

    def entry(self, key: str, node: Node, indent: int, lead: str = "") -> None:
        """One key of a map, at an indentation; `lead` is `- ` before the first key of an item."""
        start = " " * indent + lead + scalar(key) + ":"
        self._mark(len(self.lines) + 1, indent + len(lead), _key_origin(node))
        if isinstance(node, Leaf):
            self._line(start + " ", node)
        elif _is_flat(node):
            self._line(start + " ", node)
        elif isinstance(node, Branch):
            self.lines.append(start + (f"  # {node.note}" if node.note else ""))
            for name, child in node.children.items():
                self.entry(name, child, indent + len(lead) + 2)
        else:
            self.lines.append(start)
            for item in node.items:
                self._item(item, indent + len(lead) + 2)

    def _item(self, item: Node, indent: int) -> None:
        if isinstance(item, Leaf) or _is_flat(item):
            self._line(" " * indent + "- ", item)
            return
        assert isinstance(item, Branch)
        for index, (name, child) in enumerate(item.children.items()):
            if index == 0:
                self._mark(len(self.lines) + 1, indent, item.origin)
                self.entry(name, child, indent, "- ")
            else:
                self.entry(name, child, indent + 2)

    def _line(self, start: str, node: Node) -> None:
        text = start + self._flow(node, len(start))
        own = [node.note] if isinstance(node, Branch) else []
        notes = [note for note in dict.fromkeys(own + [leaf.note for leaf in _leaves(node)]) if note]
        self.lines.append(text + (f"  # {'; '.join(notes)}" if notes else ""))

    def _flow(self, node: Node, column: int) -> str:
        """A node in one line that begins at a column (from 0), with its marks."""
        self._mark(len(self.lines) + 1, column, node.origin)
        if isinstance(node, Leaf):
            return node.text
        opening, closing = ("{", "}") if isinstance(node, Branch) else ("[", "]")
        parts: list[tuple[str, Node]] = (
            [(scalar(key) + ": ", child) for key, child in node.children.items()] if isinstance(node, Branch)
            else [("", child) for child in node.items])
        if not parts:
            return opening + closing
        text = opening + " "
        for index, (key, child) in enumerate(parts):
            text += ", " if index else ""
            self._mark(len(self.lines) + 1, column + len(text), _key_origin(child))
            text += key
            text += self._flow(child, column + len(text))
        return text + " " + closing

    def _mark(self, line: int, column: int, origin: Origin | None) -> None:
        if origin is not None:
            self.marks.append((line, column + 1, origin))


#: Longest map that is written in one line.
_WIDTH = 100


def _key_origin(node: Node) -> Origin | None:
    return node.key or node.origin if isinstance(node, Leaf) else node.origin


def _leaves(node: Node) -> Iterator[Leaf]:
    if isinstance(node, Leaf):
        yield node
    else:
        for child in node.children.values() if isinstance(node, Branch) else node.items:
            yield from _leaves(child)


def _is_flat(node: Node) -> bool:
    """Whether a map goes into one line: all of it has the same note, so that one comment says where it is from."""
    leaves = list(_leaves(node))
    if not leaves:
        return True
    notes = {leaf.note for leaf in leaves}
    if len(notes) > 1:
        return False
    if None not in notes:
        return True
    depth = _depth(node)
    return depth <= 1 and len(leaves) <= 8 and sum(len(leaf.text) for leaf in leaves) <= _WIDTH


def _depth(node: Node) -> int:
    if isinstance(node, Leaf):
        return 0
    children = node.children.values() if isinstance(node, Branch) else node.items
    return 1 + max((_depth(child) for child in children), default=0)
