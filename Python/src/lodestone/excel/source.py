"""A model file as a tree of texts, each with the comment of its line."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Union

import yaml

__all__ = ["Entry", "Items", "Tree", "Word", "flow", "parse"]


@dataclass
class Word:
    """A scalar as it is written, and the comment at the end of its line."""

    text: str
    note: str | None = None
    #: Whether it stood in quotes or in a block, so that `true` is a word and no truth value.
    is_quoted: bool = False


@dataclass
class Entry:
    """A map in its order; `note` is the comment on the line of its key."""

    children: dict[str, Tree] = field(default_factory=dict)
    note: str | None = None


@dataclass
class Items:
    """A list."""

    items: list[Tree] = field(default_factory=list)
    note: str | None = None


Tree = Union[Word, Entry, Items]

_REMAINDER = re.compile(r"^[\s:,\]\}]*\s#\s?(?P<note>.*\S)\s*$")


def parse(text: str) -> Entry:
    """The tree of a model file that the reader has accepted."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if root is None:
        raise yaml.YAMLError("nothing stands in it")
    notes = _notes(text, root)
    tree = _tree(root, notes)
    assert isinstance(tree, Entry)
    return tree


def _notes(text: str, root: yaml.Node) -> dict[int, str]:
    """The comment at the end of each line (from 0): what follows the last thing on it."""
    ends: dict[int, int] = {}

    def visit(node: yaml.Node) -> None:
        if isinstance(node, yaml.ScalarNode) or getattr(node, "flow_style", False):
            ends[node.end_mark.line] = max(ends.get(node.end_mark.line, 0), node.end_mark.column)
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                visit(key)
                visit(value)
        elif isinstance(node, yaml.SequenceNode):
            for item in node.value:
                visit(item)

    visit(root)
    lines = text.splitlines()
    found: dict[int, str] = {}
    for line, column in ends.items():
        if line < len(lines) and (match := _REMAINDER.match(lines[line][column:])) is not None:
            found[line] = match["note"]
    return found


def _tree(node: yaml.Node, notes: dict[int, str]) -> Tree:
    note = notes.get(node.start_mark.line)
    if isinstance(node, yaml.ScalarNode):
        return Word(node.value, notes.get(node.end_mark.line, note), node.style is not None)
    if isinstance(node, yaml.SequenceNode):
        return Items([_tree(item, notes) for item in node.value], note)
    children: dict[str, Tree] = {}
    for key, value in node.value:
        child = _tree(value, notes)
        if not isinstance(child, Word):
            child.note = notes.get(key.start_mark.line)
        elif child.note is None:
            child.note = notes.get(key.start_mark.line)
        children[key.value] = child
    return Entry(children, note)




def flow(tree: Tree) -> str:
    """A tree in YAML's flow style, in one line.

    >>> flow(parse("a: { 2026: 5 t/yr, b: [x, 'y: z'] }").children["a"])
    '{ 2026: 5 t/yr, b: [x, "y: z"] }'
    """
    if isinstance(tree, Entry):
        inner = ", ".join(f"{_word(key)}: {flow(child)}" for key, child in tree.children.items())
        return "{ " + inner + " }" if inner else "{}"
    if isinstance(tree, Items):
        return "[" + ", ".join(flow(item) for item in tree.items) + "]"
    return tree.text if not tree.is_quoted and tree.text.lower() in ("true", "false", "null", "~") else _word(tree.text)


def _word(text: str) -> str:
    from ..document import scalar

    return scalar(text)


def notes_of(tree: Tree) -> list[str]:
    """The comments of a tree, each once."""
    own = [tree.note] if tree.note else []
    if isinstance(tree, Word):
        return own
    children = tree.children.values() if isinstance(tree, Entry) else tree.items
    return list(dict.fromkeys(own + [note for child in children for note in notes_of(child)]))
