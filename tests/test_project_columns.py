"""``project`` reads parent, stock and direction from the observations themselves, from a parquet or csv file too."""

import numpy as np
import pandas as pd
import pytest

from healthplan.projection import project
from healthplan.projection.files import project_file
from healthplan.projection.panel import read_panel


def figures() -> pd.DataFrame:
    """A district of two figures in a city of twelve."""
    years = np.arange(2010, 2022)
    city = pd.DataFrame({"area": "city", "parent": "", "year": years, "value": 60 + 1.5 * (years - 2010)})
    district = pd.DataFrame({"area": "district", "parent": "city", "year": [2020, 2021], "value": [50.0, 51.6]})
    both = pd.concat([city, district], ignore_index=True)
    return both.assign(indicator="beds", unit="张", indicator_kind="count", stock=True, direction="increase")


def test_the_parent_column_makes_the_tree_where_no_table_knows_the_area():
    known = pd.DataFrame({"area": ["elsewhere"], "parent": [""]})
    for areas in (None, known):
        rows = project(figures(), to=2024, areas=areas)
        ahead = rows[(rows["area"] == "district") & (rows["kind"] != "observed")]
        assert set(ahead["kind"]) == {"borrowed"}
        assert set(ahead["reference_area"]) == {"city"}


def test_the_registry_of_areas_comes_before_the_column():
    known = pd.DataFrame({"area": ["district", "city"], "parent": ["", ""]})
    rows = project(figures(), to=2024, areas=known)
    assert "borrowed" not in set(rows["kind"])


@pytest.mark.parametrize(("said", "stock", "way"), [("registry", True, -1), ("column", True, 1)])
def test_stock_and_direction_from_the_registry_else_from_the_columns(said, stock, way):
    registry = pd.DataFrame({"indicator": ["beds"], "indicator_kind": ["count"], "stock": ["yes"],
                             "direction": ["decrease"]})  # fmt: skip
    facts = read_panel(figures(), registry if said == "registry" else None).facts
    assert facts.stock.tolist() == [stock] * 2
    assert facts.way.tolist() == [way] * 2


@pytest.mark.parametrize("ending", [".parquet", ".csv"])
def test_a_file_with_these_columns_gives_what_the_table_gives(tmp_path, ending):
    path, out = tmp_path / f"in{ending}", tmp_path / "out.parquet"
    table = figures()
    table.to_parquet(path, index=False) if ending == ".parquet" else table.to_csv(path, index=False)
    project_file(path, out, to=2024, quantiles=True)
    direct = project(table, to=2024)
    told = pd.read_parquet(out)
    pd.testing.assert_series_equal(told["q50"], direct["q50"])
    assert (told["kind"] == direct["kind"]).all()
