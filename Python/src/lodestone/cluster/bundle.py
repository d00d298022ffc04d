"""A model's files as bytes, to be sent to where there is no such folder."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Iterator

import yaml

from ..errors import UsageError

if TYPE_CHECKING:
    from ..model import Model

__all__ = ["Bundle"]


@dataclass(frozen=True)
class Bundle:
    """The model file, the parts it includes and the tables they name, by their paths beside it; the first is the model file.

    >>> Bundle.of_file("Models/tutorial.yaml").files[0][0]
    'tutorial.yaml'
    """

    files: tuple[tuple[str, bytes], ...]

    @classmethod
    def of_file(cls, path: "str | os.PathLike[str]") -> Bundle:
        """The bundle of a model file."""
        model = Path(path)
        return cls._of(model.name, model.read_bytes(), model.parent)

    @classmethod
    def of(cls, model: Model) -> Bundle:
        """The bundle of a model, as it stands in its file: changes travel apart."""
        if model.path is not None:
            return cls.of_file(model.path)
        with model.file() as path:
            return cls._of("model.yaml", Path(path).read_bytes(), Path(path).parent)

    @classmethod
    def _of(cls, name: str, content: bytes, folder: Path) -> Bundle:
        files = {name: content}
        _gather(yaml.load(content, yaml.BaseLoader), "", folder, files)
        return cls(tuple(files.items()))

    @property
    def digest(self) -> str:
        """Sixteen digits that tell one content from another."""
        state = hashlib.sha256()
        for name, content in self.files:
            state.update(f"{name}\0{len(content)}\0".encode() + content)
        return state.hexdigest()[:16]

    def unpack(self) -> Path:
        """The model file in a folder of this machine, the same for the same content; made where there is none."""
        owner = os.getuid() if hasattr(os, "getuid") else 0
        place = Path(tempfile.gettempdir()) / f"lodestone-models-{owner}" / self.digest
        if place.is_dir() and not self._is_whole(place):
            shutil.rmtree(place, ignore_errors=True)  # what cleans temporary folders has been here
        if not place.is_dir():
            place.parent.mkdir(mode=0o700, exist_ok=True)
            part = Path(tempfile.mkdtemp(dir=place.parent))
            for name, content in self.files:
                target = part / name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
            try:
                part.rename(place)
            except OSError:  # another process was first
                shutil.rmtree(part, ignore_errors=True)
        return place / self.files[0][0]

    def _is_whole(self, place: Path) -> bool:
        try:
            return all((place / name).read_bytes() == content for name, content in self.files)
        except OSError:
            return False


def _gather(tree: object, directory: str, folder: Path, files: dict[str, bytes]) -> None:
    """Adds what a tree names, by paths from the model's folder; `directory` is where the tree's own file lies."""
    if not isinstance(tree, dict):
        return
    for table in _tables(tree):
        files.setdefault(directory + table, (folder / (directory + table)).read_bytes())
    include = tree.get("include")
    for item in include if isinstance(include, list) else ():
        path = item.get("file") if isinstance(item, dict) else None
        if not isinstance(path, str):
            continue
        if "$(" in path:
            raise UsageError(f"{path}: a file that is named by a parameter cannot be sent to other machines")
        name = directory + path
        if name not in files:
            files[name] = (folder / name).read_bytes()
            _gather(yaml.load(files[name], yaml.BaseLoader), name[:name.rfind("/") + 1], folder, files)


def _tables(tree: dict[str, object]) -> Iterator[str]:
    """The CSV files that a model or a part names."""
    tables = tree.get("tables")
    for named in tables.values() if isinstance(tables, dict) else ():
        yield from [named] if isinstance(named, str) else named if isinstance(named, list) else []
    scenarios = tree.get("scenarios")
    for scenario in scenarios.values() if isinstance(scenarios, dict) else ():
        named = scenario.get("table") if isinstance(scenario, dict) else None
        yield from [named] if isinstance(named, str) else named if isinstance(named, list) else []
