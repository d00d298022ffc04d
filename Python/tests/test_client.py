"""The client: models, plans, errors with places, the same numbers as the command line."""

import json
import subprocess
import threading

import pandas as pd
import pytest

import lodestone as ls


def without_times(raw):
    """An answer without what differs from run to run."""
    if isinstance(raw, dict):
        return {key: without_times(value) for key, value in raw.items() if key not in ("timing", "seconds")}
    return [without_times(item) for item in raw] if isinstance(raw, list) else raw


def command_line(program, *arguments):
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True)
    return json.loads(done.stdout)


def test_the_five_lines_of_the_readme():
    m = ls.read("Models/tutorial.yaml")
    m["imports.cn_*.limit"] = "4 kt/yr"
    plan = m.solve()
    assert list(plan.builds["facility"]) == ["separation", "magnet_works"] * 2


@pytest.mark.parametrize("options, changes", [
    ([], {}),
    (["--relax"], {"funds.grants.max_share": "50%"}),
    (["--scenario", "export_ban"], {}),
    (["--budget-scale", "0.5"], {"imports.cn_*.limit": {2027: "100 t/yr"}}),
])
def test_numbers_are_those_of_the_command_line_to_the_bit(program, tutorial, options, changes):
    words = [word for path, value in changes.items() for word in ("--set", f"{path}={ls.model.setting(value)}")]
    expected = command_line(program, "solve", "Models/tutorial.yaml", "--only-plan", "--json", *options, *words)
    model = tutorial.at(changes, scenario="export_ban" if "--scenario" in options else None,
                        budget_scale=0.5 if "--budget-scale" in options else None)
    plan = model.solve(relax="--relax" in options)
    assert without_times(plan.raw) == without_times(expected)
    assert repr(plan.raw["objectives"]) == repr(expected["objectives"])


def test_what_stands_beside_the_plan_is_asked_for(program, tutorial):
    expected = command_line(program, "solve", "Models/tutorial.yaml", "--json")
    assert without_times(tutorial.solve(beside=True).raw) == without_times(expected)


def test_paths_with_filters_are_set(tutorial):
    tutorial["facilities.*[stage=mine].opex"] = "4.5 USD/kg"
    assert tutorial["facilities.mine.opex"] == "4.5 USD/kg"
    assert tutorial.command("show").output.count("4.5 USD/kg") >= 1


def test_changes_are_kept_in_the_model_and_taken_back(tutorial):
    tutorial["funds.grants.appropriations.2026"] = "120 MUSD"
    more = tutorial.solve().dependency
    assert tutorial["funds.grants.appropriations"]["2026"] == "120 MUSD"
    del tutorial["funds.grants.appropriations.2026"]
    assert tutorial.changes == {}
    assert more < tutorial.solve().dependency


def test_a_copy_goes_its_own_way(tutorial):
    other = tutorial.at({"funds.grants.max_share": "50%"}, scenario="half_budget")
    assert tutorial.changes == {} and tutorial.scenario == []
    assert other.solve().dependency > tutorial.solve().dependency


def test_reading_tells_every_problem_with_its_place(tmp_path):
    text = open("Models/tutorial.yaml").read().replace("existing: 4 kt/yr", "existing: 4 kt/yrr")
    path = tmp_path / "bad.yaml"
    path.write_text(text)
    with pytest.raises(ls.ModelError) as caught:
        ls.read(path)
    line = next(number for number, words in enumerate(text.splitlines(), 1) if "kt/yrr" in words)
    assert (caught.value.line, caught.value.column) == (line, 15)
    assert caught.value.first.suggestion == "did you mean `yr`?"
    assert str(path) in str(caught.value)


def test_a_setting_that_does_not_fit_names_itself(tutorial):
    tutorial["funds.grants.max_share"] = "fifty"
    with pytest.raises(ls.ModelError, match="--set funds.grants.max_share=fifty") as caught:
        tutorial.solve()
    assert caught.value.line is None


@pytest.mark.parametrize("value", [float("nan"), object(), {"a": float("inf")}])
def test_what_no_model_can_hold_is_refused_where_it_is_set(tutorial, value):
    with pytest.raises(ls.UsageError, match="^funds.grants.max_share: .* that a model can hold") as caught:
        tutorial["funds.grants.max_share"] = value
    assert isinstance(caught.value, ValueError)
    assert tutorial.changes == {}


def test_a_setting_that_fails_every_question_says_how_it_is_taken_back(tutorial):
    tutorial["nope.x"] = 1
    for ask in (tutorial.solve, lambda: tutorial["horizon"], lambda: tutorial.command("describe"),
                lambda: tutorial.sweep(vary={"budget_scale": [1]})):
        with pytest.raises(ls.ModelError, match=r'--set nope\.x=1(.|\n)*`name`\?; del model\["nope\.x"\] takes'):
            ask()
    assert "del model" in tutorial.validate()[0].suggestion
    del tutorial["nope.x"]
    assert tutorial.solve().status == "optimal"


def test_a_change_that_was_not_made_cannot_be_taken_back(tutorial):
    tutorial["funds.grants.max_share"] = "50%"
    with pytest.raises(ls.NotFound, match="^nope.x: no change of this model(.|\n)*funds.grants.max_share") as caught:
        del tutorial["nope.x"]
    assert isinstance(caught.value, KeyError) and isinstance(caught.value, ls.LodestoneError)


@pytest.mark.parametrize("targets", ["2028=50%", ["2028=50%"], {2028: "50%"}, {2028: 0.5}])
def test_targets_are_given_in_any_way(tutorial, targets):
    assert tutorial.reach(targets)["reached"] is True


def test_a_plan_is_carried_out_in_every_outcome(tutorial):
    tutorial["uncertainty"] = "{ reveal: 2027, outcomes: { base: 50%, export_ban: 50% } }"
    found = tutorial.stress(relax=True)
    assert [outcome["name"] for outcome in found["outcomes"]] == ["base", "export_ban"]
    assert abs(found["outcomes"][0]["dependency"] - found["objectives"]["dependency"]) < 1e-6
    assert found["samples"]["value"]["p10"] <= found["samples"]["value"]["p90"]


@pytest.mark.parametrize("targets", ["2028", "2028=50% 2028=40%", ["2028=x"], 5, {"soon": "50%"}, {2028: float("nan")}])
def test_targets_that_are_none_are_wrong_usage(tutorial, targets):
    with pytest.raises(ls.UsageError, match="target"):
        tutorial.reach(targets)


def test_options_that_are_no_numbers_are_named_and_those_of_numpy_are_taken(tutorial):
    import numpy

    for ask, name in ((lambda: tutorial.solve(gap=float("nan")), "gap"), (lambda: tutorial.solve(risk=object()), "risk"),
                      (lambda: tutorial.at(budget_scale=float("inf")).solve(), "budgetScale")):
        with pytest.raises(ls.UsageError, match=f"^{name}: "):
            ask()
    assert tutorial.at(budget_scale=numpy.float32(0.5)).solve().raw["budget_scale"] == 0.5


def test_an_unknown_path_names_what_there_is(tutorial):
    tutorial["imports.xx_*.limit"] = "0 t/yr"
    with pytest.raises(ls.ModelError, match="cn_oxide"):
        tutorial.solve()


def test_a_missing_file_is_told():
    with pytest.raises(ls.ModelError, match="no such file"):
        ls.read("Models/nowhere.yaml")


def test_no_plan_says_why(tutorial):
    tutorial["targets"] = {2027: "1%"}
    with pytest.raises(ls.NoPlan, match="target 2027") as caught:
        tutorial.solve()
    assert caught.value.status == "infeasible"
    assert caught.value.raw["plan"] is None


def test_a_parameter_nobody_knows_is_wrong_usage(tutorial):
    with pytest.raises(ls.UsageError):
        tutorial.solve(method="magic")


def test_a_model_from_text_is_the_same():
    text = open("Models/tutorial.yaml").read()
    model = ls.loads(text)
    assert model.path is None
    assert model.solve().raw["objectives"] == ls.read("Models/tutorial.yaml").solve().raw["objectives"]
    assert model.command("describe", "--json").json["model"] == "Tutorial"


def test_a_file_that_changes_meanwhile_is_not_mixed_up(tmp_path):
    path = tmp_path / "model.yaml"
    path.write_text(open("Models/tutorial.yaml").read())
    with ls.Session() as session:
        model = ls.read(path, session)
        path.write_text(path.read_text().replace("60 MUSD", "90 MUSD"))
        # The process that has it open goes on with what it read; a new one must not.
        before = model.solve().dependency
        session.close()
        with pytest.raises(ls.ModelError, match="has changed since"):
            model.solve()
        assert ls.read(path, session).solve().dependency < before


def test_questions_of_several_threads_find_their_answers(tutorial):
    scales = [0.2, 0.4, 0.6, 0.8, 1.0, 1.2]
    found = {}

    def ask(scale):
        found[scale] = tutorial.at(budget_scale=scale).solve().dependency

    threads = [threading.Thread(target=ask, args=(scale,)) for scale in scales]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found[scale] for scale in scales] == sorted(found.values(), reverse=True)


def test_pareto_is_that_of_the_command_line_to_the_bit(program, tutorial):
    tutorial["measures"] = {"home": "served[class=domestic]"}
    for objectives in (["dependency", "public_cost"], ["public_cost", "maximize home"],
                       ["dependency", "public_cost", "system_cost"]):
        expected = command_line(
            program, "pareto", "Models/tutorial.yaml", "--json", "--relax", "--objectives", ",".join(objectives),
            "--set", f"measures={ls.model.setting(tutorial.changes['measures'])}")
        found = tutorial.pareto(*objectives, relax=True)
        assert without_times(found.raw) == without_times(expected)
        assert found.objectives == objectives and found.is_surface == (len(objectives) == 3)


def test_pareto_has_tables_with_units_and_the_awards_of_a_corner(tutorial):
    found = tutorial.pareto("dependency", "public_cost")
    assert found.is_exact and found.status == "optimal" and found.reason is None and found.error is None
    assert found.corners.attrs == {"table": "corners", "units": {
        "dependency": "share", "public_cost": "million USD", "rate_below": "share per million USD",
        "rate_above": "share per million USD"}}
    assert found.corners["public_cost"].dtype == "float64" and list(found.corners["corner"]) == [1, 2, 3]
    # 60 MUSD of 2026, then 30 MUSD of 2027 as well.
    assert [round(found.awards(corner)["value"].sum(), 3) for corner in (1, 2, 3)] == [0, 60, 90]
    assert found.awards(3).attrs["units"] == {"value": "million USD"}
    assert len(found.builds()) == sum(len(found.builds(corner)) for corner in (1, 2, 3))
    surface = tutorial.pareto("dependency", "public_cost", "unmet", resolution=0.05)
    assert surface.error <= 0.05 and surface.error_is_proven and len(surface.planes) >= 3
    assert surface.corners.attrs["units"]["unmet"] == "t" and not surface.is_exact
    for wrong in (lambda: found.awards(4), lambda: found.table("planes"), lambda: surface.boxes):
        with pytest.raises(ls.NotFound):
            wrong()
    assert repr(found) == "<Pareto dependency against public_cost: optimal, 3 plans>"


@pytest.mark.parametrize("objectives", [
    ["dependency"], ["dependency", "dependency"], ["dependency", "jobs"], ["dependency", "maximize public_cost"],
    ["dependency", "public_cost", "unmet", "system_cost"]])
def test_objectives_that_are_none_are_wrong_usage(tutorial, objectives):
    with pytest.raises(ls.UsageError):
        tutorial.pareto(*objectives)


def test_pareto_without_a_plan_says_why(tutorial):
    tutorial["targets"] = {2027: "1%"}
    with pytest.raises(ls.NoPlan, match="target"):
        tutorial.pareto("dependency", "public_cost")


def test_everything_else_is_answered(tutorial):
    assert len(tutorial.compare(["export_ban", "half: budget 50%"], only_plan=True)["cases"]) == 3
    assert len(tutorial.compare(["export_ban"], only_plan=True, budget_scales=[0.5, 1])["cases"]) == 4
    assert tutorial.reach({2028: "50%"})["reached"] is True
    assert tutorial.frontier(end=1)["schema_version"] == 1
    assert tutorial.alternatives(within="5%")["schema_version"] == 1
    assert tutorial.explain()["schema_version"] == 1
    assert tutorial.floors()["schema_version"] == 1
    assert tutorial.sensitivity(top=1)["schema_version"] == 1
    assert tutorial.describe()["schema_version"] == 1
    assert [problem.severity for problem in tutorial.validate()] == ["note"]


def test_progress_reaches_a_function_and_a_line(tutorial, capsys):
    seen = []
    tutorial.compare(progress=seen.append)
    assert all("phase" in value for value in seen)
    tutorial.solve(progress=True)


def test_tables_have_units_and_types(tutorial):
    plan = tutorial.solve()
    assert plan.builds.attrs == {"table": "builds", "units": {"value": "t/yr"}}
    assert plan.builds["year"].dtype == "int64" and plan.builds["value"].dtype == "float64"
    assert list(plan.support.columns) == ["fund", "facility", "capacity", "year", "period", "value"]
    assert isinstance(plan.class_shares, pd.DataFrame)
    with pytest.raises(ls.NotFound, match="there are builds") as caught:
        plan.table("nothing")
    assert isinstance(caught.value, KeyError)


def test_empty_tables_have_the_columns_that_the_program_writes(tutorial, tmp_path):
    tutorial.command("solve", "--only-plan", "--out", str(tmp_path / "out"))
    for name, columns in ls.tables.COLUMNS.items():
        head = (tmp_path / "out" / f"{name}.csv").read_text().splitlines()[0]
        assert [word.partition(" [")[0] for word in head.split(",")] == list(columns), name


def test_a_plan_for_uncertain_outcomes_has_a_column_of_them(tmp_path):
    ls.run("new", "chain", "--template", "full", cwd=tmp_path)
    plan = ls.read(tmp_path / "chain.yaml").solve(relax=True, risk="expected")
    assert plan.builds["outcome"].nunique() == 3
    assert plan.dependency == plan.objectives["expected dependency"]
    assert set(plan.tidy("x")["outcome"].dropna()) == set(plan.builds["outcome"])


def test_plans_that_see_only_so_far_are_plans(tmp_path):
    ls.run("new", "chain", "--template", "full", cwd=tmp_path)
    plan = ls.read(tmp_path / "chain.yaml").solve(relax=True, foresight="5years")
    assert plan.status == "optimal" and len(plan.builds) > 0 and plan.dependency > 0


def test_the_package_has_the_version_of_the_program():
    assert ls.__version__ == ls.version()


def test_polars_has_the_same_figures(tutorial):
    pytest.importorskip("polars", reason="polars is not installed")
    plan = tutorial.solve()
    assert plan.polars("builds")["value"].to_list() == plan.builds["value"].tolist()
    assert plan.polars("support").columns == list(plan.support.columns)
