"""The command `lodestone-cluster`."""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from typing import Sequence

from ..errors import LodestoneError, UsageError
from ..output import check_output
from .templates import answer_name, slurm_questions, slurm_script, snakefile

__all__ = ["main"]

_EXAMPLES = """examples:
  lodestone-cluster slurm model.yaml --parts 200 --folder runs -- --sample 10000 --relax > sweep.sbatch
  sbatch sweep.sbatch
  lodestone-cluster snakemake model.yaml --parts 20 --folder runs -- --vary budget_scale=0.5,1,2 > Snakefile
  snakemake --cores 8
  lodestone-cluster merge runs --out tables
  lodestone-cluster ask model.yaml alternatives --each moves --folder answers -- --within 5% --relax > ask.sbatch
  lodestone-cluster gather answers --out answers.json

What stands after -- are options of `lodestone sweep`, for ask of the command that is asked. merge replaces no tables (cases, builds, awards) unless --force.
"""
_TASKS = "tasks.json"
_QUESTIONS = ("solve", "stress", "alternatives", "explain", "reach", "floors", "frontier", "sensitivity", "evaluate")
_TAKEN = ("--store", "--shard", "--jobs", "--json")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; returns its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    options: list[str] = []
    if "--" in given:
        place = given.index("--")
        given, options = given[:place], given[place + 1:]
    asked = _parser().parse_args(given)
    asked.options = options
    try:
        return int(asked.work(asked))
    except UsageError as error:
        print(error, file=sys.stderr)
        return 2
    except LodestoneError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"lodestone-cluster: {error}", file=sys.stderr)
        return 74


def _add_task_options(command: argparse.ArgumentParser, file_for: str) -> None:
    """What scripts for many tasks need: the shared folder, with one file for each ``file_for``, and what a task takes."""
    command.add_argument("--folder", required=True, help=f"a folder that all machines see, with one file for each {file_for}")
    command.add_argument("--cores", type=int, default=1, help="cores of a task")
    command.add_argument("--memory", default="1G", help="memory of a task, for Slurm")
    command.add_argument("--program", default="lodestone", help="where lodestone is on the machines")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "lodestone-cluster", description="Sweeps of Lodestone on batch systems.", epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, work, words in (("slurm", _slurm, "print a script for sbatch"), ("snakemake", _snakemake, "print a Snakefile")):
        command = commands.add_parser(name, help=words)
        command.add_argument("model")
        command.add_argument("--parts", type=int, required=True, help="how many tasks the sweep is cut into")
        _add_task_options(command, "part")
        command.set_defaults(work=work)
    ask = commands.add_parser("ask", help="print a script for sbatch that asks one question about many cases")
    ask.add_argument("model")
    ask.add_argument("question", choices=_QUESTIONS)
    ask.add_argument(
        "--each", required=True, help="what the cases are: scenarios, moves (sets of the adversary's), or groups:N of outcomes")
    _add_task_options(ask, "answer")
    ask.set_defaults(work=_ask)
    gather = commands.add_parser("gather", help="gather the answers into one JSON file")
    gather.add_argument("folder", type=Path)
    gather.add_argument("--out", type=Path, required=True)
    gather.add_argument("--incomplete", action="store_true", help="also where answers are missing")
    gather.add_argument("--force", action="store_true", help="replace the file that is there")
    gather.set_defaults(work=_gather)
    merge = commands.add_parser("merge", help="merge the parts into tables")
    merge.add_argument("folder", type=Path)
    merge.add_argument("--out", type=Path, required=True)
    merge.add_argument("--format", choices=("parquet", "feather", "csv"), default="parquet")
    merge.add_argument("--incomplete", action="store_true", help="also where parts are missing")
    merge.add_argument("--force", action="store_true", help="replace tables of these names that --out has already")
    merge.set_defaults(work=_merge)
    return parser


def _checked(asked: argparse.Namespace) -> None:
    if asked.parts < 1:
        raise UsageError(f"--parts {asked.parts}: at least 1")
    for option in asked.options:
        if option.partition("=")[0] in _TAKEN:
            raise UsageError(f"{option} is set by the script itself")
    Path(asked.folder).mkdir(parents=True, exist_ok=True)


def _slurm(asked: argparse.Namespace) -> int:
    _checked(asked)
    print(slurm_script(asked.model, asked.folder, asked.parts, asked.options, asked.cores, asked.memory, asked.program), end="")
    return 0


def _snakemake(asked: argparse.Namespace) -> int:
    _checked(asked)
    print(snakefile(asked.model, asked.folder, asked.parts, asked.options, asked.cores, asked.program), end="")
    return 0


def _cases(model_path: str, each: str) -> list[tuple[str, list[str]]]:
    """The name of each case and the options that make it."""
    from ..model import read
    from .groups import groups_of_outcomes
    from .moves import sets_of_moves

    model = read(model_path)
    if each == "scenarios":
        return [("base", []), *((name, ["--scenario", name]) for name in model.scenarios if name != "base")]
    if each == "moves":
        return [
            ("+".join(moves) or "no answer", [word for move in moves for word in ("--scenario", move)])
            for moves in sets_of_moves(model)]
    kind, _, count = each.partition(":")
    if kind != "groups" or not count.isdecimal():
        raise UsageError(f"--each {each}: expected scenarios, moves or groups:N")
    groups = groups_of_outcomes(model, int(count))
    return [("+".join(group.outcomes), model.at(group.changes).options()) for group in groups]


def _ask(asked: argparse.Namespace) -> int:
    for option in asked.options:
        if option.partition("=")[0] in ("--json", "--out"):
            raise UsageError(f"{option} is set by the script itself")
    cases = _cases(asked.model, asked.each)
    options = list(asked.options)
    if asked.each.startswith("groups:") and asked.question == "solve" and "--risk" not in options:
        options += ["--risk", "expected"]
    folder = Path(asked.folder)
    folder.mkdir(parents=True, exist_ok=True)
    tasks = json.dumps({"question": asked.question, "options": options, "cases": [name for name, _ in cases]})
    known = folder / _TASKS
    if known.exists() and known.read_text(encoding="utf-8") != tasks:
        raise UsageError(f"{asked.folder} holds answers to another question; choose another folder")
    known.write_text(tasks, encoding="utf-8")
    print(slurm_questions(
        asked.model, asked.folder, asked.question, [task for _, task in cases], options, asked.cores, asked.memory,
        asked.program), end="")
    return 0


def _gather(asked: argparse.Namespace) -> int:
    known = asked.folder / _TASKS
    if not known.exists():
        raise UsageError(f"{asked.folder}: there is no {_TASKS} in it, which `lodestone-cluster ask` writes")
    tasks = json.loads(known.read_text(encoding="utf-8"))
    count = len(tasks["cases"])
    files = {name: asked.folder / answer_name(number, count) for number, name in enumerate(tasks["cases"], 1)}
    missing = [name for name, file in files.items() if not file.exists()]
    if missing and not asked.incomplete:
        shown = ", ".join(missing[:5]) + (", …" if len(missing) > 5 else "")
        raise UsageError(f"{len(missing)} of {count} answers are missing in {asked.folder}: {shown}; --incomplete takes what is there")
    check_output(asked.out, [], [".json"], force=asked.force)
    answers = {name: json.loads(file.read_text(encoding="utf-8")) for name, file in files.items() if file.exists()}
    part = asked.out.with_name(f".{asked.out.name}.part")
    part.write_text(json.dumps({**tasks, "answers": answers}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    part.replace(asked.out)
    print(f"{len(answers)} answers of {count} in {asked.out}")
    return 0


def _merge(asked: argparse.Namespace) -> int:
    from ..sweep import TABLES, merge

    stores = sorted(asked.folder.glob("part-*-of-*.db"))
    if not stores:
        raise UsageError(f"{asked.folder}: there is no part-…-of-….db in it")
    counts = {re.sub(r".*-of-(\d+)\.db", r"\1", store.name) for store in stores}
    if len(counts) > 1:
        raise UsageError(f"{asked.folder} holds parts of several sweeps: of {', '.join(sorted(counts))}")
    missing = int(counts.pop()) - len(stores)
    if missing and not asked.incomplete:
        raise UsageError(f"{missing} parts are missing in {asked.folder}; --incomplete merges what is there")
    for name in TABLES if asked.out.is_dir() else ():
        check_output(asked.out / f"{name}.{asked.format}", [], [f".{asked.format}"], force=asked.force)
    found = merge(stores)
    if asked.format == "csv":
        found.to_csv(asked.out)
    else:
        (found.to_parquet if asked.format == "parquet" else found.to_feather)(asked.out)
    print(f"{len(found.cases)} cases of {len(stores)} parts in {asked.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
