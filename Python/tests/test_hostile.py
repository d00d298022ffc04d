"""What a client meets when the other side fails: processes that die, hang up, or talk nonsense."""

import os
import pickle
import signal
import threading
import time

import pytest

import lodestone as ls
from lodestone.session import Pool, Session, Source
from peers import write_peer

SOURCE = Source("model.yaml")


def test_a_process_that_dies_once_is_replaced_and_asked_again(tmp_path):
    peer = write_peer(tmp_path, """
def solve(message):
    if first_time():
        sys.stderr.write("out of memory\\n")
        os._exit(7)
    answer(message, PLAN)
serve(solve)
""")
    with Session(peer) as session:
        assert session.ask("solve", SOURCE)["status"] == "optimal"
        assert session.restarts == 1


def test_a_process_that_dies_every_time_is_reported_with_its_last_words(tmp_path):
    peer = write_peer(tmp_path, """
def solve(message):
    sys.stderr.write("out of memory\\n")
    sys.stderr.flush()
    os._exit(7)
serve(solve)
""")
    with Session(peer) as session:
        with pytest.raises(ls.ProcessLost, match="exit code 7(.|\n)*out of memory(.|\n)*asked twice"):
            session.ask("solve", SOURCE)


def test_a_killed_process_loses_no_answer():
    with Session() as session:
        model = ls.read("Models/tutorial.yaml", session)
        before = model.solve().raw["objectives"]
        os.kill(session.pid, signal.SIGKILL)
        assert model.solve().raw["objectives"] == before


def test_a_pool_goes_on_where_one_process_is_killed():
    model = ls.read("Models/tutorial.yaml")
    scales = [scale / 10 for scale in range(1, 11)]
    alone = [model.at(budget_scale=scale).solve().raw["objectives"] for scale in scales]
    killed = []

    def work(asked):
        answer = asked.solve().raw["objectives"]
        if not killed:
            killed.append(pool.pids[0])
            os.kill(killed[0], signal.SIGKILL)
        return answer

    with Pool(2) as pool:
        assert pool.map(work, [model.at(budget_scale=scale) for scale in scales]) == alone
        assert pool.restarts >= 1


def test_a_pool_tells_the_error_of_an_item():
    model = ls.read("Models/tutorial.yaml")
    with Pool(2) as pool:
        with pytest.raises(ls.ModelError, match="nothing at `nowhere`|matches nothing|nowhere"):
            pool.map(lambda m: m.solve(), [model, model.at({"nowhere": 1})])
        assert len(pool.map(lambda m: m.solve(), [model, model])) == 2


@pytest.mark.parametrize("nonsense", [
    b"hello\\n\\n", b"Content-Length: x\\r\\n\\r\\n", b"Content-Length: 4\\r\\n\\r\\n[[[[", b"Content-Length: 2\\r\\n\\r\\n[]",
    b"Content-Length: 900\\r\\n\\r\\n{}"])
def test_nonsense_ends_in_an_error_and_does_not_hang(tmp_path, nonsense):
    peer = write_peer(tmp_path, f"""
def solve(message):
    sys.stdout.buffer.write({nonsense!r}.decode('unicode_escape').encode())
    sys.stdout.buffer.flush()
    sys.exit()
serve(solve)
""")
    with Session(peer) as session:
        with pytest.raises(ls.ProcessLost):
            session.ask("solve", SOURCE)


def test_a_program_without_sessions_is_named(tmp_path):
    peer = write_peer(tmp_path, 'sys.stderr.write("Error: Unexpected argument \'session\'\\n"); sys.exit(2)')
    with Session(peer) as session:
        with pytest.raises(ls.LodestoneError, match="cannot hold a session(.|\n)*Unexpected argument"):
            session.ask("solve", SOURCE)


@pytest.mark.parametrize("code, data, kind", [
    (1, {"file": "m.yaml", "line": 3, "column": 5, "message": "bad"}, ls.ModelError),
    (3, {"status": "unbounded", "reason": "no end"}, ls.NoPlan), (4, {}, ls.Stopped), (5, {"reason": "gap"}, ls.NotVerified),
    (-32602, {"parameter": "gap", "expected": "a share"}, ls.UsageError), (-32603, {}, ls.LodestoneError),
    (-32800, {}, ls.Stopped)])
def test_errors_of_the_session_become_exceptions_that_travel(tmp_path, code, data, kind):
    peer = write_peer(tmp_path, f"serve(lambda message: refuse(message, {code}, 'no', **{data!r}))")
    with Session(peer) as session:
        with pytest.raises(kind) as caught:
            session.ask("solve", SOURCE)
    assert type(caught.value) is kind
    again = pickle.loads(pickle.dumps(caught.value))
    assert type(again) is kind and str(again) == str(caught.value)


def test_a_model_that_was_closed_meanwhile_is_opened_again(tmp_path):
    peer = write_peer(tmp_path, """
def solve(message):
    refuse(message, -32002, "there is no such model") if first_time() else answer(message, PLAN)
serve(solve)
""")
    with Session(peer) as session:
        assert session.ask("solve", SOURCE)["status"] == "optimal"
        assert session.restarts == 0


def test_progress_comes_by_its_token(tmp_path):
    peer = write_peer(tmp_path, """
def solve(message):
    token = message["params"]["progressToken"]
    for done in (1, 2):
        send({"jsonrpc": "2.0", "method": "$/progress", "params": {"token": token, "value": {"phase": "x", "done": done}}})
    send({"jsonrpc": "2.0", "method": "$/progress", "params": {"token": "other", "value": {"phase": "x", "done": 9}}})
    answer(message, PLAN)
serve(solve)
""")
    seen = []
    with Session(peer) as session:
        session.ask("solve", SOURCE, progress=lambda value: seen.append(value["done"]))
    assert seen == [1, 2]


def test_an_interruption_cancels_the_request(tmp_path):
    peer = write_peer(tmp_path, """
def solve(message):
    got = receive()
    assert got["method"] == "$/cancelRequest" and got["params"]["id"] == message["id"]
    open(MARK, "w").close()
    refuse(message, -32800, "cancelled")
serve(solve)
""")
    with Session(peer) as session:
        assert session.about["name"] == "peer"
        threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
        with pytest.raises(KeyboardInterrupt):
            session.ask("solve", SOURCE)
        deadline = time.monotonic() + 5
        while not (tmp_path / "mark").exists() and time.monotonic() < deadline:
            time.sleep(0.02)
    assert (tmp_path / "mark").exists()


def test_many_models_do_not_fill_the_process(monkeypatch, tmp_path):
    monkeypatch.setattr(Session, "MOST_MODELS", 3)
    text = open("Models/tutorial.yaml").read()
    with Session() as session:
        models = [ls.loads(text.replace("name: Tutorial", f"name: Tutorial {number}"), session=session) for number in range(6)]
        assert len(session._handles) == 3
        assert [model.solve().raw["model"] for model in models] == [f"Tutorial {number}" for number in range(6)]


def test_a_program_that_is_not_there_is_named(monkeypatch):
    monkeypatch.setenv("LODESTONE", "/nowhere/lodestone")
    with pytest.raises(ls.LodestoneError, match="/nowhere/lodestone"):
        ls.run("units")


def test_a_child_made_by_fork_has_a_process_of_its_own(tutorial):
    import multiprocessing

    if "fork" not in multiprocessing.get_all_start_methods():
        pytest.skip("this system has no fork")
    before = tutorial.solve().raw["objectives"]
    with multiprocessing.get_context("fork").Pool(1) as pool:
        assert pool.apply(_objectives, (tutorial,)) == before
    assert tutorial.solve().raw["objectives"] == before


def _objectives(model):
    return model.solve().raw["objectives"]


def test_a_process_does_not_outlive_a_python_that_is_killed(tmp_path):
    import subprocess
    import sys

    script = "import lodestone as ls, time; s = ls.Session(); s.about; print(s.pid, flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as python:
        pid = int(python.stdout.readline())
        python.kill()
    deadline = time.monotonic() + 10
    while os.path.exists(f"/proc/{pid}") and open(f"/proc/{pid}/stat").read().split()[2] != "Z":
        assert time.monotonic() < deadline, "the session still runs"
        time.sleep(0.05)
