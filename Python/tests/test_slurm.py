"""The Slurm array on a real Slurm of one node, started here for the test where Debian's packages are installed."""

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest

import lodestone as ls
from lodestone.cluster.command import main

pytestmark = pytest.mark.slow
NEEDED = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "sinfo")


def _missing():
    path = os.environ["PATH"] + ":/usr/sbin:/sbin"
    return [name for name in NEEDED if shutil.which(name, path=path) is None]


def _run(*words, **options):
    path = os.environ["PATH"] + ":/usr/sbin:/sbin"
    return subprocess.run(words, capture_output=True, text=True, env={**os.environ, "PATH": path, **options})


@pytest.fixture
def slurm(tmp_path):
    """A Slurm of one node in a folder of its own; gives the environment in which its commands find it."""
    if _missing():
        pytest.skip(f"{', '.join(_missing())} of Slurm and munge are not installed")
    if os.getuid() != 0:
        pytest.skip("only root can start slurmd here")
    host, folder = socket.gethostname().split(".")[0], tmp_path / "slurm"
    folder.mkdir()
    folder.chmod(0o755)
    for parent in folder.parents:
        if parent != Path("/") and parent != Path("/tmp"):
            parent.chmod(0o755)
    conf = folder / "slurm.conf"
    ports = []
    for _ in range(2):
        with socket.socket() as probe:
            probe.bind(("", 0))
            ports.append(probe.getsockname()[1])
    conf.write_text(f"""ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket
CryptoType=crypto/munge
SlurmUser=root
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
JobAcctGatherType=jobacct_gather/none
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
SchedulerParameters=batch_sched_delay=0,sched_interval=1
NodeName={host} NodeAddr=127.0.0.1 CPUs={os.cpu_count()} RealMemory=2000 State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES State=UP
""")
    for name in ("munge", "state", "spool"):
        (folder / name).mkdir()
    key = folder / "munge" / "key"
    key.write_bytes(os.urandom(1024))
    key.chmod(0o600)
    environment = {**os.environ, "SLURM_CONF": str(conf), "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin"}
    log = open(folder / "daemons.log", "w")
    daemons = [
        ["munged", "--foreground", "--force", "--key-file", str(key), "--socket", str(folder / "munge" / "socket"),
         "--pid-file", str(folder / "munge" / "pid"), "--log-file", str(folder / "munge" / "log"),
         "--seed-file", str(folder / "munge" / "seed")],
        ["slurmctld", "-D", "-i"], ["slurmd", "-D", "-N", host]]
    running = []
    try:
        for words in daemons:
            running.append(subprocess.Popen(words, env=environment, stdout=log, stderr=log))
            time.sleep(1)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            told = _run("sinfo", "--noheader", "--format=%T", SLURM_CONF=str(conf)).stdout
            if "idle" in told:
                break
            time.sleep(0.5)
        else:
            said = (folder / "daemons.log").read_text()[-1500:]
            pytest.skip(f"a Slurm of one node cannot be started here: {said}")
        yield str(conf)
    finally:
        for daemon in reversed(running):
            daemon.terminate()
            try:
                daemon.wait(10)
            except subprocess.TimeoutExpired:
                daemon.kill()
        log.close()


def _wait(conf, seconds=120):
    deadline = time.monotonic() + seconds
    while _run("squeue", "--noheader", SLURM_CONF=conf).stdout.strip():
        assert time.monotonic() < deadline, "the array does not end"
        time.sleep(0.5)


def test_an_array_gives_the_table_of_one_process(slurm, tmp_path, program, capsys):
    folder = tmp_path / "runs"
    model = str(Path("Models/tutorial.yaml").resolve())
    options = ["--vary", "budget_scale=0.5,1,1.5", "--vary", "demand.*.quantity=x0.8,x0.9,x1,x1.1"]
    # Slow enough that a task can be met while it runs.
    slow = tmp_path / "slow"
    slow.write_text(f'#!/bin/sh\nsleep 2\nexec {program} "$@"\n')
    slow.chmod(0o755)
    assert main(["slurm", model, "--parts", "6", "--folder", str(folder), "--memory", "200M", "--program", str(slow), "--",
                 *options]) == 0
    script = tmp_path / "sweep.sbatch"
    script.write_text(capsys.readouterr().out)
    done = _run("sbatch", str(script), SLURM_CONF=slurm)
    assert done.returncode == 0, done.stderr
    # One task is ended while it runs; the script is sent again for what is missing.
    deadline = time.monotonic() + 30
    while not (running := _run("squeue", "--noheader", "--format=%i", "--states=RUNNING", SLURM_CONF=slurm).stdout.split()):
        assert time.monotonic() < deadline, "no task begins"
        time.sleep(0.1)
    assert _run("scancel", running[0], SLURM_CONF=slurm).returncode == 0
    _wait(slurm)
    assert len(list(folder.glob("part-*.db"))) == 5
    kept = {path.name: path.stat().st_mtime_ns for path in folder.glob("part-*.db")}
    assert _run("sbatch", str(script), SLURM_CONF=slurm).returncode == 0
    time.sleep(1)
    _wait(slurm)
    logs = "".join(path.read_text() for path in folder.glob("log-*.txt"))
    assert len(list(folder.glob("part-*.db"))) == 6, logs
    assert all((folder / name).stat().st_mtime_ns == when for name, when in kept.items())
    assert main(["merge", str(folder), "--out", str(tmp_path / "tables"), "--format", "csv"]) == 0
    alone = ls.read(model).sweep(
        vary={"budget_scale": ["0.5", "1", "1.5"], "demand.*.quantity": ["x0.8", "x0.9", "x1", "x1.1"]})
    found = ls.merge(sorted(folder.glob("part-*.db")))
    assert found.cases.equals(alone.cases) and found.builds.equals(alone.builds) and found.awards.equals(alone.awards)
