"""A model and the changes made to it."""

from __future__ import annotations

import json
import math
import os
import tempfile
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Iterator, Mapping, Sequence, Union

from .errors import LodestoneError, ModelError, NoPlan, NotFound, NotVerified, Problem, Stopped, UsageError
from .pareto import Pareto
from .plan import Plan
from .program import Answer, run
from .progress import Asked, watcher
from .session import Session, Source, default_session

if TYPE_CHECKING:
    import pandas as pd
    from distributed import Client

    from .connection import HandOut
    from .sweep import Sweep

__all__ = ["Model", "Value", "loads", "read"]

#: What a path can be set to: a quantity with its unit, a number, a list, a map from year to quantity, or other YAML.
Value = Union[str, int, float, bool, None, Sequence[Any], Mapping[Any, Any]]


def read(path: str | os.PathLike[str], session: Session | None = None) -> Model:
    """Reads a model file; raises `ModelError` with every problem, each with file, line and column.

    >>> import lodestone as ls
    >>> model = ls.read("Models/tutorial.yaml")
    >>> model.name, model.scenarios
    ('Tutorial', ['half_budget', 'mines_only', 'export_ban'])
    """
    return Model._opened(Source(path=os.path.abspath(os.fspath(path))), session)


def loads(text: str, directory: str | os.PathLike[str] | None = None, file: str = "model.yaml",
          session: Session | None = None) -> Model:
    """Reads a model from text. `directory` is where its tables and parts lie, `file` its name in messages."""
    folder = os.path.abspath(os.fspath(directory)) if directory is not None else None
    return Model._opened(Source(text=text, directory=folder, file=file), session)


def setting(value: Value) -> str:
    """A value as it stands after `--set PATH=`: YAML in the flow style.

    >>> setting({2027: "0 t/yr", 2030: "5 t/yr"})
    '{2027: "0 t/yr", 2030: "5 t/yr"}'
    >>> setting("60 MUSD"), setting(0.25), setting(True)
    ('60 MUSD', '0.25', 'true')
    """
    return value if isinstance(value, str) else _flow(value)


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(key)}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, (list, tuple)) or getattr(value, "ndim", None):
        return "[" + ", ".join(_flow(item) for item in value) + "]"
    if hasattr(value, "item"):  # a scalar of numpy
        value = value.item()
    if value is None or isinstance(value, (bool, int, float)):
        if isinstance(value, float) and not math.isfinite(value):
            raise UsageError(f"{value} is no number that a model can hold")
        return json.dumps(value)
    raise UsageError(f"a value of the type {type(value).__name__} is nothing that a model can hold")


def _key(key: Any) -> str:
    return str(key) if isinstance(key, int) else json.dumps(str(key), ensure_ascii=False)


class Model:
    """A model and changes to it, which are kept here and sent along with every question: nothing is written to a file.

    `model["imports.cn_*.limit"] = "0 t/yr"` sets what a path names, as `--set` does; reading gives what stands there
    after all changes: one value, or a map where the path names several. `del` takes a change back.

    >>> import lodestone as ls
    >>> model = ls.read("Models/tutorial.yaml")
    >>> model["funds.grants.max_share"] = "50%"
    >>> model["funds.grants.max_share"]
    '50%'
    >>> model["imports.*.limit"]
    {'imports.cn_oxide.limit': '5 kt/yr', 'imports.cn_magnets.limit': '5 kt/yr'}
    >>> del model["funds.grants.max_share"]
    >>> model.changes
    {}
    """

    def __init__(self, source: Source, about: Mapping[str, Any], session: Session | None = None):
        self._source = source
        self._about = dict(about)
        self._session = session
        self.changes: dict[str, Value] = {}
        #: Scenarios that are applied, in order; empty for the model as it is.
        self.scenario: list[str] = []
        #: What every appropriation is multiplied by.
        self.budget_scale: float | str = 1
        #: Whether errors say how a change is taken back in Python.
        self._advises = True

    @classmethod
    def _opened(cls, source: Source, session: Session | None) -> Model:
        about = (session or default_session()).open(source)
        known = Source(source.path, source.text, source.directory, source.file, about.get("hash"))
        return cls(known, about, session)

    @classmethod
    def from_frames(cls, frames: Mapping[str, "pd.DataFrame"], settings: Mapping[str, Value],
                    session: Session | None = None) -> Model:
        """A model from tables, a row an entry, and settings; see `lodestone.frames`."""
        from .frames import model_text

        document = model_text(frames, settings)
        try:
            return loads(document.text, file="frames", session=session)
        except ModelError as error:
            raise document.placed(error) from None

    @property
    def name(self) -> str:
        """The model's title."""
        return str(self._about.get("name", ""))

    @property
    def path(self) -> str | None:
        """The file it was read from; None where it was made from text."""
        return self._source.path

    @property
    def scenarios(self) -> list[str]:
        """The ids of its scenarios."""
        return [str(entry["id"]) if isinstance(entry, Mapping) else str(entry)
                for entry in self._about.get("scenarios", [])]

    @property
    def warnings(self) -> list[Problem]:
        """What the reader warns of, in the model as it stands with its changes."""
        return [problem for problem in self.validate() if problem.severity != "error"]

    def __setitem__(self, path: str, value: Value) -> None:
        try:
            setting(value)
        except UsageError as error:
            raise UsageError(f"{path}: {error}") from None
        self.changes.pop(path, None)
        self.changes[path] = value

    def __delitem__(self, path: str) -> None:
        if path not in self.changes:
            made = ", ".join(self.changes) or "there are none"
            raise NotFound(f"{path}: no change of this model, which could be taken back\n  expected: {made}")
        del self.changes[path]

    def __getitem__(self, path: str) -> Any:
        found = self._ask("read", path=path)["values"]
        if len(found) == 1 and "*" not in path and "[" not in path:
            return found[0]["value"]
        return {entry["path"]: entry["value"] for entry in found}

    def copy(self) -> Model:
        """A model with the same changes, to go on from separately."""
        other = Model(self._source, self._about, self._session)
        other.changes, other.scenario, other.budget_scale = dict(self.changes), list(self.scenario), self.budget_scale
        other._advises = self._advises
        return other

    def at(self, changes: Mapping[str, Value] | None = None, *, scenario: str | Sequence[str] | None = None,
           budget_scale: float | str | None = None) -> Model:
        """A copy with more changes; this one stays as it is.

        >>> import lodestone as ls
        >>> model = ls.read("Models/tutorial.yaml")
        >>> round(model.at(scenario="export_ban").solve().dependency, 4)
        0.55
        """
        other = self.copy()
        for path, value in (changes or {}).items():
            other[path] = value
        if scenario is not None:
            other.scenario = [scenario] if isinstance(scenario, str) else list(scenario)
        if budget_scale is not None:
            other.budget_scale = budget_scale
        return other

    def through(self, session: Session) -> Model:
        """A copy that talks to this session."""
        other = self.copy()
        other._session = session
        return other

    # Questions

    def solve(
        self, *, relax: bool = False, gap: float | str | None = None, time_limit: float | None = None,
        objective: Sequence[str] | str | None = None, method: str | None = None, risk: str | None = None,
        level: float | str | None = None, foresight: str | None = None, step: str | None = None,
        beside: bool = False, warm: bool = False, progress: Asked = None, client: "Client | None" = None,
    ) -> Plan:
        """The plan that minimises the objectives, verified: the numbers are those of `lodestone solve` to the bit.

        - `relax` drops the whole-number rules; `gap` and `time_limit` (seconds) say when a whole-number plan is good enough.
        - `risk` (`expected`, `worst`, `regret`, `cvar` with its `level`, `adversary`) plans for the uncertain outcomes of
          the model, `foresight` and `step` make plans that see only so far.
        - `beside` adds to `raw` what stands beside the plan: what private money alone would build, the effect of the
          horizon's end, the inputs that move the answer most.
        - `warm` begins from where the last solve ended: faster for small changes of large models. Where several plans
          are equally good it may find another, and last digits may differ.
        - `progress` is True, or a function that is called with a map now and then.
        - `client`, a client of Dask, has groups of outcomes solved as tasks of its cluster where `risk` is `expected` or
          `cvar` and there are so many outcomes that they are planned for in groups; what is put together whole is solved
          here. The answer is the same to the bit, with workers lost on the way too.

        Raises `ModelError` for a change that does not fit, `NoPlan` where there is none, `NotVerified`.
        """
        # Nothing stands beside plans that see only so far.
        is_alone = not beside and foresight is None
        hand_out = None
        if client is not None:
            from .cluster.outcomes import group_tasks

            hand_out = group_tasks(
                client, self, relax=relax, gap=gap, objective=objective, method=method, risk=risk, level=level)
        raw = self._ask(
            "solve", progress, hand_out, relax=relax or None, gap=gap, timeLimit=time_limit, objective=objective, method=method,
            risk=risk, level=level, foresight=foresight, step=step, onlyPlan=is_alone or None, warm=warm or None)
        return _plan(raw)

    def compare(
        self, cases: Sequence[str] = (), *, relax: bool = False, gap: float | str | None = None,
        time_limit: float | None = None, objective: Sequence[str] | str | None = None,
        budget_scales: Sequence[float | str] | None = None, only_plan: bool = False, progress: Asked = None,
    ) -> dict[str, Any]:
        """Cases side by side, as `compare --json`. A case is written as for the command: `"ban: export_ban, budget 50%"`.

        Without cases every scenario of the model is one. `budget_scales` adds each case at these multiples of its money.

        >>> import lodestone as ls
        >>> model = ls.read("Models/tutorial.yaml")
        >>> [case["name"] for case in model.compare(["ban: export_ban"], only_plan=True)["cases"]]
        ['base', 'ban']
        """
        answer = self._ask(
            "compare", progress, case=list(cases) or None, budgetScales=list(budget_scales) if budget_scales else None,
            relax=relax or None, gap=gap, timeLimit=time_limit, objective=objective, onlyPlan=only_plan or None)
        return dict(answer)

    def reach(
        self, targets: Mapping[int, str | float] | str | Sequence[str] | None = None, *, least_budget: bool = False, relax: bool = False,
        gap: float | str | None = None, time_limit: float | None = None, progress: Asked = None,
    ) -> dict[str, Any]:
        """The least money that reaches targets, or with `least_budget` the least budget scale, as `reach --json`.

        Targets are a map from year to share, or the words of the command: `"2030=60% 2035=40%"`, also as a list.

        >>> import lodestone as ls
        >>> ls.read("Models/tutorial.yaml").reach({2028: "50%"})["status"]
        'optimal'
        """
        wanted = _targets(targets or {})
        answer = self._ask(
            "reach", progress, targets=wanted or None, atLeastBudget=least_budget or None, relax=relax or None, gap=gap,
            timeLimit=time_limit)
        return dict(answer)

    def stress(
        self, *, objective: Sequence[str] | str | None = None, relax: bool = False, gap: float | str | None = None,
        time_limit: float | None = None, progress: Asked = None,
    ) -> dict[str, Any]:
        """The plan carried out in every outcome of the model's `uncertainty`, as `stress --json`."""
        answer = self._ask(
            "stress", progress, objective=objective, relax=relax or None, gap=gap, timeLimit=time_limit)
        return dict(answer)

    def frontier(
        self, *, start: float | None = None, end: float | None = None, resolution: float | None = None,
        objective: Sequence[str] | str | None = None, relax: bool = False, gap: float | str | None = None,
        time_limit: float | None = None, progress: Asked = None,
    ) -> dict[str, Any]:
        """The best value at every budget between two scales, as `frontier --json`."""
        params: dict[str, Any] = {"from": start, "to": end}
        answer = self._ask(
            "frontier", progress, resolution=resolution, objective=objective, relax=relax or None, gap=gap,
            timeLimit=time_limit, **params)
        return dict(answer)

    def pareto(
        self, *objectives: str, resolution: float | None = None, relax: bool = False, gap: float | str | None = None,
        time_limit: float | None = None, progress: Asked = None,
    ) -> Pareto:
        """What one objective costs in others, as `lodestone pareto`: the frontier of two, the surface of three.

        Objectives are those of `solve` and the model's measures (`"jobs"`, `"maximize jobs"`); without any the model's
        first two. Without whole-number rules, or with `relax`, the frontier is all of its corners; three objectives are
        compared so alone. `resolution` is how finely boxes with whole numbers are divided, and of three objectives the
        error that is wanted, each a share of the ranges.

        >>> import lodestone as ls
        >>> model = ls.read("Models/tutorial.yaml")
        >>> model["measures"] = {"home": "served[class=domestic]"}
        >>> model.pareto("public_cost", "maximize home").corners[["home", "public_cost"]].round(2)
             home  public_cost
        0  2400.0        88.57
        1  1800.0        60.00
        2     0.0         0.00

        Raises `UsageError` for what is no objective, `NoPlan` where an end of the frontier has none, `Stopped`.
        """
        answer = self._ask(
            "pareto", progress, objectives=list(objectives) or None, resolution=resolution, relax=relax or None, gap=gap,
            timeLimit=time_limit)
        return Pareto(answer)

    def alternatives(
        self, *, within: float | str | None = None, count: int | None = None, all_objectives: bool = False,
        ranges: bool = False, relax: bool = False, gap: float | str | None = None, time_limit: float | None = None,
        progress: Asked = None,
    ) -> dict[str, Any]:
        """Which plans do nearly as well, as `alternatives --json`."""
        answer = self._ask(
            "alternatives", progress, within=within, count=count, allObjectives=all_objectives or None,
            ranges=ranges or None, relax=relax or None, gap=gap, timeLimit=time_limit)
        return dict(answer)

    def explain(
        self, facility: str | None = None, *, top: int | None = None, relax: bool = False,
        gap: float | str | None = None, time_limit: float | None = None, progress: Asked = None,
    ) -> dict[str, Any]:
        """What limits the outcome, or why a facility is in or out, as `explain --json`."""
        answer = self._ask(
            "explain", progress, facility=facility, top=top, relax=relax or None, gap=gap, timeLimit=time_limit)
        return dict(answer)

    def sensitivity(
        self, *, range: str | None = None, top: int | None = None, objective: Sequence[str] | str | None = None,
        time_limit: float | None = None, progress: Asked = None,
    ) -> dict[str, Any]:
        """Each input at the ends of its range, as `sensitivity --json`; of a large model the twelve that move most, or `top`."""
        answer = self._ask("sensitivity", progress, range=range, top=top, objective=objective, timeLimit=time_limit)
        return dict(answer)

    def floors(
        self, cases: Sequence[str] = (), *, by_year: bool = False, relax: bool = False, gap: float | str | None = None,
        time_limit: float | None = None, progress: Asked = None,
    ) -> dict[str, Any]:
        """The price that keeps each plant running, as `floors --json`."""
        answer = self._ask(
            "floors", progress, case=list(cases) or None, byYear=by_year or None, relax=relax or None, gap=gap,
            timeLimit=time_limit)
        return dict(answer)

    def describe(self) -> dict[str, Any]:
        """What is in the model as it stands, as `describe --json`."""
        return dict(self._ask("describe"))

    def validate(self) -> list[Problem]:
        """Every error, warning and note about the model as it stands with its changes; does not raise for them."""
        try:
            found = self._ask("validate")["diagnostics"]
        except ModelError as error:
            return list(error.problems)
        return [self._advised(Problem.from_json(record)) for record in found]

    def sweep(self, **options: Any) -> "Sweep":
        """Many cases, here or on a cluster; see `lodestone.sweep.sweep`."""
        from .sweep import sweep

        return sweep(self, **options)

    def command(self, name: str, *arguments: str, settings: bool = True, check: bool = True) -> Answer:
        """Runs any command of the program on the model as it stands, once, in a process of its own.

        `settings` sends the changes along as options; commands that take none (`sources`, `validate`) are asked without.

        >>> import lodestone as ls
        >>> ls.read("Models/tutorial.yaml").command("plot", "dependency").code
        0
        """
        options = self.options() if settings else []
        with self.file() as path, self._with_advice():
            return run(name, path, *options, *arguments, check=check)

    def options(self) -> list[str]:
        """The changes as options of the command line."""
        words: list[str] = []
        for scenario in self.scenario:
            words += ["--scenario", scenario]
        if self.budget_scale != 1:
            words += ["--budget-scale", str(self.budget_scale)]
        for path, value in self.changes.items():
            words += ["--set", f"{path}={setting(value)}"]
        return words

    @contextmanager
    def file(self) -> Iterator[str]:
        """The model file; for a model made from text one that is there meanwhile, beside its tables."""
        if self._source.path is not None:
            yield self._source.path
            return
        folder = self._source.directory
        with tempfile.TemporaryDirectory() if folder is None else _existing(folder) as place:
            handle, path = tempfile.mkstemp(suffix=".yaml", dir=place)
            try:
                with open(handle, "w", encoding="utf-8") as file:
                    file.write(self._source.text or "")
                yield path
            finally:
                Path(path).unlink(missing_ok=True)

    def _ask(self, method: str, progress: Asked = None, hand_out: "HandOut | None" = None, /, **params: Any) -> Any:
        members: dict[str, Any] = {name: value for name, value in params.items() if value is not None}
        if self.changes:
            members["set"] = {path: setting(value) for path, value in self.changes.items()}
        if self.scenario:
            members["scenario"] = self.scenario
        if self.budget_scale != 1:
            members["budgetScale"] = self.budget_scale
        with watcher(progress) as watching, self._with_advice():
            return (self._session or default_session()).ask(method, self._source, members, watching, hand_out)

    @contextmanager
    def _with_advice(self) -> Iterator[None]:
        """Says of a change that is refused how it is taken back."""
        try:
            yield
        except ModelError as error:
            advised = [self._advised(problem) for problem in error.problems]
            if advised == list(error.problems):
                raise
            raise ModelError(advised) from None

    def _advised(self, problem: Problem) -> Problem:
        for path, value in self.changes.items() if self._advises else ():
            if problem.file == f"--set {path}={setting(value)}":
                advice = f"del model[{json.dumps(path, ensure_ascii=False)}] takes this setting back"
                return replace(problem, suggestion=f"{problem.suggestion}; {advice}" if problem.suggestion else advice)
        return problem

    def __repr__(self) -> str:
        changed = f", {len(self.changes)} changed" if self.changes else ""
        under = f", under {' + '.join(self.scenario)}" if self.scenario else ""
        return f"<Model {self.name!r}{under}{changed}>"


def _targets(given: Mapping[int, str | float] | str | Sequence[str]) -> dict[str, str | float]:
    """Targets by year.

    >>> _targets("2030=60% 2035=40%"), _targets({2035: 0.4})
    ({'2030': '60%', '2035': '40%'}, {'2035': 0.4})
    """
    if hasattr(given, "items"):
        return {str(year): value for year, value in given.items()}
    found: dict[str, str | float] = {}
    words = given.split() if isinstance(given, str) else given if isinstance(given, (list, tuple)) else [given]
    for word in words:
        year, equals, share = str(word).partition("=")
        if not equals or year in found:
            raise UsageError(f"{word}: a target is a year and a share, each year once\n  expected: 2035=40%")
        found[year] = share
    return found


@contextmanager
def _existing(folder: str) -> Iterator[str]:
    yield folder


def _plan(raw: Mapping[str, Any]) -> Plan:
    """The plan of an answer; an exception where it has none."""
    if raw.get("plan") is not None:
        return Plan(raw)
    status, reason = str(raw.get("status")), raw.get("reason")
    if status in ("infeasible", "unbounded"):
        raise NoPlan(status, reason, raw)
    if status == "interrupted":
        raise Stopped(str(reason or status))
    if status == "failed":
        raise NotVerified(str(reason or status))
    raise LodestoneError(str(reason or status))
