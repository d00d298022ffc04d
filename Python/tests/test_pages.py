"""What the pages show in Python runs, block after block."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize("page, least", [("Docs/python.md", 9), ("Docs/clusters.md", 1), ("Python/README.md", 1), ("README.md", 1)])
def test_the_examples_of_a_page_run(page, least, tmp_path, monkeypatch):
    for needed in ("duckdb", "xarray", "pyarrow", "h5netcdf"):
        if page == "Docs/python.md":
            pytest.importorskip(needed, reason=f"{needed} is not installed")
    blocks = re.findall(r"^```python\n(.*?)^```$", (ROOT / page).read_text(), re.MULTILINE | re.DOTALL)
    assert len(blocks) >= least
    (tmp_path / "Models").symlink_to(ROOT / "Models")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, page, "exec"), names)
