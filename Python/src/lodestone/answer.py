"""What all answers of the engine have in common."""

from __future__ import annotations

from typing import Any, Mapping


class Answer:
    """An answer as the engine gave it, and how it ended."""

    def __init__(self, raw: Mapping[str, Any]):
        self.raw = dict(raw)

    @property
    def status(self) -> str:
        """`optimal`, or what kept the engine from finding or proving all of it."""
        return str(self.raw["status"])

    @property
    def reason(self) -> str | None:
        """Why it is not optimal; None where it is."""
        return self.raw.get("reason")
