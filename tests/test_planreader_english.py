"""English documents: parts, lists and tables give their goals, facts give none.

Guards what one sentence cannot show: a review part that is read as goals, a list without the date of its heading, a
table whose values are read as another column's.
"""

from pathlib import Path

import pandas as pd
import pytest

from healthplan.planreader.english import goes_on, speaks
from healthplan.planreader.plan import read_plan

COUNTY = Path(__file__).parent / "planreader" / "english" / "county.txt"
TABLE = """<html><body><h2>Targets</h2><table>
<tr><th>Indicator</th><th>Unit</th><th>Baseline (2019)</th><th>Target (2025)</th><th>Target (2030)</th><th>Source</th></tr>
<tr><td>Infant mortality rate (per 1,000 live births)</td><td></td><td>38</td><td>25</td><td>&lt;12</td><td>survey 2019</td></tr>
<tr><td>Percentage of births attended by skilled staff</td><td></td><td>72.5</td><td>85</td><td>95</td><td></td></tr>
<tr><td>Doctors per 10,000 population</td><td></td><td>1.2</td><td>2</td><td>not set</td><td></td></tr>
</table></body></html>"""


def told(path: Path) -> list[tuple]:
    goals = read_plan(path)
    columns = ["name", "comparator", "value", "unit", "deadline"]
    return list(goals[columns].itertuples(index=False, name=None))


def test_goals_come_from_the_parts_with_goals_and_lists_have_their_headings_date():
    assert told(COUNTY) == [
        ("infant mortality rate", "<=", 4.5, "‰", "2026"),
        ("open new clinics in rural areas", "increase_by", 12.0, "", "2027"),
        ("number of measles cases", "increase_by_pct", -50.0, "%", "2027"),
        ("rate of opioid deaths", "<=", 12.0, "1/10万", "2028"),
    ]


def test_where_things_stood_is_kept():
    goals = read_plan(COUNTY).set_index("name")
    assert goals.loc["infant mortality rate", "baseline"] == "5.2"
    assert goals.loc["rate of opioid deaths", "baseline"].startswith("18.3")


def test_an_indicator_table_gives_the_values_of_its_target_columns(tmp_path: Path):
    path = tmp_path / "table.html"
    path.write_text(TABLE, encoding="utf-8")
    assert told(path) == [
        ("Infant mortality rate", "<=", 25.0, "‰", "2025"),
        ("Infant mortality rate", "<", 12.0, "‰", "2030"),
        ("births attended by skilled staff", ">=", 85.0, "%", "2025"),
        ("births attended by skilled staff", ">=", 95.0, "%", "2030"),
        ("Doctors per 10,000 population", ">=", 2.0, "人/万人", "2025"),
    ]
    assert read_plan(path)["baseline"].iloc[0] == "38 (2019)"


@pytest.mark.parametrize(
    ("text", "english"),
    [("By 2027:", True), ("到2027年，BMI达标率达到90%", False), ("≥95%", False)],
)
def test_what_is_english(text: str, english: bool):
    assert speaks(text) is english


def test_a_line_goes_on_where_its_sentence_does():
    assert goes_on("reduce the share of adults", "who smoke to 15%", 0)
    assert not goes_on("Objectives for the county", "- reduce smoking", 0)
    assert not goes_on("Reduce smoking to 15%.", "Raise coverage", 0)


def test_a_long_english_paragraph_takes_no_long_time(tmp_path: Path):
    path = tmp_path / "long.txt"
    path.write_text("by 2027 to at least 5 percent of the and " * 300, encoding="utf-8")
    assert isinstance(read_plan(path), pd.DataFrame)
