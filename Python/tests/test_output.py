"""Commands do not write over what people made."""

import os
import shutil

import pytest

openpyxl = pytest.importorskip("openpyxl", reason="openpyxl is not installed")

import lodestone as ls  # noqa: E402
from lodestone.excel import read_model, write_model, write_results  # noqa: E402
from lodestone.excel.command import main  # noqa: E402


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A model as text and as a workbook, and a workbook of results."""
    folder = tmp_path_factory.mktemp("made")
    shutil.copy("Models/tutorial.yaml", folder / "m.yaml")
    write_model(folder / "m.yaml", folder / "m.xlsx")
    model = ls.read(folder / "m.yaml")
    write_results(model.solve(relax=True), folder / "r.xlsx", model)
    return folder


@pytest.fixture
def folder(made, tmp_path, monkeypatch):
    """These files in the folder where we are, with other names for two of them."""
    for file in made.iterdir():
        shutil.copy(file, tmp_path)
    (tmp_path / "link.xlsx").symlink_to("m.xlsx")
    os.link(tmp_path / "m.yaml", tmp_path / "hard.yml")
    (tmp_path / "folder.xlsx").mkdir()
    (tmp_path / "notes.txt").write_text("mine")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("words", [
    "results m.xlsx m.xlsx", "results m.yaml m.yaml", "from-yaml m.yaml m.yaml", "to-yaml m.xlsx m.xlsx",
    "results m.xlsx link.xlsx", "results link.xlsx ./m.xlsx", "from-yaml m.yaml hard.yml"])
@pytest.mark.parametrize("force", [[], ["--force"]])
def test_a_file_that_is_read_is_never_written_to(folder, capsys, words, force):
    before = contents(folder)
    assert main([*words.split(), *force]) == 2
    told = capsys.readouterr().err
    assert "is the file that is read" in told and "nothing is written" in told
    assert contents(folder) == before


@pytest.mark.parametrize("words, ending", [
    ("results m.xlsx plan.yaml", ".xlsx"), ("results m.yaml plan", ".xlsx"), ("from-yaml m.yaml new.yaml", ".xlsx"),
    ("from-yaml m.yaml notes.txt", ".xlsx"), ("to-yaml m.xlsx new.xlsx", ".yaml or .yml"), ("new chain.yaml", ".xlsx")])
def test_a_name_says_what_a_file_is(folder, capsys, words, ending):
    before = contents(folder)
    assert main(words.split()) == 2
    assert f"a name that ends with {ending}" in capsys.readouterr().err
    assert contents(folder) == before


@pytest.mark.parametrize("words, told", [
    ("from-yaml m.yaml r.xlsx", "exists already"), ("from-yaml m.yaml link.xlsx", "exists already"),
    ("to-yaml m.xlsx m.yaml", "exists already"), ("to-yaml m.xlsx hard.yml", "exists already"),
    ("results m.yaml m.xlsx", "is no workbook of results"), ("new m.xlsx", "exists already"),
    ("results m.yaml folder.xlsx", "is a folder"), ("results m.yaml nowhere/plan.xlsx", "no folder nowhere")])
def test_what_is_there_is_kept(folder, capsys, words, told):
    before = contents(folder)
    assert main(words.split()) == 2
    assert told in capsys.readouterr().err
    assert contents(folder) == before


def test_force_replaces_what_is_there(folder):
    assert main(["to-yaml", "m.xlsx", "hard.yml", "--force"]) == 0
    assert "Made from m.xlsx" in (folder / "hard.yml").read_text()
    assert main(["from-yaml", "m.yaml", "r.xlsx", "--force"]) == 0
    assert "facilities" in openpyxl.load_workbook("r.xlsx", read_only=True).sheetnames
    assert main(["results", "m.yaml", "m.xlsx", "--relax", "--force"]) == 0
    assert openpyxl.load_workbook("m.xlsx", read_only=True).sheetnames[0] == "summary"


def test_results_replace_their_own_workbook_but_none_that_somebody_added_to(folder):
    before = contents(folder)["r.xlsx"]
    assert main(["results", "m.yaml", "r.xlsx", "--relax", "--budget-scale", "0.5"]) == 0
    assert contents(folder)["r.xlsx"] != before
    book = openpyxl.load_workbook("r.xlsx")
    book.create_sheet("my notes")
    book.save("r.xlsx")
    assert main(["results", "m.yaml", "r.xlsx", "--relax"]) == 2
    own = openpyxl.Workbook()
    own.active.title = "summary"
    own.save("own.xlsx")
    assert main(["results", "m.yaml", "own.xlsx", "--relax"]) == 2


def test_in_python_a_model_is_not_replaced_either(folder):
    before = contents(folder)
    model = ls.read("m.yaml")
    with pytest.raises(ls.UsageError, match="is the file that is read"):
        write_model("m.yaml", "m.yaml")
    with pytest.raises(ls.UsageError, match="ends with .xlsx"):
        model.solve(relax=True).to_excel("plan.yaml")
    book = read_model("m.xlsx")
    with pytest.raises(ls.UsageError, match="is the file that is read"):
        write_results(book.solve(relax=True), "link.xlsx", book)
    assert contents(folder) == before


def test_help_says_what_is_replaced(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "The file that is read is never written to" in capsys.readouterr().out


def test_a_setting_of_the_command_is_not_taken_back_in_python(folder, capsys):
    assert main(["results", "m.yaml", "plan.xlsx", "--set", "nope.x=1"]) == 1
    told = capsys.readouterr().err
    assert "--set nope.x=1" in told and "del model" not in told
