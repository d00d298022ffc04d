"""The YAML that is written reads back as what was meant, and knows where each place came from."""

import random

import pytest
import yaml

from lodestone.document import Branch, Document, Leaf, Listing, Origin, put, scalar, write
from lodestone.errors import ModelError, Problem
from lodestone.excel.source import Entry, flow, parse

ALPHABET = "ab9 .,:;#'\"\\{}[]&*!|>%@`-+=?~\t\n/()_éß→"


def test_any_text_reads_back():
    draw = random.Random(7)
    for _ in range(3000):
        text = "".join(draw.choice(ALPHABET) for _ in range(draw.randint(0, 9)))
        for form in (f"key: {scalar(text)}", f"{{ key: {scalar(text)}, other: 1 }}", f"[{scalar(text)}]"):
            read = yaml.load(form, yaml.BaseLoader)
            found = read["key"] if isinstance(read, dict) else read[0]
            assert found == text, (text, form)


def test_numbers_keep_every_bit():
    draw = random.Random(11)
    for _ in range(2000):
        value = draw.uniform(-1, 1) * 10 ** draw.randint(-12, 18)
        assert float(scalar(value)) == value


def test_trees_of_texts_read_back():
    draw = random.Random(3)

    def tree(depth):
        if depth == 0 or draw.random() < 0.4:
            return "".join(draw.choice(ALPHABET) for _ in range(draw.randint(1, 6)))
        if draw.random() < 0.5:
            return [tree(depth - 1) for _ in range(draw.randint(0, 3))]
        return {f"k{number}": tree(depth - 1) for number in range(draw.randint(0, 3))}

    for _ in range(500):
        value = {"top": tree(3)}
        assert yaml.load("top: " + scalar(value["top"]), yaml.BaseLoader) == value
        assert yaml.load("top: " + flow(parse("top: " + scalar(value["top"])).children["top"]), yaml.BaseLoader) == value


def test_every_place_knows_its_origin():
    root = Branch()
    put(root, "facilities.mine.existing", Leaf("4 kt/yr", "assumption: a", Origin("facilities", "C3")))
    put(root, "facilities.mine.opex", Leaf("4 USD/kg", "assumption: b", Origin("facilities", "D3")))
    put(root, "limits", Listing([Branch({"measure": Leaf("award", None, Origin("limits", "B3")),
                                         "at_most": Leaf("9 MUSD", None, Origin("limits", "C3"))}, Origin("limits", "A3"))]))
    document = write(root)
    for needle, cell in (("4 kt/yr", "C3"), ("4 USD/kg", "D3"), ("award", "B3"), ("9 MUSD", "C3")):
        line = next(number for number, text in enumerate(document.text.splitlines(), 1) if needle in text)
        column = document.text.splitlines()[line - 1].index(needle) + 1
        assert document.origin(line, column).cell == cell, document.text
    placed = document.placed(ModelError([Problem("error", "x", "f", 3, 20), Problem("error", "y", "f")]))
    assert placed.problems[0].sheet == "facilities" and placed.problems[1].sheet is None


def test_a_value_given_twice_is_refused():
    root = Branch()
    put(root, "a.b", Leaf("1"))
    for path in ("a.b", "a.b.c", "a"):
        with pytest.raises(KeyError):
            put(root, path, Leaf("2"))


def test_nothing_before_a_place_has_no_origin():
    assert Document("", []).origin(1, 1) is None


@pytest.mark.parametrize("text, note", [
    ("a: 1  # [key]", "[key]"), ("a: '# no'  # yes", "yes"), ("a: b#c", None), ("a: { b: 1 }  # x", "x"),
    ("a:  # head\n  b: 1", None), ("a: >-\n  long # text\n", None)])
def test_comments_at_line_ends_are_notes(text, note):
    leaf = parse(text).children["a"]
    while isinstance(leaf, Entry):
        leaf = next(iter(leaf.children.values()))
    assert leaf.note == note
