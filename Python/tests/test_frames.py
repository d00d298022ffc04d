"""Models from tables: read by the program's reader, mistakes told with frame, row and column."""

import numpy as np
import pandas as pd
import pytest

import lodestone as ls

SETTINGS = {
    "name": "Small", "horizon": {"start": 2026, "end": 2028},
    "provenance": {"classes": {"domestic": 0, "foreign": 1}, "countries": {"US": "domestic", "CN": "foreign"}}}


def frames():
    facilities = pd.DataFrame({
        "stage": ["magnet", "magnet"], "country": ["US", "US"], "tags": [["big"], None], "recipe.out.magnet": [1, 1],
        "existing": [np.float64(0.5), np.nan], "availability": [95, 100], "commercial": [np.bool_(False), True],
        "expansion.max": [None, 2], "expansion.capex": [None, "50 kUSD/(t/yr)"], "expansion.earliest": [None, 2027]},
        index=pd.Index(["old", "new"], name="id"))
    facilities["expansion.earliest"] = facilities["expansion.earliest"].astype("Int64")
    facilities.attrs["units"] = {"existing": "kt/yr", "expansion.max": "kt/yr", "availability": "%"}
    return {
        "commodities": pd.DataFrame({"id": ["magnet"], "stage": ["magnet"], "price": ["80 USD/kg"]}),
        "facilities": facilities,
        "imports": pd.DataFrame({"id": ["cn"], "commodity": ["magnet"], "country": ["CN"]}),
        "demand": pd.DataFrame({"id": ["industry"], "commodity": ["magnet"], "quantity": [{2026: "1 kt/yr", 2028: "2 kt/yr"}]}),
        "funds": pd.DataFrame({"id": ["grants"], "instruments": [["grant"]], "appropriations": [{2026: "30 MUSD"}]}),
        "limits": pd.DataFrame({"measure": ["award"], "where.country": [["US"]], "at_most": ["20 MUSD"]})}


def test_cells_of_every_kind_become_what_they_mean():
    model = ls.Model.from_frames(frames(), SETTINGS)
    assert model["facilities.old.existing"] == "0.5 kt/yr" or model["facilities.old.existing"] == "500 t/yr"
    assert model["facilities.old.availability"] == "95%"
    assert model["facilities.new.expansion.earliest"] in (2027, "2027")
    assert model["demand.industry.quantity"] == {"2026": "1 kt/yr", "2028": "2 kt/yr"}
    plan = model.solve()
    assert plan.awards.groupby("year")["value"].sum().max() <= 20 + 1e-6


def test_the_same_model_as_a_file_has_the_same_plan(tmp_path):
    from lodestone.frames import model_text

    path = tmp_path / "model.yaml"
    path.write_text(model_text(frames(), SETTINGS).text)
    assert ls.read(path).solve().raw["plan"] == ls.Model.from_frames(frames(), SETTINGS).solve().raw["plan"]


@pytest.mark.parametrize("section, row, column, value, told", [
    ("demand", 0, "quantity", "1 kt/yrr", "unknown unit"),
    ("imports", 0, "country", "XX", "no class"),
    ("facilities", "new", "expansion.capex", "50 USD", "capex"),
])
def test_a_mistake_names_frame_row_and_column(section, row, column, value, told):
    given = frames()
    given[section][column] = given[section][column].astype("object")
    given[section].at[row, column] = value
    with pytest.raises(ls.ModelError, match=told) as caught:
        ls.Model.from_frames(given, SETTINGS)
    assert caught.value.first.sheet == section
    key = row if section == "facilities" else given[section].at[row, "id"]
    assert caught.value.first.cell == f"row {key}, column {column}"


@pytest.mark.parametrize("change, told", [
    (lambda given: given.update(facility=given.pop("facilities")), "no section `facility`"),
    (lambda given: given.update(imports=given["imports"].drop(columns="id")), "without id"),
    (lambda given: given.update(imports=pd.concat([given["imports"]] * 2, ignore_index=True)), "stands twice"),
    (lambda given: given["demand"].insert(2, "quantity.2026", ["1 t/yr"]), "given twice"),
])
def test_frames_that_are_no_sections_are_told(change, told):
    given = frames()
    change(given)
    with pytest.raises(ls.ModelError, match=told):
        ls.Model.from_frames(given, SETTINGS)


def test_a_section_given_twice_is_told():
    with pytest.raises(ls.ModelError, match="among the settings"):
        ls.Model.from_frames(frames(), {**SETTINGS, "funds": {}})


def test_an_infinite_number_is_told():
    given = frames()
    given["facilities"]["existing"] = [np.inf, 1.0]
    with pytest.raises(ls.ModelError, match="no number"):
        ls.Model.from_frames(given, SETTINGS)
