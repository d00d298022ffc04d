"""What a worker does: one part of a sweep, or one question about one model."""

from __future__ import annotations

import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Mapping, Sequence

from ..errors import LodestoneError, ModelError, NoPlan, NotVerified, Stopped, UsageError, error_of
from ..model import Model, Value, read
from ..plan import Plan
from ..program import run
from ..progress import Asked, Watcher, watcher
from ..session import Pool
from .bundle import Bundle

if TYPE_CHECKING:
    from distributed import Client

__all__ = ["RETRIES", "ask_all", "ask_one", "at_hand", "settled", "solve_part"]

#: How often a task whose process was lost is tried again. A worker that is lost is a matter of the engine's own count.
RETRIES = 3
#: What would be refused everywhere alike: an answer, no failure of a task.
_REFUSALS = (ModelError, UsageError, NoPlan, Stopped, NotVerified)


def settled(work: Callable[..., Any], *arguments: Any) -> Any:
    """What a task gives back: its answer, or what it was refused with, which no other worker would answer otherwise."""
    try:
        return work(*arguments)
    except _REFUSALS as error:
        return error


def solve_part(bundle: Bundle, options: Sequence[str], part: int, parts: int, jobs: int = 1) -> bytes:
    """Solves one part of a sweep and gives back its store: a SQLite file, made on the worker's own disk.

    `options` are those of `lodestone sweep`; `part` counts from 1. Raises what the program refuses.
    """
    model = bundle.unpack()
    with tempfile.TemporaryDirectory(prefix="lodestone-") as folder:
        store = Path(folder) / "part.db"
        answer = run(
            "sweep", model, *options, "--shard", f"{part}/{parts}", "--jobs", str(jobs), "--store", store, "--json",
            check=False)
        told = answer.json
        if told is None or not told.get("complete"):
            raise error_of(answer.code or 70, told, answer.errors or f"part {part} of {parts} ended before it was complete")
        return store.read_bytes()


def ask_one(bundle: Bundle, changes: Mapping[str, Value], scenario: Sequence[str], budget_scale: float | str,
            question: str, options: Mapping[str, Any]) -> Any:
    """Asks one question about one model: the answer, a plan as its JSON."""
    model = read(bundle.unpack()).at(changes, scenario=list(scenario), budget_scale=budget_scale)
    answer = getattr(model, question)(**options)
    return answer.raw if isinstance(answer, Plan) else answer


def at_hand(client: "Client", bundle: Bundle) -> Any:
    """A bundle on the workers of a cluster. It is a task itself: where the workers that hold it are lost, it is made again,
    which data that was only scattered would not be.
    """
    return client.submit(_same, bundle, pure=False)


def _same(bundle: Bundle) -> Bundle:
    return bundle


def ask_all(models: Sequence[Model], question: str = "solve", *, client: "Client | None" = None, processes: int | None = None,
            errors: str = "raise", progress: Asked = None, **options: Any) -> list[Any]:
    """One question about many models: `solve`, `alternatives`, `explain`, `reach`, `floors`, … The answers are in the
    order of the models and are those of asking one by one, to the bit.

    With `client`, a client of Dask, each is a task of the cluster, and a task whose worker is lost is done by another;
    else a pool of processes works here, one a core. With `errors="return"` what a model is refused with stands in its
    place instead of being raised. `progress` is True, or a function that is called as answers arrive.

    >>> import lodestone as ls
    >>> model = ls.read("Models/tutorial.yaml")
    >>> plans = ls.ask_all([model.at(scenario=name) for name in model.scenarios], processes=2)
    >>> [round(plan.dependency, 4) for plan in plans]
    [0.7, 1.0, 0.55]
    """
    if errors not in ("raise", "return"):
        raise UsageError("errors is `raise` or `return`")
    with watcher(progress) as watching:
        count = _Count(question, len(models), watching)
        if client is not None:
            return _on_dask(client, models, question, errors, options, count)

        def work(model: Model) -> Any:
            try:
                return getattr(model, question)(**options)
            except LodestoneError as error:
                if errors == "raise":
                    raise
                return error
            finally:
                count.one_more()

        with Pool(processes) as pool:
            return pool.map(work, models)


class _Count:
    """How many answers have arrived, from whatever thread."""

    def __init__(self, phase: str, total: int, watching: Watcher | None):
        self._phase, self._total, self._watching = phase, total, watching
        self._done, self._lock = 0, threading.Lock()

    def one_more(self) -> None:
        with self._lock:
            self._done += 1
            if self._watching is not None:
                self._watching({"phase": self._phase, "done": self._done, "total": self._total})


def _on_dask(client: "Client", models: Sequence[Model], question: str, errors: str, options: Mapping[str, Any],
             count: _Count) -> list[Any]:
    # A model's files travel once however many variants of it are asked about.
    bundles: dict[Any, Any] = {}
    for model in models:
        if model._source not in bundles:
            bundles[model._source] = at_hand(client, Bundle.of(model))
    futures = [
        client.submit(
            settled, ask_one, bundles[model._source], dict(model.changes), list(model.scenario), model.budget_scale,
            question, dict(options), retries=RETRIES, pure=False)
        for model in models]
    found: list[Any] = []
    try:
        for future in futures:
            answer = future.result()
            count.one_more()
            if isinstance(answer, LodestoneError) and errors == "raise":
                raise answer
            is_plan = question == "solve" and not isinstance(answer, LodestoneError)
            found.append(Plan(answer) if is_plan else answer)
            # What has arrived need not be kept, nor done again where a worker is lost.
            future.release()
    finally:
        client.cancel(futures)
    return found
