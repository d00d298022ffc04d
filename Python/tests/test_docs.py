"""Docstrings do what they say."""

import doctest
import importlib
import pkgutil

import pytest

import lodestone

MODULES = [lodestone.__name__] + [
    found.name for found in pkgutil.walk_packages(lodestone.__path__, "lodestone.")]


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name):
    module = importlib.import_module(name)
    result = doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    assert result.failed == 0
