"""One plan for many outcomes, group by group: each group of outcomes is a task, and so is each test of a plan on a group.

A group that is planned for by itself decides only for its own outcomes, so that the mean of the groups' values, by their
shares, is a bound on what one plan for all can reach. What a group would award before the outcome is known is a plan for
all of them; tested on every group it gives what it really comes to. The best of these plans and the bound enclose the
optimum (expected group subproblem objectives; Sandikci and Ozaltin 2017).
"""

from __future__ import annotations

import json
import math
import os
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Mapping, Sequence

from ..errors import LodestoneError, ModelError, NoPlan, UsageError
from ..model import Model, read
from ..progress import Asked
from .bundle import Bundle
from .tasks import RETRIES, ask_all, at_hand, settled

if TYPE_CHECKING:
    from distributed import Client

__all__ = ["Grouped", "Group", "groups_of_outcomes", "solve_groups"]

_TABLES = ("awards", "builds", "purchases")


@dataclass(frozen=True)
class Group:
    """Some of a model's outcomes: their names, their share of all probability, and the changes that leave only them."""

    outcomes: tuple[str, ...]
    share: float
    changes: Mapping[str, Any]


@dataclass(frozen=True)
class Grouped:
    """What grouping found, for the first objective.

    - `bound`: no plan for all outcomes is better;
    - `value`: what `awards` come to over all outcomes, None where no group's awards hold in every other group;
    - `values`: the same for the awards of each group, None where they break a rule or leave no plan;
    - `awards`: the best of them, as `lodestone evaluate --awards` reads them;
    - `plans`: the answer for each group.
    """

    groups: tuple[Group, ...]
    bound: float
    value: float | None
    values: tuple[float | None, ...]
    awards: Mapping[str, Any] | None
    plans: tuple[Mapping[str, Any], ...]

    @property
    def gap(self) -> float | None:
        """How far `value` may be from the best there is, by its size."""
        if self.value is None:
            return None
        return max(0.0, self.value - self.bound) / max(abs(self.value), 1e-12)

    def write(self, path: "str | os.PathLike[str]") -> None:
        """Writes the awards where `lodestone evaluate --awards` reads them."""
        if self.awards is None:
            raise UsageError("no group has awards that hold in all others")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(self.awards, file)


def groups_of_outcomes(model: Model, count: int) -> list[Group]:
    """The outcomes of a model's `uncertainty` in so many groups of like size, each outcome in one.

    >>> import lodestone as ls
    >>> model = ls.read("Models/tutorial.yaml")
    >>> model["uncertainty"] = {"reveal": 2027, "outcomes": {"base": "50%", "export_ban": "30%", "half_budget": "20%"}}
    >>> [(group.outcomes, round(group.share, 3)) for group in groups_of_outcomes(model, 2)]
    [(('base', 'half_budget'), 0.7), (('export_ban',), 0.3)]
    """
    uncertainty = _uncertainty(model)
    if "sample" in uncertainty:
        raise UsageError(
            "the outcomes are drawn (`uncertainty.sample`); groups are of outcomes that have names. Draws of several seeds are "
            "asked with ask_all over model.at({\"uncertainty.sample.seed\": …})")
    outcomes = {name: share(value) for name, value in uncertainty.get("outcomes", {}).items()}
    outcomes = {name: value for name, value in outcomes.items() if value > 0}
    if not 1 <= count <= len(outcomes):
        raise UsageError(f"{count} groups: from 1 to {len(outcomes)}, the number of outcomes")
    groups = []
    for number in range(count):
        names = list(outcomes)[number::count]
        total = math.fsum(outcomes[name] for name in names)
        inner = {name: repr(outcomes[name] / total) for name in names}
        # The last takes what rounding leaves, so that they come to one.
        inner[names[-1]] = repr(1 - math.fsum(float(inner[name]) for name in names[:-1]))
        groups.append(Group(tuple(names), total, {"uncertainty.outcomes": inner}))
    return groups


def _uncertainty(model: Model) -> dict[str, Any]:
    """The section as the model stands with its changes."""
    made = model.changes.get("uncertainty")
    if made is None:
        try:
            made = model["uncertainty"]
        except ModelError:
            raise UsageError("the model has no `uncertainty`, whose outcomes could be grouped") from None
    if not isinstance(made, Mapping):
        raise UsageError("`uncertainty` was set as text: set it as a map, whose outcomes can be grouped")
    found = dict(made)
    if "uncertainty.outcomes" in model.changes:
        found["outcomes"] = model.changes["uncertainty.outcomes"]
    return found


def share(value: Any) -> float:
    """A probability as the model writes it.

    >>> share("30%"), share(0.3)
    (0.3, 0.3)
    """
    text = str(value).strip()
    return float(text[:-1]) / 100 if text.endswith("%") else float(text)


def solve_groups(model: Model, count: int, *, client: "Client | None" = None, processes: int | None = None,
                 relax: bool = False, gap: float | str | None = None, time_limit: float | None = None,
                 progress: Asked = None) -> Grouped:
    """One plan for all outcomes by the mean (`risk="expected"`), found group by group, with a bound on the best there is.

    Each group is planned for by a task, then each group's awards are tested on every group by a task: `count` + `count`²
    tasks, on the workers of a Dask cluster with `client`, else in processes here. The answer is the same to the bit wherever
    they run. With one group it is `model.solve(risk="expected")`.

    >>> import lodestone as ls
    >>> model = ls.read("Models/tutorial.yaml")
    >>> model["uncertainty"] = {"reveal": 2027, "outcomes": {"base": "50%", "export_ban": "30%", "half_budget": "20%"}}
    >>> found = solve_groups(model, 2, processes=2)
    >>> round(found.bound, 4), round(found.value, 4)
    (0.5425, 0.5875)
    """
    groups = groups_of_outcomes(model, count)
    models = [model.at(group.changes) for group in groups]
    options: dict[str, Any] = {"relax": relax, "gap": gap, "time_limit": time_limit}
    plans = [plan.raw for plan in ask_all(
        models, client=client, processes=processes, progress=progress, risk="expected", **options)]
    bound = math.fsum(group.share * _bound(plan) for group, plan in zip(groups, plans))
    candidates = [awards_before_reveal(plan) for plan in plans]
    words = _words(relax, gap, time_limit)
    pairs = [(candidate, other) for candidate in candidates for other in models]
    tested = _tested(pairs, words, client, processes)
    values = [_mean(tested[number * count:(number + 1) * count], groups) for number in range(count)]
    known = [number for number, value in enumerate(values) if value is not None]
    best = min(known, key=lambda number: (values[number], number), default=None)
    return Grouped(
        tuple(groups), bound, None if best is None else values[best], tuple(values),
        None if best is None else candidates[best], tuple(plans))


def awards_before_reveal(plan: Mapping[str, Any]) -> dict[str, Any]:
    """What a plan for outcomes awards before the outcome is known, as `lodestone evaluate` reads it."""
    first, reveal, tables = plan["outcomes"][0]["name"], plan["reveal"], plan["plan"]
    kept = {
        name: [{key: value for key, value in row.items() if key != "outcome"} for row in tables.get(name, [])
               if row["outcome"] == first and row["year"] < reveal]
        for name in _TABLES}
    return {"model": plan["model"], "units": plan["units"], "plan": kept}


def _bound(plan: Mapping[str, Any]) -> float:
    """What no plan for the group is below; its value where that is proven."""
    bound = plan.get("bound")
    return float(bound) if bound is not None else float(next(iter(plan["objectives"].values())))


def _mean(values: Sequence[float | None], groups: Sequence[Group]) -> float | None:
    if any(value is None for value in values):
        return None
    return math.fsum(group.share * value for group, value in zip(groups, values) if value is not None)


def _words(relax: bool, gap: float | str | None, time_limit: float | None) -> list[str]:
    words = ["--relax"] if relax else []
    words += [] if gap is None else ["--gap", str(gap)]
    return words + ([] if time_limit is None else ["--time-limit", str(time_limit)])


def value_of_awards(model: Model, awards: Mapping[str, Any], words: Sequence[str]) -> float | None:
    """What awards come to over a model's outcomes; None where they break a rule or leave no plan."""
    if not any(awards["plan"].values()):
        raise UsageError("nothing is awarded before the outcome is known: outcomes can be planned for one by one")
    with tempfile.TemporaryDirectory(prefix="lodestone-") as folder:
        path = os.path.join(folder, "awards.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(awards, file)
        try:
            answer = model.command("evaluate", "--awards", path, "--risk", "expected", "--json", *words)
        except NoPlan:
            return None
    value = (answer.json or {}).get("evaluation", {}).get("value")
    return None if value is None else float(value)


def _test_one(bundle: Bundle, changes: Mapping[str, Any], scenario: Sequence[str], budget_scale: float | str,
              awards: Mapping[str, Any], words: Sequence[str]) -> float | None:
    model = read(bundle.unpack()).at(changes, scenario=list(scenario), budget_scale=budget_scale)
    return value_of_awards(model, awards, words)


def _tested(pairs: Sequence[tuple[Mapping[str, Any], Model]], words: Sequence[str], client: "Client | None",
            processes: int | None) -> list[float | None]:
    if client is None:
        from concurrent.futures import ThreadPoolExecutor

        # Each test is a process of its own.
        with ThreadPoolExecutor(processes or os.cpu_count() or 1) as pool:
            return list(pool.map(lambda pair: value_of_awards(pair[1], pair[0], words), pairs))
    bundle = at_hand(client, Bundle.of(pairs[0][1]))
    futures = [
        client.submit(
            settled, _test_one, bundle, dict(model.changes), list(model.scenario), model.budget_scale, dict(awards),
            list(words), retries=RETRIES, pure=False)
        for awards, model in pairs]
    try:
        found: list[float | None] = []
        for future in futures:
            answer = future.result()
            if isinstance(answer, LodestoneError):
                raise answer
            found.append(answer)
        return found
    finally:
        client.cancel(futures)
