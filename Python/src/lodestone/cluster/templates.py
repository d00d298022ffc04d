"""Scripts for batch systems: a Slurm array and a Snakemake workflow that solve the parts of one sweep."""

from __future__ import annotations

import shlex
from typing import Sequence

__all__ = ["part_name", "slurm_script", "snakefile"]


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


def snakefile(model: str, folder: str, parts: int, options: Sequence[str] = (), cores: int = 1,
              program: str = "lodestone") -> str:
    """A Snakefile that solves the parts and merges them into Parquet."""
    # Braces are snakemake's own in a command.
    words = shlex.join(options).replace("{", "{{").replace("}", "}}")
    return _SNAKEMAKE.format(
        model=shlex.quote(model), folder=folder, parts=parts, padded=f"{parts:05}", options=words, cores=cores,
        inputs=repr(model), program=shlex.quote(program))
