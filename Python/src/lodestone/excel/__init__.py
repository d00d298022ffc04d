"""Models as workbooks and results as workbooks: what the command `lodestone-excel` does.

>>> import pathlib, tempfile
>>> from lodestone.excel import read_model, write_model
>>> folder = pathlib.Path(tempfile.mkdtemp())
>>> write_model("Models/tutorial.yaml", folder / "tutorial.xlsx")
>>> model = read_model(folder / "tutorial.xlsx")
>>> round(model.solve().dependency, 4)
0.4
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .read import model_document, read_model
    from .results import write_results
    from .write import write_model

__all__ = ["model_document", "read_model", "write_model", "write_results"]

_MODULES = {"model_document": "read", "read_model": "read", "write_model": "write", "write_results": "results"}


def __getattr__(name: str) -> Any:
    """What needs openpyxl is imported when it is asked for, so that the command can say that it is missing."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)
