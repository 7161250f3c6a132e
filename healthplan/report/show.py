"""A table for reading, as a pandas Styler: names first, units beside the numbers, statuses as words with a shape, missing as
a dash. No script and no request; the frame within keeps its numbers, so that a user may go on styling them.

``shown.csv`` says which columns of which table matter (a table is known by the columns that it ``needs``), ``shown_columns.csv``
how a column is written.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from functools import cache, partial
from html import escape, unescape
from pathlib import Path
from typing import Any

import pandas as pd
from pandas.io.formats.style import Styler

from healthplan import tables
from healthplan.figures import style
from healthplan.figures.goal import spark
from healthplan.judging.outlook import as_judged
from healthplan.judging.things import in_whole
from healthplan.language import groups, units
from healthplan.language.phrases import TIE, WHOLE, half_up, number, points, probability, quantity
from healthplan.language.places import place
from healthplan.line import PlanView
from healthplan.messages import has, text
from healthplan.registers import Registers
from healthplan.report import blocks
from healthplan.report.blocks import PLACEHOLDER
from healthplan.report.formats.pictures import marks

COURSE = "course_drawn"  # the column of small pictures
FEW = 9  # columns that a user's own table is shown with whole
NUMERIC = ("value", "change", "rate", "share", "part", "percent", "count", "number")
SIDES = ("before", "after")  # a comparison's columns end with these
CSS: Any = [
    {"selector": "", "props": "border-collapse:collapse;font-size:13px;line-height:1.4"},
    {"selector": "caption", "props": "caption-side:top;text-align:left;font-size:12px;padding:2px 4px"},
    {"selector": "th", "props": "text-align:left;vertical-align:bottom;padding:3px 6px;white-space:normal;min-width:3em"},
    {"selector": "td", "props": "text-align:left;vertical-align:top;padding:3px 6px;white-space:normal;max-width:30em;"
                                "overflow-wrap:break-word"},
    {"selector": "svg[role=img]", "props": "width:111px;height:33px"},
]  # fmt: skip
RIGHT: Any = [
    {"selector": "td", "props": "text-align:right;white-space:nowrap"},
    {"selector": "th", "props": "text-align:right"},
]
WIDE: Any = [{"selector": "td", "props": "min-width:8em"}]
STATUS: Any = [{"selector": "td", "props": "min-width:5.5em"}]
PICTURE: Any = [{"selector": "td", "props": "background:#fff;padding:1px 4px"}]


class Shown(Styler):
    """A Styler that says the same of itself in every session: its ``repr`` holds no address, its ids come from its cells."""

    def __repr__(self) -> str:
        return unescape(str(self.caption))


@cache
def _rows(name: str) -> tuple[dict[str, str], ...]:
    with Path(__file__).with_name(name).open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def show(
    frame: pd.DataFrame, lang: str, registers: Registers, plan: PlanView | None, rows: int, columns: Sequence[str] | None
) -> Styler:  # fmt: skip
    """The first ``rows`` rows of a table with the ``columns`` named (None: those that matter)."""
    whole = _in_whole_things(_flat(frame))
    chosen = _chosen(whole) if columns is None else ["name"] * ("name" in whole and "name" not in columns) + [*columns]
    pictures = _courses(whole, plan, rows, lang) if plan is not None else {}
    seen = whole.head(rows)
    kept = seen[chosen]
    if pictures:
        kept.insert(1 if chosen[0] == "name" else 0, COURSE, seen["target_id"].map(lambda one: pictures.get(one, "")))
    mark = pd.util.hash_pandas_object(kept.astype("str"), index=False).to_numpy().tobytes() + lang.encode()
    made = Shown(kept, uuid=hashlib.blake2b(mark, digest_size=5).hexdigest())
    made.hide(axis="index").set_table_styles(CSS)
    made.set_caption(escape(_caption(whole, chosen, rows, plan, lang)))
    table = _known(whole).get("table", "")
    made.format_index(partial(_head, frame=kept, table=table, lang=lang), axis=1)
    unit = _units(seen, registers, plan).reset_index(drop=True)
    names = {"area": registers.area_name, "indicator": registers.indicator_name, "group": groups.name, "place": _place}
    names["stock"] = partial(_stock, stocks=registers.stocks.set_index("stock").to_dict("index"))
    for column in kept:
        how = _how(str(column), kept[column], table)
        prefix = _said(str(column), table).get("words", "")
        for at, write in _writers(seen, how, prefix, unit, lang, names):
            made.format(write, subset=pd.IndexSlice[at, column], na_rep=PLACEHOLDER)
        looks = RIGHT if how in NUMERIC else PICTURE if column == COURSE else STATUS if how == "status" else None
        if looks or column == "name":
            made.set_table_styles({column: looks or WIDE}, overwrite=False)
    return made


def _in_whole_things(frame: pd.DataFrame) -> pd.DataFrame:
    """Amounts of things as whole ones that add up, as the pages print them."""
    needed = {"what", "stock", "required", "leavers", "owed_to_gap", "beyond_projection", "years_left"}
    if _known(frame).get("table") != "things" or not needed <= {*frame} or frame.empty:
        return frame
    told = pd.DataFrame([in_whole(row) for row in frame.to_dict("records")], index=frame.index)
    return frame.assign(**{name: told[name].astype("float64") for name in told if name in frame})


def _flat(frame: pd.DataFrame) -> pd.DataFrame:
    """A user's table with one row of column names, each once, and with what its index says as columns."""
    plain = isinstance(frame.index, pd.RangeIndex) or (frame.index.name is None and frame.index.nlevels == 1 and
                                                       pd.api.types.is_integer_dtype(frame.index))  # fmt: skip
    out = frame.reset_index(drop=plain)
    names: list[str] = []
    counts: dict[str, int] = {}
    for name in out.columns:
        said = " · ".join(str(part) for part in name if part != "") if isinstance(name, tuple) else str(name)
        counts[said] = counts.get(said, 0) + 1
        names.append(said if counts[said] == 1 else f"{said} ({counts[said]})")
    return out.set_axis(pd.Index(names, dtype="str"), axis=1)


def _known(frame: pd.DataFrame) -> dict[str, str]:
    """What is declared of a table that has the columns of one of ours; nothing of any other."""
    return next((row for row in _rows("shown.csv") if {*row["needs"].split(";")} <= {*frame}), {})


def _said(column: str, table: str) -> dict[str, str]:
    """How a column is written: as it is declared of this table, else of any."""
    declared = {row["column"]: row for row in _rows("shown_columns.csv")}
    return declared.get(f"{table}.{column}") or declared.get(column, {})


def _chosen(frame: pd.DataFrame) -> list[str]:
    """The columns that matter."""
    there = [str(column) for column in frame]
    pairs = [name[:-6] for name in there if name.endswith("_after") and f"{name[:-6]}_before" in there]
    if pairs:  # of a comparison what moved
        moved = [name for name in pairs if not frame[f"{name}_after"].equals(frame[f"{name}_before"])]
        return ["name"] * ("name" in there) + [
            f"{name}_{side}" for name in sorted(moved or pairs, key=_first) for side in SIDES
        ]
    if known := _known(frame):
        return [name for name in known["columns"].split(";") if name in there]
    first = sorted((name for name in there if name != "target_id" or len(there) <= 1), key=lambda name: name != "name")
    return first if len(first) <= FEW else first[:FEW]


def _first(pair: str) -> int:
    """Where a pair of columns stands in a comparison: what is judged before what it rests on."""
    order = ("status", "probability_met", "gap", "to_add")
    return order.index(pair) if pair in order else len(order)


def _caption(frame: pd.DataFrame, chosen: Sequence[str], rows: int, plan: PlanView | None, lang: str) -> str:
    """How large the table is, what is not listed and how to see it."""
    words = [text("show.size", lang, rows=f"{len(frame):,}", columns=len(frame.columns))]
    if len(frame) > rows:
        words.append(text("show.more_rows", lang, shown=rows, all=len(frame)))
    others = [str(column) for column in frame if column not in chosen]
    if others:
        names = ", ".join(others[:6]) + (", …" if len(others) > 6 else "")
        words.append(text("show.more_columns", lang, shown=len(chosen), names=names))
    known = {"unit", "indicator", "data_indicator"} & {*frame}
    if plan is None and "target_id" in frame and not (known and frame["target_id"].duplicated().any()):
        words.append(text("show.plan_helps", lang))
    return ("" if lang == "zh" else " ").join(words)


def _head(column: Hashable, *, frame: pd.DataFrame, table: str, lang: str) -> str:
    name, _, side = str(column).rpartition("_")
    if side in SIDES and name:
        inner = text(f"show.col_{name}", lang) if has(f"show.col_{name}") else name
        return escape(text(f"show.{side}", lang, column=inner))
    key = f"show.col_{table}_{column}" if has(f"show.col_{table}_{column}") else f"show.col_{column}"
    if column == "gap" and pd.api.types.is_numeric_dtype(frame["gap"]):
        key = "show.col_gap_number"
    return escape(text(key, lang) if has(key) else str(column))


def _how(column: str, cells: pd.Series, table: str) -> str:
    """How a column is written: as it is declared, else by what its cells are."""
    name, _, side = column.rpartition("_")
    name = name if side in SIDES else column
    told = _said(name, table).get("as", "")
    if name == "to_add" and side in SIDES:  # whose row has the unit of the indicator
        told = "count"
    is_number = pd.api.types.is_numeric_dtype(cells) and not pd.api.types.is_bool_dtype(cells)
    if told in NUMERIC and is_number:
        return told
    if told and told not in NUMERIC:
        return told
    if column == COURSE:
        return "picture"
    if pd.api.types.is_bool_dtype(cells):
        return "flag"
    return "year" if is_number and (name == "year" or name.endswith("_year")) else "number" if is_number else "text"


def _units(frame: pd.DataFrame, registers: Registers, plan: PlanView | None) -> pd.Series:
    """The unit of each row's numbers: as the row says, as its indicator or its goal has it; empty where nobody knows."""
    if "unit" in frame:
        return frame["unit"].fillna("").astype("str")
    about = registers.indicators.set_index("indicator").to_dict("index")
    for column in ("indicator", "data_indicator"):
        if column in frame:
            return frame[column].map(lambda one: units.written_unit(about[one]) if one in about else "").astype("str")
    if plan is not None and "target_id" in frame:
        return frame["target_id"].map(plan.written_units()).fillna("").astype("str")
    return pd.Series("", index=frame.index, dtype="str")


def _writers(
    frame: pd.DataFrame, how: str, prefix: str, unit: pd.Series, lang: str, names: Mapping[str, Callable[[str, str], str]]
) -> Iterator[tuple[pd.Index, Callable[[Any], str]]]:  # fmt: skip
    """Rows of a column that are written alike, and how."""
    every = frame.index
    if how in ("value", "change", "rate"):
        kinds = frame["rate_kind"] if how == "rate" and "rate_kind" in frame else pd.Series("", index=every)
        for (one, kind), at in frame.groupby([unit, kinds], sort=False).groups.items():
            ways = {"percent": ("%", "percent"), "unit": (one, "change")}  # of a rate that may be either
            written, as_said = ways.get(kind, (one, "change" if how == "change" else "value"))
            yield at, partial(_amount, unit=written, how=as_said, lang=lang)
    else:
        known = names.get(how)
        yield every, partial(_word, how=how, lang=lang, prefix=prefix, known=known)


def _amount(value: float, *, unit: str, how: str, lang: str) -> str:
    value = 0.0 if abs(value) < TIE else value
    if how == "value":
        return escape(quantity(value, unit, lang))
    said = quantity(value, unit, lang) if how == "percent" else points(value, unit, lang)
    return escape(f"+{said}" if value > 0 else said)


def _word(value: Any, *, how: str, lang: str, prefix: str, known: Callable[[str, str], str] | None) -> str:
    """One cell that is no amount."""
    if how == "picture":
        return str(value) or PLACEHOLDER
    if how == "share":
        return escape(probability(value, lang))
    if how in ("part", "percent"):
        return escape(quantity(100 * value if how == "part" else value, "%", lang))
    if how == "count":
        value = half_up(value) if abs(value) >= WHOLE else value
        return number(value).replace("-", "−")
    if how == "number":
        return number(value).replace("-", "−")
    if how == "year":
        return f"{value:.0f}"
    if how == "flag":
        return text(f"show.{'yes' if value else 'no'}", lang)
    if how == "status":
        return badge(str(value), lang)
    words = str(value)
    if known is not None:
        words = known(words, lang)
    elif prefix and has(prefix + words):
        words = text(prefix + words, lang)
    return blocks.cell(words)


def _stock(stock: str, lang: str, *, stocks: Mapping[Hashable, Mapping[Any, Any]]) -> str:
    return str(stocks.get(stock, {}).get(f"name_{lang}", stock))


def _place(locator: str, lang: str) -> str:
    return "; ".join(place(one, lang) for one in locator.split(";"))


def badge(status: str, lang: str) -> str:
    """A status (its code, or its word in either language) as its word behind its shape; other words as they are."""
    code = status if status in tables.STATUS_FACTS else _codes().get(status, "")
    if not code:
        return blocks.cell(status)
    shape = marks()[_standing(code)]
    return (
        shape.replace("<svg ", '<svg width="14" height="14" style="vertical-align:-2px" aria-hidden="true" ', 1)
        + "&nbsp;"
        + escape(text(f"status.{code}", lang))
    )


def card(plan: PlanView) -> str:
    """A plan in a notebook: title, years and figures, and a bar of its goals by status, those that need action first."""
    title, *facts = repr(plan).split("\n")[:-1]
    told = blocks.status_order(plan.counts.rename_axis("status").reset_index())
    counted = zip(told["status"], told["count"], strict=True)
    counts = sorted(counted, key=lambda one: tables.STANDINGS.index(_standing(one[0])))
    bar = "".join(f'<i style="flex:{count};background:{_COLOURS[_standing(str(one))]}"></i>' for one, count in counts)
    words = "".join(f"<span>{badge(str(one), plan.lang)} {count}</span>" for one, count in counts)
    return (
        f'<div style="font-size:13px;line-height:1.6"><b>{escape(title)}</b><br>{"<br>".join(map(escape, facts))}'
        f'<div style="display:flex;gap:2px;height:8px;margin:4px 0">{bar}</div>'
        f'<div style="display:flex;flex-wrap:wrap;gap:0 16px">{words}</div></div>'
    )


_COLOURS = {"short": style.SHORT, "risk": style.RISK, "reached": style.REACHED, "open": "#c5cbd3"}


def _standing(status: str) -> str:
    return tables.STATUS_FACTS[status]["standing"] or "open"


@cache
def _codes() -> dict[str, str]:
    return {text(f"status.{code}", lang): code for code in tables.STATUSES for lang in ("zh", "en")}


def _courses(frame: pd.DataFrame, plan: PlanView, rows: int, lang: str) -> dict[str, str]:
    """A small picture of each goal of the rows, where a row is a goal."""
    if "target_id" not in frame or frame["target_id"].duplicated().any() or plan.charts.empty:
        return {}
    wanted, made = {*frame["target_id"].head(rows)}, dict[str, str]()
    for chart in plan.charts.to_dict("records"):
        one = chart["target_id"]
        if one in wanted:
            standing = tables.STATUS_FACTS[chart["status"]]["standing"]
            figure = spark(chart, as_judged(plan.shown_trajectories, chart), standing)
            made[one] = str(blocks.svg(figure, f"show-{one}", escape(chart["name"])))
    return made
