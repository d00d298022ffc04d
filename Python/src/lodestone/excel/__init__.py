"""Models as workbooks and results as workbooks: what the command `lodestone-excel` does.

>>> import tempfile, pathlib
>>> folder = pathlib.Path(tempfile.mkdtemp())
>>> write_model("Models/tutorial.yaml", folder / "tutorial.xlsx")
>>> model = read_model(folder / "tutorial.xlsx")
>>> round(model.solve().dependency, 4)
0.4
"""

from .read import model_document, read_model
from .results import write_results
from .write import write_model

__all__ = ["model_document", "read_model", "write_model", "write_results"]
