"""One plan for many outcomes whose groups others solve: another session, and a Dask cluster that loses a worker."""

import _thread
import concurrent.futures
import os
import signal
import threading

import pytest

import lodestone as ls
from lodestone.cluster.outcomes import group_tasks, solve_group

#: Draws around the tutorial: three groups of outcomes.
DRAWN = {
    "reveal": 2027,
    "sample": {"count": 60, "seed": 3, "vary": [
        {"path": "demand.*.quantity", "uniform": {"low": 0.7, "high": 1.3}},
        {"path": "imports.*.limit", "uniform": {"low": 0.1, "high": 0.9}}]}}
OPTIONS = {"relax": True, "method": "decomposition", "objective": "dependency"}


@pytest.fixture
def drawn(tutorial):
    return tutorial.at({"uncertainty": DRAWN})


def figures(plan):
    """All of an answer but the times that it took."""
    steps = [{**step, "attempts": [{**attempt, "seconds": 0} for attempt in step["attempts"]]}
             for step in plan.raw["solver_steps"]]
    return {**plan.raw, "timing": None, "solver_steps": steps}


class Elsewhere:
    """Has groups solved by other sessions, a new one for each; tells what it was asked."""

    def __init__(self, model, risk, **options):
        self.model, self.options = model, {"risk": risk, **options}
        self.asked, self.cuts, self.threads = [], 0, concurrent.futures.ThreadPoolExecutor(2)

    def __call__(self, group):
        self.asked.append(group["number"])
        self.cuts += len(group["cuts"])
        return self.threads.submit(self.work, group)

    def work(self, group):
        try:
            with ls.Session(workers=1) as session:
                return solve_group(self.model.through(session), group, **self.options)
        except ls.LodestoneError as error:
            return error


def handed_out(model, hand_out, risk="expected", progress=None, **options):
    return model._ask("solve", progress, hand_out, risk=risk, onlyPlan=True, **{**OPTIONS, **options})


@pytest.mark.parametrize("more", [{"risk": "expected"}, {"risk": "cvar", "level": 0.8}])
def test_groups_that_other_sessions_solve_give_the_same_answer(drawn, more):
    alone = drawn.solve(**OPTIONS, **more)
    seen = []
    elsewhere = Elsewhere(drawn, **OPTIONS, **more)
    there = ls.Plan(handed_out(drawn, elsewhere, progress=seen.append, **more))
    assert figures(there) == figures(alone)
    assert alone.raw["solver_steps"][0]["attempts"][0]["method"] == "scenario-group dual decomposition"
    # One group to begin with, then all three.
    assert elsewhere.asked[:4] == [0, 0, 1, 2]
    assert any(value["phase"] == "all outcomes, groups" and value["total"] == 3 for value in seen)


def test_what_only_some_outcomes_rule_out_travels_as_cuts(tutorial):
    # The least money of all draws is what can be awarded: a group alone would award more.
    vary = [{"path": "funds.grants.appropriations", "uniform": {"low": 0.5, "high": 1}}]
    model = tutorial.at({"uncertainty": {**DRAWN, "sample": {"count": 60, "seed": 3, "vary": vary}}})
    elsewhere = Elsewhere(model, "expected", **OPTIONS)
    there = ls.Plan(handed_out(model, elsewhere))
    assert elsewhere.cuts > 0
    assert figures(there) == figures(model.solve(risk="expected", **OPTIONS))


def test_what_is_put_together_whole_is_not_handed_out(drawn):
    few = drawn.at({"uncertainty": {**DRAWN, "sample": {**DRAWN["sample"], "count": 10}}})
    elsewhere = Elsewhere(few, "expected", **OPTIONS)
    assert figures(ls.Plan(handed_out(few, elsewhere))) == figures(few.solve(risk="expected", **OPTIONS))
    assert elsewhere.asked == []


def test_what_a_group_is_refused_with_ends_the_solve(drawn):
    other = drawn.at({"funds.grants.max_share": "50%"})
    with pytest.raises(ls.UsageError, match="group's program is another here"):
        handed_out(drawn, Elsewhere(other, "expected", **OPTIONS))
    # The session goes on.
    assert drawn.solve(risk="expected", **OPTIONS).raw["status"] == "optimal"


def test_a_lost_process_is_replaced_and_asks_its_groups_again(drawn):
    alone = drawn.solve(risk="expected", **OPTIONS)
    elsewhere = Elsewhere(drawn, "expected", **OPTIONS)
    with ls.Session() as session:
        lost = []

        def hand_out(group):
            if len(elsewhere.asked) == 2 and not lost:
                lost.append(session.pid)
                os.kill(session.pid, signal.SIGKILL)
            return elsewhere(group)

        there = ls.Plan(handed_out(drawn.through(session), hand_out))
        assert session.restarts == 1
    assert lost and figures(there) == figures(alone)


def test_an_interruption_ends_the_solve_and_what_was_handed_out(drawn):
    task = concurrent.futures.Future()

    def interrupted(group):
        threading.Timer(0.2, _thread.interrupt_main).start()
        return task

    with pytest.raises(KeyboardInterrupt):
        handed_out(drawn, interrupted)
    assert task.cancelled()
    assert drawn.solve(risk="expected", **OPTIONS).raw["status"] == "optimal"


@pytest.mark.parametrize("risk", [None, "worst", "adversary"])
def test_only_means_are_solved_by_a_cluster(drawn, risk):
    with pytest.raises(ls.UsageError, match="expected, cvar"):
        group_tasks(None, drawn, risk=risk)
    with pytest.raises(ls.UsageError, match="expected, cvar"):
        drawn.solve(risk=risk, client=object())


@pytest.fixture
def cluster():
    distributed = pytest.importorskip("distributed", reason="dask is not installed")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as made:
        with distributed.Client(made) as client:
            yield client


class LosesAWorker:
    """A client whose cluster loses a worker that is at work, in the middle of the round of all groups."""

    def __init__(self, client):
        self.client, self.pids = client, client.run(os.getpid)
        self.groups, self.killed = 0, []

    def submit(self, *arguments, **options):
        task = self.client.submit(*arguments, **options)
        if str(task.key).startswith("solve_group"):
            self.groups += 1
            if self.groups == 3:
                busy = [address for address, tasks in self.client.processing().items() if tasks]
                self.killed.append(self.pids[(busy or list(self.pids))[0]])
                os.kill(self.killed[0], signal.SIGKILL)
        return task


@pytest.mark.slow
@pytest.mark.parametrize("more", [{"risk": "expected"}, {"risk": "cvar", "level": 0.8}])
def test_a_cluster_that_loses_a_worker_gives_the_same_plan(cluster, drawn, more):
    alone = drawn.solve(**OPTIONS, **more)
    cluster.wait_for_workers(2)
    losing = LosesAWorker(cluster)
    there = drawn.solve(client=losing, **OPTIONS, **more)
    assert losing.killed and losing.groups >= 4
    assert figures(there) == figures(alone)


@pytest.mark.slow
def test_what_is_wrong_is_told_from_a_cluster_as_here(cluster, drawn):
    few = drawn.at({"uncertainty": {**DRAWN, "sample": {**DRAWN["sample"], "count": 10}}})
    assert figures(few.solve(risk="expected", client=cluster, **OPTIONS)) == figures(few.solve(risk="expected", **OPTIONS))
    with pytest.raises(ls.ModelError, match="nowhere"):
        drawn.at({"nowhere": 1}).solve(risk="expected", client=cluster, **OPTIONS)
