"""Guards: a good file damaged in a known way is refused with the fault named, or its values survive.

Each damage is a function that takes a table of cells and says what it did; hypothesis chooses the table, the
place and the damages. Nothing may be silent: a value that changed its meaning without a word fails the test.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from whole_line import as_text

from healthplan import intake

HEAD = ["指标", "地区", "年份", "数值", "单位", "来源"]
SERIES = {
    "婴儿死亡率": ("‰", 2.0, 5.0, 2),
    "居民健康素养水平": ("%", 20.0, 40.0, 1),
    "人均预期寿命": ("岁", 78.0, 84.0, 2),
    "每千人口注册护士数": ("人", 3.0, 4.5, 2),
    "孕产妇死亡率": ("1/10万", 3.0, 9.0, 2),
}
TODAY = date(2026, 6, 30)
PLAN = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def tables(draw) -> list[list[str]]:
    """A clean long table of one to three calm series of five to nine years."""
    rows = [HEAD]
    for name in draw(st.lists(st.sampled_from(sorted(SERIES)), min_size=1, max_size=3, unique=True)):
        unit, low, high, digits = SERIES[name]
        first, n = draw(st.integers(2010, 2016)), draw(st.integers(5, 9))
        middle = draw(st.floats(low, high))
        for i in range(n):
            wobble = draw(st.floats(0.97, 1.03))
            rows.append(
                [
                    name,
                    "浦东新区",
                    str(first + i),
                    f"{min(middle * wobble, 90):.{digits}f}",
                    unit,
                    "年报",
                ]
            )
    return rows


@dataclass(frozen=True)
class Damage:
    """``hurts``: whether the file must be refused; ``names``: what its fault must name of the damaged cell."""

    name: str
    hurt: Callable[[list[str], object], list[str]]
    hurts: bool
    names: Callable[[list[str]], str] = lambda row: row[3]


def _cell(at: int, change: Callable[[str, object], str]) -> Callable:
    def hurt(row: list[str], draw: object) -> list[str]:
        return [*row[:at], change(row[at], draw), *row[at + 1 :]]

    return hurt


def _full_width(cell: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in cell)


REFUSED = [
    Damage("tenfold", _cell(3, lambda v, d: f"{float(v) * 10:g}"), True),
    Damage("hundredth", _cell(3, lambda v, d: f"{float(v) / 100:g}"), True),
    Damage("thousandfold", _cell(3, lambda v, d: f"{float(v) * 1000:g}"), True),
    Damage("negative", _cell(3, lambda v, d: f"-{v}"), True),
    Damage("words", _cell(3, lambda v, d: d(st.sampled_from(["约{}", "{}左右", "{}余", "<{}", "{}-9", "近{}", "{}~", "超{}"])).format(v)), True),
    Damage("python", _cell(3, lambda v, d: d(st.sampled_from(["0x1F", "1_0", "True", "inf", "1e999", "3.1.4", "½", "3,5", "#REF!", "3:05"]))), True),
    Damage("date", _cell(3, lambda v, d: d(st.sampled_from(["3月2日", "2023/3/2", "2-Mar", "2023-03-02"]))), True),
    Damage("unit", _cell(4, lambda v, d: d(st.sampled_from(["件", "亩", "公斤", "平方米", "户次"]))), True, lambda row: row[4]),
    Damage("two_digits", _cell(2, lambda v, d: v[2:] + "年"), True, lambda row: row[2]),
    Damage("future", _cell(2, lambda v, d: str(int(v) + 80)), True, lambda row: row[2]),
    Damage("part", _cell(2, lambda v, d: v + d(st.sampled_from(["-07", "-11", "/02"]))), True, lambda row: row[2]),
    Damage("serial", _cell(2, lambda v, d: str((date(int(v), 12, 31) - date(1899, 12, 30)).days)), True, lambda row: row[2]),
    Damage("no_year", _cell(2, lambda v, d: ""), True, lambda row: "年份"),
    Damage("no_area", _cell(1, lambda v, d: ""), True, lambda row: "地区"),
    Damage("no_indicator", _cell(0, lambda v, d: ""), True, lambda row: "指标"),
    Damage("markup", _cell(1, lambda v, d: d(st.sampled_from(["<b>区</b>", "=1+1", "../区", "{{区}}", "@区"]))), True, lambda row: "地区"),
    Damage("extra", lambda row, d: [*row[:3], *row[3].replace(".", ",").split(","), "0", *row[4:]], True, lambda row: "单元格"),
    Damage("short", lambda row, d: [*row[:3], *row[4:]], True, lambda row: "单元格"),
]  # fmt: skip
KEPT = [
    Damage("full_width", _cell(3, lambda v, d: _full_width(v)), False),
    Damage("mark", _cell(3, lambda v, d: v + d(st.sampled_from(["①", "*", "²", "[1]", "※"]))), False),
    Damage("status", _cell(3, lambda v, d: v + d(st.sampled_from(["（初步）", "(估计)", "（快报）", "（口径变化）"]))), False),
    Damage("spaces", lambda row, d: [d(st.sampled_from(["\u3000", "\u00a0", " ", "\u200b"])) + cell for cell in row], False),
    Damage("year_words", _cell(2, lambda v, d: v + d(st.sampled_from(["年", "年度", "年末", ".0", "/12/31", "1231", "年12月31日"]))), False),
    Damage("full_width_year", _cell(2, lambda v, d: _full_width(v)), False),
    Damage("unit_behind", lambda row, d: [*row[:3], row[3] + ("" if row[4] == "1/10万" else row[4]), *row[4:]], False),
    Damage("unit_in_name", lambda row, d: [f"{row[0]}（{row[4]}）", *row[1:4], "", row[5]], False),
    Damage("plus", _cell(3, lambda v, d: "+" + v), False),
    Damage("no_unit", _cell(4, lambda v, d: ""), False),
]  # fmt: skip


def text_of(rows: list[list[str]]) -> str:
    """The rows as CSV."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def read(content: bytes) -> intake.Intake:
    """The reader's answer to these bytes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "数据.csv"
        path.write_bytes(content)
        return intake.read_figures(path, today=TODAY)


def held(found: intake.Intake) -> dict:
    """Values by indicator and year."""
    return {(r["indicator_name"], int(r["year"])): r["value"] for r in found.table.to_dict("records")}


def wanted(rows: list[list[str]]) -> dict:
    """What the clean table holds."""
    return {(row[0], int(row[2])): float(row[3]) for row in rows[1:]}


@PLAN
@given(
    tables(),
    st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]),
    st.sampled_from([",", "\t", ";", "，"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_a_clean_table_survives_every_way_to_write_it(rows, encoding, separator, end):
    content = text_of(rows).replace(",", separator).replace("\n", end)
    found = read(content.encode(encoding))
    assert found.ok, as_text(found)
    assert held(found) == wanted(rows)


@PLAN
@given(st.data(), tables(), st.sampled_from(REFUSED))
def test_a_damage_that_changes_the_meaning_is_refused_at_its_place(data, rows, damage):
    at = data.draw(st.integers(1, len(rows) - 1))
    broken = [*rows[:at], damage.hurt(rows[at], data.draw), *rows[at + 1 :]]
    found = read(text_of(broken).encode())
    said = as_text(found, "zh")
    assert not found.ok, (damage.name, broken[at], said)
    assert found.table.empty
    assert at + 1 in {f.row for f in found.errors}, (damage.name, broken[at], said)
    assert damage.names(broken[at]) in said, (damage.name, broken[at], said)


@PLAN
@given(st.data(), tables(), st.lists(st.sampled_from(KEPT), min_size=1, max_size=3))
def test_a_damage_that_keeps_the_meaning_keeps_the_values(data, rows, damages):
    broken = [row[:] for row in rows]
    for damage in damages:
        at = data.draw(st.integers(1, len(rows) - 1))
        if broken[at] == rows[at]:
            broken[at] = damage.hurt(broken[at], data.draw)
    found = read(text_of(broken).encode())
    assert found.ok, ([d.name for d in damages], broken, as_text(found, "zh"))
    assert held(found) == wanted(rows), ([d.name for d in damages], broken)


@PLAN
@given(
    st.data(),
    tables(),
    st.lists(st.sampled_from(REFUSED), min_size=2, max_size=4, unique_by=lambda d: d.name),
)
def test_all_faults_are_named_in_one_pass(data, rows, damages):
    places = data.draw(
        st.lists(st.integers(1, len(rows) - 1), min_size=len(damages), max_size=len(damages), unique=True)
    )
    broken = [row[:] for row in rows]
    cells = [d for d in damages if d.name not in ("tenfold", "hundredth", "thousandfold")]
    for damage, at in zip(cells, places, strict=False):
        broken[at] = damage.hurt(broken[at], data.draw)
    found = read(text_of(broken).encode())
    assert set(places[: len(cells)]) <= {(f.row or 0) - 1 for f in found.errors}, as_text(found, "zh")


@PLAN
@given(st.data(), tables())
def test_a_second_value_for_one_key_names_both_rows(data, rows):
    at = data.draw(st.integers(1, len(rows) - 1))
    again = [*rows[at][:3], f"{float(rows[at][3]) * 1.1 + 0.1:.2f}", *rows[at][4:]]
    found = read(text_of([*rows, again]).encode())
    clash = [f for f in found.errors if f.code == "KEY-CONFLICT"]
    assert {clash[0].fields["first_row"], clash[0].fields["second_row"]} == {at + 1, len(rows) + 1}


@PLAN
@given(
    st.binary(max_size=400),
    st.sampled_from([".csv", ".xlsx", ".xls", ".ods", ".yaml", ".xlsm", ".txt"]),
    st.sampled_from(["series", "targets", "params", "any"]),
)
def test_no_bytes_make_a_reader_crash(content, ending, kind):
    readers = {
        "series": intake.read_figures,
        "targets": intake.read_targets,
        "params": intake.read_parameters,
        "any": intake.read_any,
    }
    magic = {
        ".xlsx": b"PK\x03\x04",
        ".xlsm": b"PK\x03\x04",
        ".ods": b"PK\x03\x04",
        ".xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"数据{ending}"
        path.write_bytes(magic.get(ending, b"") + content)
        found = readers[kind](path)
        assert isinstance(found, intake.Intake)
        assert all(f.text("zh") and f.text("en") for f in found.faults)


@PLAN
@given(st.text(max_size=300))
def test_no_text_makes_a_reader_crash(content):
    for row in (
        f"婴儿死亡率,{content},2020,2,‰,\n",
        f"婴儿死亡率,浦东新区,{content},2,‰,\n",
        f"婴儿死亡率,浦东新区,2020,{content},‰,\n",
    ):
        read((",".join(HEAD) + "\n" + row).encode("utf-8", "replace"))
