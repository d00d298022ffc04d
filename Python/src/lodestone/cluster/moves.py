"""The sets of moves that an adversary may take, for questions about each of them."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..model import Model

__all__ = ["sets_of_moves"]


def sets_of_moves(model: Model, at_most: int | None = None) -> list[tuple[str, ...]]:
    """Every set of the moves of a model's `adversary`, none first, with as many at a time as the model (or `at_most`) says.

    Each is a list of scenarios: `model.at(scenario=moves)` is the model as it would be if they were known from the start.

    >>> import lodestone as ls
    >>> sets_of_moves(ls.read("Models/jp-gallium/model.yaml"))
    [(), ('export_ban',), ('price_dumping',)]
    """
    adversary = model["adversary"]
    moves = list(adversary["moves"])
    most = at_most if at_most is not None else int(adversary.get("at_most", len(moves)))
    return [chosen for count in range(min(most, len(moves)) + 1) for chosen in itertools.combinations(moves, count)]
