"""Sweeps: here, in parts, on a real Dask cluster that loses a worker, under Snakemake; always the same table."""

import os
import shutil
import signal
import subprocess
import sys
import time

import pandas as pd
import pytest

import lodestone as ls
from lodestone.cluster import Bundle
from lodestone.cluster.command import main
from lodestone.cluster.templates import part_name, slurm_script, snakefile

GRID = {"budget_scale": ["0.5", "1", "1.5"], "demand.*.quantity": ["x0.8", "x1"]}
CASES_500 = {
    "demand.*.quantity": [f"x{0.5 + step * 0.05:.2f}" for step in range(25)],
    "budget_scale": [f"{0.1 * step:.1f}" for step in range(1, 21)]}


def same(first, second):
    return (first.cases.equals(second.cases) and first.builds.equals(second.builds)
            and first.awards.equals(second.awards))


def test_a_sweep_is_that_of_the_command_line(tutorial, tmp_path):
    found = tutorial.sweep(vary=GRID)
    options = [word for path, values in GRID.items() for word in ("--vary", f"{path}={','.join(values)}")]
    ls.run("sweep", "Models/tutorial.yaml", *options, "--store", tmp_path / "store.db")
    text = ls.run("results", tmp_path / "store.db", "--csv", "--table", "cases").output
    rows = [line.split(",") for line in text.splitlines()[1:]]
    assert [repr(value) for value in found.cases["dependency"]] == [repr(float(row[4])) for row in rows]
    assert found.cases.attrs["units"]["public_cost"] == "million USD"
    assert found.inputs == list(GRID)


def test_parts_give_the_same_table(tutorial):
    assert same(tutorial.sweep(vary=GRID), tutorial.sweep(vary=GRID, parts=4))


def test_changes_of_the_model_hold_in_every_case(tutorial):
    changed = tutorial.at({"funds.grants.max_share": "50%"}, scenario="export_ban")
    found = changed.sweep(vary={"budget_scale": [0.5, 1]})
    assert found.cases["dependency"].tolist() == pytest.approx(
        [changed.at(budget_scale=scale).solve().dependency for scale in (0.5, 1)])


def test_cases_come_from_a_frame(tutorial):
    cases = pd.DataFrame({"scenario": ["base", "export_ban"], "demand.industry.quantity": ["1 kt/yr", "800 t/yr"]})
    found = tutorial.sweep(cases=cases, parts=2)
    assert found.cases["scenario"].tolist() == ["base", "export_ban"]
    assert found.cases["demand.industry.quantity"].tolist() == ["1 kt/yr", "800 t/yr"]


def test_parts_that_are_there_are_not_solved_again(tutorial, tmp_path):
    first = tutorial.sweep(vary=GRID, parts=3, folder=tmp_path)
    times = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    assert sorted(times) == [part_name(number, 3) for number in (1, 2, 3)]
    (tmp_path / part_name(2, 3)).unlink()
    seen = []
    assert same(tutorial.sweep(vary=GRID, parts=3, folder=tmp_path, progress=lambda value: seen.append(value["done"])), first)
    assert seen == [3]
    assert all((tmp_path / name).stat().st_mtime_ns == when for name, when in times.items() if name != part_name(2, 3))


def test_what_is_wrong_is_told(tutorial):
    with pytest.raises(ls.ModelError, match="nowhere"):
        tutorial.sweep(vary={"nowhere": ["x1", "x2"]})
    with pytest.raises(ValueError, match="comma"):
        tutorial.sweep(vary={"targets": [{2027: "50%", 2028: "40%"}]})
    with pytest.raises(ValueError, match="raise"):
        ls.ask_all([tutorial], errors="ignore")


def test_parts_of_different_sweeps_do_not_merge(tutorial, tmp_path):
    tutorial.sweep(vary=GRID, folder=tmp_path / "a")
    tutorial.sweep(vary={"budget_scale": [1, 2]}, folder=tmp_path / "b")
    with pytest.raises(ls.LodestoneError):
        ls.merge([tmp_path / "a" / part_name(1, 1), tmp_path / "b" / part_name(1, 1)])


def test_a_bundle_has_the_tables_that_a_model_names(tmp_path):
    folder = tmp_path / "model"
    folder.mkdir()
    text = open("Models/tutorial.yaml").read()
    head, _, rest = text.partition("imports:\n")
    _, _, after = rest.partition("\ndemand:")
    (folder / "model.yaml").write_text(head + "tables: { imports: imports.csv }\n\ndemand:" + after)
    (folder / "imports.csv").write_text(
        "id,commodity,country,limit\ncn_oxide,oxide,CN,5 kt/yr\ncn_magnets,magnet,CN,5 kt/yr\n")
    bundle = Bundle.of_file(folder / "model.yaml")
    assert [name for name, _ in bundle.files] == ["model.yaml", "imports.csv"]
    shutil.rmtree(folder)
    (bundle.unpack().parent / "imports.csv").unlink()
    assert ls.read(bundle.unpack()).solve().dependency == pytest.approx(0.4)


def test_many_questions_are_answered_as_one_by_one(tutorial):
    models = [tutorial.at(scenario=name) for name in tutorial.scenarios] + [tutorial.at({"targets": {2027: "1%"}})]
    seen = []
    found = ls.ask_all(models, processes=2, errors="return", progress=lambda value: seen.append(value["done"]))
    assert seen == [1, 2, 3, 4]
    assert [plan.raw["objectives"] for plan in found[:3]] == [model.solve().raw["objectives"] for model in models[:3]]
    assert isinstance(found[3], ls.NoPlan)
    with pytest.raises(ls.NoPlan):
        ls.ask_all(models, processes=2)


@pytest.mark.parametrize("words, code", [
    (["slurm", "m.yaml", "--parts", "0", "--folder", "x"], 2),
    (["slurm", "m.yaml", "--parts", "2", "--folder", "x", "--", "--store=y"], 2),
    (["merge", "nowhere", "--out", "x"], 2)])
def test_wrong_usage_of_the_command_is_told(words, code, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(words) == code
    assert capsys.readouterr().err


def test_scripts_quote_what_is_asked():
    script = slurm_script("my model.yaml", "runs", 3, ["--vary", "demand.*.quantity=x0.5,x1", "--set", "targets={2027: 50%}"])
    assert "'my model.yaml'" in script and "'demand.*.quantity=x0.5,x1'" in script
    assert subprocess.run(["bash", "-n"], input=script, text=True).returncode == 0
    assert "{{2027: 50%}}" in snakefile("m.yaml", "runs", 3, ["--set", "targets={2027: 50%}"])


def test_merging_tells_what_is_missing(tutorial, tmp_path, capsys):
    tutorial.sweep(vary=GRID, parts=2, folder=tmp_path)
    (tmp_path / part_name(1, 2)).unlink()
    assert main(["merge", str(tmp_path), "--out", str(tmp_path / "out"), "--format", "csv"]) == 2
    assert "1 parts are missing" in capsys.readouterr().err
    assert main(["merge", str(tmp_path), "--out", str(tmp_path / "out"), "--format", "csv", "--incomplete"]) == 0


def test_merging_replaces_no_tables_unasked(tutorial, tmp_path, capsys):
    tutorial.sweep(vary={"budget_scale": [1]}, parts=1, folder=tmp_path)
    (tmp_path / "awards.csv").write_text("decided by somebody")
    words = ["merge", str(tmp_path), "--out", str(tmp_path), "--format", "csv"]
    assert main(words) == 2
    assert "awards.csv: exists already" in capsys.readouterr().err
    assert (tmp_path / "awards.csv").read_text() == "decided by somebody" and not (tmp_path / "cases.csv").exists()
    assert main([*words, "--force"]) == 0
    assert (tmp_path / "awards.csv").read_text().startswith("case,")
    assert main([*words[:3], str(tmp_path / "awards.csv")]) == 74


@pytest.fixture(scope="module")
def cluster(program):
    distributed = pytest.importorskip("distributed", reason="dask is not installed")
    with distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as made:
        with distributed.Client(made) as client:
            yield client


def kill_a_worker(cluster, killed):
    """Kills a worker that was not killed before, as soon as there is one that answers."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        # A worker that was killed just now may still be asked: what it does not answer is passed over.
        told = cluster.run(os.getpid, on_error="ignore").values()
        alive = [pid for pid in told if isinstance(pid, int) and pid not in killed]
        if alive:
            killed.append(alive[0])
            os.kill(alive[0], signal.SIGKILL)
            return
        time.sleep(0.1)


@pytest.mark.slow
def test_500_cases_on_two_workers_one_of_them_killed_are_those_of_one_process(cluster, tutorial):
    alone = tutorial.sweep(vary=CASES_500)
    killed = []

    def watch(value):
        if value["done"] == 10:
            kill_a_worker(cluster, killed)

    found = tutorial.sweep(vary=CASES_500, parts=20, client=cluster, progress=watch)
    assert killed
    assert len(found.cases) == 500 and found.cases["case"].is_unique
    assert same(found, alone)
    assert found.summary["quantiles"] == alone.summary["quantiles"]


@pytest.mark.slow
def test_workers_killed_again_and_again_lose_nothing(cluster, tutorial):
    alone = tutorial.sweep(vary=GRID)
    killed = []

    def watch(value):
        if len(killed) < 3:
            kill_a_worker(cluster, killed)

    assert same(tutorial.sweep(vary=GRID, parts=6, client=cluster, progress=watch), alone)
    assert len(killed) == 3


@pytest.mark.slow
def test_questions_on_a_cluster_are_answered_as_here(cluster, tutorial):
    cluster.wait_for_workers(2)
    models = [tutorial.at(scenario=name) for name in tutorial.scenarios] + [tutorial.at({"nowhere": 1})]
    there = ls.ask_all(models, client=cluster, errors="return")
    assert [plan.raw["plan"] for plan in there[:3]] == [model.solve().raw["plan"] for model in models[:3]]
    assert isinstance(there[3], ls.ModelError)
    with pytest.raises(ls.ModelError, match="nowhere"):
        ls.ask_all(models, client=cluster)
    ways = ls.ask_all(models[:2], "alternatives", client=cluster, within="5%")
    assert ways[0] == models[0].alternatives(within="5%")


@pytest.mark.slow
def test_the_snakemake_workflow_gives_the_table_of_one_process(tutorial, tmp_path, program, capsys, monkeypatch):
    pytest.importorskip("snakemake", reason="snakemake is not installed")
    model = os.path.abspath("Models/tutorial.yaml")
    words = [word for path, values in GRID.items() for word in ("--vary", f"{path}={','.join(values)}")]
    monkeypatch.chdir(tmp_path)
    assert main(["snakemake", model, "--parts", "3", "--folder", "runs", "--program", program, "--", *words]) == 0
    (tmp_path / "Snakefile").write_text(capsys.readouterr().out)
    done = subprocess.run(
        [sys.executable, "-m", "snakemake", "--cores", "2"], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    found = pd.read_parquet(tmp_path / "runs" / "cases.parquet")
    alone = tutorial.sweep(vary=GRID).cases
    assert found["dependency"].tolist() == alone["dependency"].tolist()
