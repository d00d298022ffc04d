"""What the pages show in Python runs, block after block."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
NEEDED = {"Docs/python.md": ("duckdb", "xarray", "pyarrow", "h5netcdf"), "Docs/clusters.md": ("distributed",)}


@pytest.mark.parametrize("page, least", [
    pytest.param("Docs/python.md", 9, marks=pytest.mark.slow), pytest.param("Docs/clusters.md", 1, marks=pytest.mark.slow),
    ("Python/README.md", 1), ("README.md", 1)])
def test_the_examples_of_a_page_run(page, least, tmp_path, monkeypatch):
    for needed in NEEDED.get(page, ()):
        pytest.importorskip(needed, reason=f"{needed} is not installed")
    blocks = re.findall(r"^```python\n(.*?)^```$", (ROOT / page).read_text(), re.MULTILINE | re.DOTALL)
    assert len(blocks) >= least
    (tmp_path / "Models").symlink_to(ROOT / "Models")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, page, "exec"), names)
