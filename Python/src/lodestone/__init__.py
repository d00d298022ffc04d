"""Lodestone in Python: plans where public money should go so that dependence on foreign-controlled supply falls most.

    import lodestone as ls
    m = ls.read("model.yaml")
    m["imports.cn_*.limit"] = "0 t/yr"
    plan = m.solve()
    plan.builds

The work is done by the `lodestone` program, which this package keeps running (`lodestone session`) and asks; every number
is the one that the command line prints.
"""

from ._version import __version__
from .cluster import ask_all
from .errors import (
    LodestoneError, ModelError, NoPlan, NotFound, NotVerified, Problem, ProcessLost, Stopped, UsageError)
from .model import Model, loads, read
from .pareto import Pareto
from .plan import Plan
from .program import Answer, find_program, run, version
from .session import Pool, Session, default_session
from .sweep import Sweep, merge, sweep

__all__ = [
    "Answer", "LodestoneError", "Model", "ModelError", "NoPlan", "NotFound", "NotVerified", "Pareto", "Plan", "Pool",
    "Problem", "ProcessLost", "Session", "Stopped", "Sweep", "UsageError", "__version__", "ask_all", "default_session", "find_program",
    "loads", "merge", "read", "run", "sweep", "version",
]
