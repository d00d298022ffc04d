"""Groups of outcomes as tasks: one process plans for all outcomes together and has each group of them solved by a worker.

That process asks about a group under given costs on what is decided before the outcome is known, puts the answers together,
and verifies the plan. A group's answer depends on the question alone, so that it may be solved anywhere, and again where a
worker was lost.
"""

from __future__ import annotations

import functools
import uuid
from typing import TYPE_CHECKING, Any, Mapping, Sequence

from ..connection import HandOut, Task
from ..errors import UsageError
from ..model import Model, Value, read
from .bundle import Bundle
from .tasks import RETRIES, at_hand, settled

if TYPE_CHECKING:
    from distributed import Client

__all__ = ["group_tasks", "solve_group"]

_MEASURES = ("expected", "cvar")


def solve_group(model: Model, group: Mapping[str, Any], **options: Any) -> dict[str, Any] | None:
    """The answer to one question about a group of a model's outcomes, as the process that plans for all of them takes it;
    None where the group's solve finds no bound. `options` are those of the solve, by their names in the session.
    """
    answer = model._ask("solveGroup", group=group, **options)
    return None if answer is None else dict(answer)


def group_tasks(client: "Client", model: Model, *, risk: str | None, relax: bool = False, **options: Any) -> HandOut:
    """What has groups of a model's outcomes solved as tasks of a Dask cluster; `options` are those of `model.solve`."""
    if risk not in _MEASURES:
        raise UsageError(f"client: only groups of outcomes are solved by a cluster, with risk one of {', '.join(_MEASURES)}")
    bundle = at_hand(client, Bundle.of(model))
    asked = {name: value for name, value in {"risk": risk, "relax": relax or None, **options}.items() if value is not None}
    changes, scenario, budget_scale = dict(model.changes), list(model.scenario), model.budget_scale

    def hand_out(group: Mapping[str, Any]) -> Task:
        # Under a name of their own the cluster knows how long these take, and shares them out among idle workers.
        task: Task = client.submit(
            settled, _solve_sent, bundle, changes, scenario, budget_scale, asked, group, key=f"solve_group-{uuid.uuid4().hex}",
            retries=RETRIES)
        return task

    return hand_out


def _solve_sent(bundle: Bundle, changes: Mapping[str, Value], scenario: Sequence[str], budget_scale: float | str,
                options: Mapping[str, Any], group: Mapping[str, Any]) -> dict[str, Any] | None:
    model = _kept(str(bundle.unpack())).at(changes, scenario=list(scenario), budget_scale=budget_scale)
    return solve_group(model, group, **options)


@functools.lru_cache(maxsize=8)
def _kept(path: str) -> Model:
    """A model that stays open in this worker, and with it its outcomes' programs from one group to the next."""
    return read(path)
