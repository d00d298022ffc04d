"""Scripts for batch systems: a Slurm array and a Snakemake workflow that solve the parts of one sweep."""

from __future__ import annotations

import shlex
from typing import Sequence

__all__ = ["answer_name", "part_name", "slurm_questions", "slurm_script", "snakefile"]


def part_name(part: int, parts: int) -> str:
    """The file of a part, the same for every engine, so that one can finish what another began.

    >>> part_name(3, 20)
    'part-00003-of-00020.db'
    """
    return f"part-{part:05}-of-{parts:05}.db"


_SLURM = """\
#!/bin/bash
# A part of a sweep for each task of the array; the parts that are there already are passed over, so that the same script
# can be sent again after a failure. Each task writes to its own disk and copies one finished file.
#SBATCH --job-name=lodestone
#SBATCH --array=1-{parts}
#SBATCH --cpus-per-task={cores}
#SBATCH --mem={memory}
#SBATCH --requeue
#SBATCH --output={folder}/log-%a.txt
set -euo pipefail
target={folder}/part-$(printf %05d "$SLURM_ARRAY_TASK_ID")-of-{padded}.db
if [ -e "$target" ]; then exit 0; fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
{program} sweep {model} {options} \\
  --shard "$SLURM_ARRAY_TASK_ID/{parts}" --jobs "${{SLURM_CPUS_PER_TASK:-1}}" --store "$scratch/part.db"
cp "$scratch/part.db" "$target.$SLURM_JOB_ID"
mv "$target.$SLURM_JOB_ID" "$target"
"""

_QUESTIONS = """\
#!/bin/bash
# A question about one case for each task of the array; the answers that are there already are passed over, so that the same
# script can be sent again after a failure. What has no plan is an answer too.
#SBATCH --job-name=lodestone
#SBATCH --array=1-{count}
#SBATCH --cpus-per-task={cores}
#SBATCH --mem={memory}
#SBATCH --requeue
#SBATCH --output={folder}/log-%a.txt
set -euo pipefail
target={folder}/answer-$(printf %05d "$SLURM_ARRAY_TASK_ID")-of-{padded}.json
if [ -e "$target" ]; then exit 0; fi
case "$SLURM_ARRAY_TASK_ID" in
{cases}
esac
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
code=0
{program} {question} {model} {options} "$@" --json > "$scratch/answer.json" || code=$?
if [ "$code" != 0 ] && [ "$code" != 3 ] && [ "$code" != 4 ]; then exit "$code"; fi
cp "$scratch/answer.json" "$target.$SLURM_JOB_ID"
mv "$target.$SLURM_JOB_ID" "$target"
"""

_SNAKEMAKE = """\
# A part of a sweep for each job; snakemake solves those that are missing, here or on a cluster (--executor).
PARTS = {parts}

rule all:
    input: "{folder}/cases.parquet"

rule merge:
    input: [f"{folder}/part-{{number:05}}-of-{padded}.db" for number in range(1, PARTS + 1)]
    output: "{folder}/cases.parquet", "{folder}/builds.parquet", "{folder}/awards.parquet"
    shell: "lodestone-cluster merge {folder} --out {folder}"

rule part:
    input: {inputs}
    output: "{folder}/part-{{number}}-of-{padded}.db"
    params: shard=lambda wildcards: f"{{int(wildcards.number)}}/{{PARTS}}"
    threads: {cores}
    retries: 3
    shell:
        '''
        scratch=$(mktemp -d)
        trap 'rm -rf "$scratch"' EXIT
        {program} sweep {model} {options} --shard {{params.shard}} --jobs {{threads}} --store "$scratch/part.db"
        cp "$scratch/part.db" {{output}}
        '''
"""


def slurm_script(model: str, folder: str, parts: int, options: Sequence[str] = (), cores: int = 1, memory: str = "1G",
                 program: str = "lodestone") -> str:
    """A script for `sbatch`. `options` are those of `lodestone sweep`, without `--store` and `--shard`.

    >>> print(slurm_script("model.yaml", "out", 8, ["--relax"]).splitlines()[4])
    #SBATCH --array=1-8
    """
    return _SLURM.format(
        model=shlex.quote(model), folder=shlex.quote(folder), parts=parts, padded=f"{parts:05}", options=shlex.join(options),
        cores=cores, memory=memory, program=shlex.quote(program))


def answer_name(number: int, count: int) -> str:
    """The file of an answer.

    >>> answer_name(3, 20)
    'answer-00003-of-00020.json'
    """
    return f"answer-{number:05}-of-{count:05}.json"


def slurm_questions(model: str, folder: str, question: str, tasks: Sequence[Sequence[str]], options: Sequence[str] = (),
                    cores: int = 1, memory: str = "1G", program: str = "lodestone") -> str:
    """A script for `sbatch` that asks one question, a command of the program that takes `--json`, about each of some
    cases; `tasks` are the options that make each case.

    >>> print(slurm_questions("model.yaml", "out", "solve", [[], ["--scenario", "ban"]]).splitlines()[14])
      2) set -- --scenario ban ;;
    """
    cases = "\n".join(f"  {number}) set -- {shlex.join(task)} ;;" for number, task in enumerate(tasks, 1))
    return _QUESTIONS.format(
        model=shlex.quote(model), folder=shlex.quote(folder), count=len(tasks), padded=f"{len(tasks):05}", cases=cases,
        question=shlex.quote(question), options=shlex.join(options), cores=cores, memory=memory,
        program=shlex.quote(program))


def snakefile(model: str, folder: str, parts: int, options: Sequence[str] = (), cores: int = 1,
              program: str = "lodestone") -> str:
    """A Snakefile that solves the parts and merges them into Parquet."""
    # Braces are snakemake's own in a command.
    words = shlex.join(options).replace("{", "{{").replace("}", "}}")
    return _SNAKEMAKE.format(
        model=shlex.quote(model), folder=folder, parts=parts, padded=f"{parts:05}", options=words, cores=cores,
        inputs=repr(model), program=shlex.quote(program))
