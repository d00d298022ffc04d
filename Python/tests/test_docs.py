"""Docstrings do what they say."""

import doctest
import importlib
import pkgutil

import pytest

import lodestone

MODULES = [lodestone.__name__] + [
    found.name for found in pkgutil.walk_packages(lodestone.__path__, "lodestone.")]


#: What the examples of a module need beside what the package itself requires.
NEEDED = {"lodestone.excel": "openpyxl", "lodestone.files": "pyarrow", "lodestone.arrays": "xarray"}


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name):
    for start, needed in NEEDED.items():
        if name == start or name.startswith(f"{start}."):
            pytest.importorskip(needed, reason=f"{needed} is not installed")
    module = importlib.import_module(name)
    result = doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    assert result.failed == 0
