"""How far a long question is: a line of text, or a bar where tqdm is installed."""

from __future__ import annotations

import sys
from typing import Any, Callable, Mapping, TextIO, Union

__all__ = ["Watcher", "watcher"]

Watcher = Callable[[Mapping[str, Any]], None]


def describe(value: Mapping[str, Any]) -> str:
    """What a notification says, in words.

    >>> describe({"phase": "compare", "done": 3, "total": 8})
    'compare 3 of 8'
    """
    words = [str(value.get("phase", ""))]
    if value.get("done") is not None:
        words.append(f"{value['done']} of {value['total']}" if value.get("total") is not None else str(value["done"]))
    if value.get("objective"):
        words.append(str(value["objective"]))
    if value.get("gap") is not None:
        words.append(f"gap {float(value['gap']):.2%}")
    if value.get("seconds") is not None:
        words.append(f"{float(value['seconds']):.1f} s")
    return " ".join(word for word in words if word)


class _Line:
    """One line, written over and over; a notebook and a terminal both show it so."""

    def __init__(self, stream: TextIO):
        self._stream, self._longest = stream, 0

    def __call__(self, value: Mapping[str, Any]) -> None:
        text = describe(value)
        self._longest = max(self._longest, len(text))
        self._stream.write("\r" + text.ljust(self._longest))
        self._stream.flush()

    def close(self) -> None:
        if self._longest:
            self._stream.write("\r" + " " * self._longest + "\r")
            self._stream.flush()


class _Bar:
    """A bar of tqdm, which draws itself as the notebook or terminal can."""

    def __init__(self, tqdm: Any):
        self._tqdm = tqdm
        self._bar: Any = None

    def __call__(self, value: Mapping[str, Any]) -> None:
        if self._bar is None:
            self._bar = self._tqdm(total=value.get("total"), leave=False)
        self._bar.set_description_str(describe({**value, "done": None}), refresh=False)
        if value.get("done") is not None:
            self._bar.n = value["done"]
        self._bar.refresh()

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()


Asked = Union[bool, None, Watcher]


class watcher:
    """What `progress=` was given as a context: nothing, a function of one's own, or True for a line or a bar."""

    def __init__(self, asked: Asked):
        self._asked = asked
        self._shown: _Line | _Bar | None = None

    def __enter__(self) -> Watcher | None:
        if callable(self._asked):
            return self._asked
        if not self._asked:
            return None
        try:
            from tqdm.auto import tqdm

            self._shown = _Bar(tqdm)
        except ImportError:
            self._shown = _Line(sys.stderr)
        return self._shown

    def __exit__(self, *exception: object) -> None:
        if self._shown is not None:
            self._shown.close()
