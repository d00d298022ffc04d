"""The sets of moves that an adversary may take, for questions about each of them."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from ..progress import Asked
from .tasks import ask_all

if TYPE_CHECKING:
    from distributed import Client

    from ..model import Model

__all__ = ["ask_sets_of_moves", "sets_of_moves"]


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


def ask_sets_of_moves(model: Model, question: str = "solve", at_most: int | None = None, *, client: "Client | None" = None,
                      processes: int | None = None, progress: Asked = None, **options: Any) -> dict[tuple[str, ...], Any]:
    """A question about the model under every set of moves, each a task: of a Dask cluster with `client`, else here.

    What is refused, such as a set of moves that leaves no plan, stands as an error in its place. A plan that knows the
    moves beforehand is a bound on every plan that must be made before them.

    >>> import lodestone as ls
    >>> model = ls.read("Models/jp-gallium/model.yaml")
    >>> found = ask_sets_of_moves(model, relax=True, processes=2)
    >>> [moves for moves, plan in found.items() if plan.dependency >= found[()].dependency]
    [(), ('export_ban',), ('price_dumping',)]
    """
    sets = sets_of_moves(model, at_most)
    models = [model.at(scenario=[*model.scenario, *moves]) for moves in sets]
    return dict(zip(sets, ask_all(
        models, question, client=client, processes=processes, errors="return", progress=progress, **options)))
