"""Groups of outcomes, sets of an adversary's moves and questions as tasks: here, on Dask, as a Slurm array's script."""

import json
import os
import subprocess
from pathlib import Path

import pytest

import lodestone as ls
from lodestone.cluster import Bundle, ask_sets_of_moves, groups_of_outcomes, solve_groups
from lodestone.cluster.command import main

OUTCOMES = {"reveal": 2027, "outcomes": {"base": "50%", "export_ban": "30%", "half_budget": "20%"}}


@pytest.fixture
def uncertain(tutorial):
    return tutorial.at({"uncertainty": OUTCOMES})


def figures(found):
    return found.bound, found.value, found.values, found.awards


def test_bound_and_value_enclose_the_optimum(uncertain):
    whole = uncertain.solve(risk="expected").raw["objectives"]["expected dependency"]
    bounds = []
    for count in (1, 2, 3):
        found = solve_groups(uncertain, count, processes=2)
        assert found.bound <= whole + 1e-7 and found.value >= whole - 1e-7
        bounds.append(found.bound)
    # Finer groups know more beforehand.
    assert bounds == sorted(bounds, reverse=True)
    assert bounds[0] == pytest.approx(whole, abs=1e-6)


def test_one_outcome_a_group_is_waiting_to_see(uncertain):
    found = solve_groups(uncertain, 3, processes=1)
    seen = [uncertain.at(scenario=name).solve().dependency for name in OUTCOMES["outcomes"]]
    assert found.bound == pytest.approx(sum(p * v for p, v in zip((0.5, 0.3, 0.2), seen)), abs=1e-6)
    # With half of the money, what is awarded in 2026 for all of it breaks the appropriation.
    assert found.values[0] is None and found.values[2] is not None


def test_the_awards_are_those_that_evaluate_reads(uncertain, tmp_path):
    found = solve_groups(uncertain, 2, processes=2)
    found.write(tmp_path / "awards.json")
    answer = uncertain.command("evaluate", "--awards", str(tmp_path / "awards.json"), "--risk", "expected", "--json")
    assert answer.json["evaluation"]["value"] == pytest.approx(found.value, abs=1e-8)


@pytest.mark.parametrize("count", [0, 4])
def test_groups_that_cannot_be(uncertain, count):
    with pytest.raises(ls.UsageError, match="from 1 to 3"):
        groups_of_outcomes(uncertain, count)


def test_models_without_named_outcomes(tutorial):
    with pytest.raises(ls.UsageError, match="no `uncertainty`"):
        groups_of_outcomes(tutorial, 1)
    with pytest.raises(ls.UsageError, match="outcomes are drawn"):
        groups_of_outcomes(ls.read("Models/jp-gallium/model.yaml"), 2)


@pytest.mark.slow
def test_a_cluster_finds_what_is_found_here(uncertain):
    distributed = pytest.importorskip("distributed", reason="dask is not installed")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as made:
        with distributed.Client(made) as client:
            assert figures(solve_groups(uncertain, 2, client=client)) == figures(solve_groups(uncertain, 2, processes=1))
            model = ls.read("Models/jp-gallium/model.yaml")
            there = ask_sets_of_moves(model, client=client, relax=True)
            here = ask_sets_of_moves(model, processes=1, relax=True)
            assert {key: plan.raw["plan"] for key, plan in there.items()} == {
                key: plan.raw["plan"] for key, plan in here.items()}


def run_array(script, count, folder):
    """Runs each task of an array as Slurm would, one after the other."""
    for number in range(1, count + 1):
        environment = {**os.environ, "SLURM_ARRAY_TASK_ID": str(number), "SLURM_JOB_ID": "7"}
        done = subprocess.run(["bash", str(script)], env=environment, capture_output=True, text=True, cwd=folder)
        assert done.returncode == 0, done.stderr


def test_an_array_of_questions_gives_the_answers_of_asking_here(tutorial, tmp_path, program, capsys):
    model, folder = os.path.abspath("Models/tutorial.yaml"), tmp_path / "answers"
    assert main(["ask", model, "alternatives", "--each", "scenarios", "--folder", str(folder), "--program", program,
                 "--", "--within", "5%"]) == 0
    script = tmp_path / "ask.sbatch"
    script.write_text(capsys.readouterr().out)
    assert main(["gather", str(folder), "--out", str(tmp_path / "all.json")]) == 2
    assert "4 of 4 answers are missing" in capsys.readouterr().err
    run_array(script, 4, tmp_path)
    assert main(["gather", str(folder), "--out", str(tmp_path / "all.json")]) == 0
    found = json.loads((tmp_path / "all.json").read_text())
    assert list(found["answers"]) == ["base", "half_budget", "mines_only", "export_ban"]
    ban = tutorial.at(scenario="export_ban").command("alternatives", "--within", "5%", "--json").json
    assert found["answers"]["export_ban"].keys() == ban.keys()
    # Another question does not go into the same folder.
    assert main(["ask", model, "floors", "--each", "scenarios", "--folder", str(folder)]) == 2
    assert "another question" in capsys.readouterr().err


def test_an_array_of_groups_and_of_moves(tmp_path, program, capsys):
    model = tmp_path / "model.yaml"
    model.write_text(Path("Models/tutorial.yaml").read_text() + """
uncertainty: { reveal: 2027, outcomes: { base: 50%, export_ban: 30%, half_budget: 20% } }
adversary: { reveal: 2027, moves: { export_ban: 3% } }
""")
    for each, names in (("groups:2", ["base+half_budget", "export_ban"]), ("moves", ["no answer", "export_ban"])):
        folder = tmp_path / each.partition(":")[0]
        assert main(["ask", str(model), "solve", "--each", each, "--folder", str(folder), "--program", program]) == 0
        script = tmp_path / "ask.sbatch"
        script.write_text(capsys.readouterr().out)
        run_array(script, 2, tmp_path)
        out = tmp_path / f"{folder.name}.json"
        assert main(["gather", str(folder), "--out", str(out)]) == 0
        answers = json.loads(out.read_text())["answers"]
        assert list(answers) == names and all(answer["status"] == "optimal" for answer in answers.values())
    assert main(["ask", str(model), "solve", "--each", "weeks", "--folder", str(tmp_path / "x")]) == 2
    assert "expected scenarios, moves or groups:N" in capsys.readouterr().err


def test_a_bundle_carries_parts_and_what_they_name(tmp_path):
    (tmp_path / "parts").mkdir()
    (tmp_path / "model.yaml").write_text("include: [{ file: parts/a.yaml }]\ntables: { demand: d.csv }\n")
    (tmp_path / "parts/a.yaml").write_text("include: [{ file: b.yaml, with: { x: 1 } }]\ntables: { funds: [f.csv] }\n")
    for name in ("parts/b.yaml", "d.csv", "parts/f.csv"):
        (tmp_path / name).write_text("parameters: { x: }\n" if name.endswith("yaml") else "id\n")
    found = [name for name, _ in Bundle.of_file(tmp_path / "model.yaml").files]
    assert found == ["model.yaml", "d.csv", "parts/a.yaml", "parts/f.csv", "parts/b.yaml"]


def test_a_model_made_of_parts_is_read_and_travels(tmp_path, monkeypatch):
    model = ls.read("Docs/parts/model.yaml")
    assert model.solve().dependency == pytest.approx(0.4)
    assert model.at({"facilities.separation.expansion.max": "300 t/yr"}).solve().dependency > 0.4
    sent = Bundle.of(model)
    assert [name for name, _ in sent.files] == ["model.yaml", "chain.yaml", "plant.yaml"]
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    assert ls.read(sent.unpack()).solve().raw["plan"] == model.solve().raw["plan"]
    text = Path("Docs/parts/model.yaml").read_text()
    assert ls.loads(text, directory="Docs/parts").solve().dependency == pytest.approx(0.4)
    with pytest.raises(ls.ModelError, match="not in a folder"):
        ls.loads(text)
