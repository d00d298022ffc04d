"""The command `lodestone-excel`."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path
from typing import Sequence

from ..errors import LodestoneError, ModelError, NoPlan, NotVerified, Stopped, UsageError
from ..model import Model, read
from ..output import check_output
from ..program import run

__all__ = ["main"]

_EXAMPLES = """examples:
  lodestone-excel new chain.xlsx                         a workbook to start from; it solves as it is
  lodestone-excel from-yaml model.yaml model.xlsx        a model file as a workbook
  lodestone-excel check model.xlsx                       every mistake with its sheet and cell
  lodestone-excel to-yaml model.xlsx model.yaml          a workbook as a model file
  lodestone-excel results model.xlsx plan.xlsx --relax   solves it and writes a workbook to send on

The file that is read is never written to. from-yaml and to-yaml replace no file that exists, results only a workbook of
results that has no other sheets; --force replaces any. Workbooks are written as .xlsx, models as .yaml or .yml.
"""
_BOOKS, _MODELS = (".xlsx",), (".yaml", ".yml")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; returns its exit code, which is that of `lodestone`."""
    asked = _parser().parse_args(arguments)
    try:
        return int(asked.work(asked))
    except ModelError as error:
        print(error, file=sys.stderr)
        return 1
    except UsageError as error:
        print(error, file=sys.stderr)
        return 2
    except (NoPlan, Stopped, NotVerified) as error:
        print(error, file=sys.stderr)
        return {NoPlan: 3, Stopped: 4, NotVerified: 5}[type(error)]
    except ImportError as error:
        print(f"lodestone-excel: {error}; install lodestone[excel]", file=sys.stderr)
        return 2
    except LodestoneError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"lodestone-excel: {error}", file=sys.stderr)
        return 74


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "lodestone-excel", description="Models and results of Lodestone as workbooks.", epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    new = commands.add_parser("new", help="write a workbook to start from")
    new.add_argument("book", type=Path)
    new.add_argument("--template", choices=("starter", "full"), default="starter")
    new.set_defaults(work=_new)
    source = commands.add_parser("from-yaml", help="write a model file as a workbook")
    source.add_argument("model", type=Path)
    source.add_argument("book", type=Path)
    _force(source)
    source.set_defaults(work=_from_yaml)
    target = commands.add_parser("to-yaml", help="write a workbook as a model file")
    target.add_argument("book", type=Path)
    target.add_argument("model", type=Path)
    _force(target)
    target.set_defaults(work=_to_yaml)
    check = commands.add_parser("check", help="tell every mistake with its sheet and cell")
    check.add_argument("book", type=Path)
    check.set_defaults(work=_check)
    results = commands.add_parser("results", help="solve a workbook or model file and write a workbook of results")
    results.add_argument("model", type=Path)
    results.add_argument("book", type=Path)
    results.add_argument("--scenario", action="append", default=[])
    results.add_argument("--set", action="append", default=[], metavar="PATH=VALUE", dest="settings")
    results.add_argument("--budget-scale", default=None)
    results.add_argument("--relax", action="store_true", help="drop the whole-number rules")
    results.add_argument("--gap", default=None)
    results.add_argument("--time-limit", type=float, default=None)
    _force(results)
    results.set_defaults(work=_results)
    return parser


def _force(command: argparse.ArgumentParser) -> None:
    command.add_argument("--force", action="store_true", help="replace the output where it exists")


def _new(asked: argparse.Namespace) -> int:
    from .write import write_model

    if os.path.lexists(asked.book):
        raise UsageError(f"{asked.book} exists already; nothing is overwritten")
    check_output(asked.book, [], _BOOKS)
    with tempfile.TemporaryDirectory() as folder:
        run("new", asked.book.stem, "--template", asked.template, cwd=folder)
        write_model(next(Path(folder).glob("*.yaml")), asked.book)
    print(f"{asked.book} is written. Next:\n  lodestone-excel check {asked.book}")
    return 0


def _from_yaml(asked: argparse.Namespace) -> int:
    from .write import write_model

    check_output(asked.book, [asked.model], _BOOKS, force=asked.force)
    write_model(asked.model, asked.book)
    return 0


def _to_yaml(asked: argparse.Namespace) -> int:
    from .read import model_document, read_model

    check_output(asked.model, [asked.book], _MODELS, force=asked.force)
    document = model_document(asked.book)
    read_model(asked.book)
    part = asked.model.with_name(f".{asked.model.name}.{os.getpid()}")
    try:
        part.write_text(document.text, encoding="utf-8")
        part.replace(asked.model)
    finally:
        part.unlink(missing_ok=True)
    return 0


def _check(asked: argparse.Namespace) -> int:
    from .read import model_document, read_model

    document = model_document(asked.book)
    model = read_model(asked.book)
    for problem in model.validate():
        print(document.placed_problem(problem))
    print(f"{model.name}: no errors")
    return 0


def _model(path: Path) -> Model:
    from .read import read_model

    return read(path) if path.suffix.lower() in _MODELS else read_model(path)


def _results(asked: argparse.Namespace) -> int:
    from .results import is_results, write_results

    check_output(asked.book, [asked.model], _BOOKS, force=asked.force, is_own=is_results)
    model = _model(asked.model)
    model._advises = False  # the settings are options here
    for setting in asked.settings:
        path, equals, value = setting.partition("=")
        if not equals:
            raise UsageError(f"--set {setting}: no `=` in it")
        model[path] = value
    model = model.at(scenario=asked.scenario or None, budget_scale=asked.budget_scale)
    plan = model.solve(relax=asked.relax, gap=asked.gap, time_limit=asked.time_limit)
    write_results(plan, asked.book, model)
    print(plan)
    return 0 if plan.status == "optimal" else 4


if __name__ == "__main__":
    sys.exit(main())
