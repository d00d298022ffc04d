"""The notebooks are those that make.py writes, and they run."""

import importlib.util
import os
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent.parent / "notebooks"
nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed")


def _made():
    spec = importlib.util.spec_from_file_location("notebooks_make", FOLDER / "make.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def make():
    pytest.importorskip("nbclient", reason="nbclient is not installed")
    return _made()


def test_there_are_six_and_all_are_written(make):
    assert sorted(path.stem for path in FOLDER.glob("*.ipynb")) == sorted(make.NOTEBOOKS)
    assert len(make.NOTEBOOKS) == 6


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.ipynb")))
def test_a_notebook_runs(make, name):
    pytest.importorskip("ipykernel", reason="ipykernel is not installed")
    written = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)
    assert [cell.source for cell in written.cells] == [text for _, text in make.NOTEBOOKS[name]]
    os.environ.setdefault("MPLBACKEND", "agg")
    make.NotebookClient(written, timeout=300, kernel_name="python3", resources={"metadata": {"path": FOLDER}}).execute()
    assert not [output for cell in written.cells for output in cell.get("outputs", []) if output.output_type == "error"]
