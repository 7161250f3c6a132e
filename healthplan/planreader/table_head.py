"""The head of a table: which column holds the name, the unit, the figures of which year."""

import re
from dataclasses import dataclass, replace
from itertools import takewhile, zip_longest

from healthplan.language import dates
from healthplan.language.characters import normal
from healthplan.language.vocabulary import simplified
from healthplan.planreader.dates import Period, find_dates
from healthplan.planreader.rules import first

Rows = tuple[tuple[str, ...], ...]
_BASE_NOTE = re.compile("现状|基期|实际|基数|基准|完成值|全国")
_MIDWAY = re.compile("中期|期中|近期|阶段|远期")  # a stage that ends when the head does not say
_PART = re.compile("[上下]半年|第?[一二三四1-4]季度")
_FIGURES = {"value", "baseline"}
_NUMBER, _YEAR = re.compile(r"^[≥≤<>=]?\s*\d+(?:\.\d+)?\s*%?$"), re.compile(r"^20\d\d$")


@dataclass(frozen=True)
class Column:
    """What one column holds; `deadline` for value columns."""

    role: str
    head: str
    deadline: str = ""


def find_head(rows: Rows, period: Period) -> tuple[int, list[Column]]:
    """Number of head rows and the columns, or (0, []) where no row looks like a head."""
    short = list(takewhile(_short, rows[:3]))
    for height, body in enumerate(short, 1):
        columns = _named(_columns(rows[:height], period))
        more = height < len(rows) and _is_head(rows[height], columns)
        roles = {column.role for column in columns}
        if {"name", "value"} <= roles and not _has_numbers(body, columns) and not more:
            return height, columns
    for height in range(1, len(rows[:2]) + 1):
        columns = _columns(rows[:height], period)
        if sum(bool(column.role) for column in columns) >= 2 and _short(rows[height - 1]):
            return height, columns
    return 0, []


def holds_figures(body: Rows, columns: list[Column]) -> bool:
    """An indicator table has short cells under its value columns; a task table has sentences."""
    values = [i for i, column in enumerate(columns) if column.role == "value"]
    cells = [row[i] for row in body for i in values if i < len(row) and row[i]]
    short = [cell for cell in cells if len(cell) <= 24]
    figures = any(re.search(r"\d", cell) for cell in short)
    return bool(values) and len(short) >= 0.6 * len(cells) and figures


def _named(columns: list[Column]) -> list[Column]:
    """Where no head says what is measured, the first column that is not a number or year does."""
    columns = _one_name(columns)
    roles = [column.role for column in columns]
    free = [i for i, role in enumerate(roles) if role in {"", "group"}]
    if "name" in roles or "value" not in roles or not free:
        return columns
    at = free[-1 if roles[free[0]] == "group" else 0]
    return [*columns[:at], replace(columns[at], role="name"), *columns[at + 1 :]]


def _one_name(columns: list[Column]) -> list[Column]:
    """重点任务 beside 主要指标: where one head says that it names the measures, the others group the rows."""
    heads = {column.head for column in columns if column.role == "name"}
    said = [head for head in heads if re.search("指标", head)] or list(heads)
    if len(heads) < 2 or len(said) != 1:
        return columns
    return [replace(c, role="group") if c.role == "name" and c.head != said[0] else c for c in columns]


def _columns(rows: Rows, period: Period) -> list[Column]:
    """The columns under a head of one or more rows, a merged cell's words once."""
    stacked = (list(dict.fromkeys(filter(None, p))) for p in zip_longest(*rows, fillvalue=""))
    return [_stacked(parts, period) for parts in stacked]


def _stacked(parts: list[str], period: Period) -> Column:
    """A column under heads above each other: 完成情况及目标 over 2025年目标 is a goal, as its own head says."""
    whole = _column("".join(parts), period)
    own = _column(parts[-1], period) if len(parts) > 1 else whole
    dated = own.role in _FIGURES and (own.deadline or not whole.deadline)
    return replace(own, head=whole.head) if dated and own.role != whole.role else whole


def _short(row: tuple[str, ...]) -> bool:
    return all(len(cell) <= 24 for cell in row)


def _has_numbers(row: tuple[str, ...], columns: list[Column]) -> bool:
    """A body row holds plain numbers under its value columns."""
    valued = (c for c, column in zip(row, columns, strict=False) if column.role in _FIGURES)
    return any(_NUMBER.match(normal(cell)) and not _YEAR.match(cell) for cell in valued)


def _is_head(row: tuple[str, ...], columns: list[Column]) -> bool:
    """A second head row under a merged first one: years and words, no figures."""
    cells = [cell for cell in row if cell]
    years = sum(bool(re.search(r"20\d\d年?|目标|现状|基期", cell)) for cell in cells)
    return years >= 2 and not _has_numbers(row, columns)


def _column(head: str, period: Period) -> Column:
    text = simplified(normal(head)).replace(" ", "")
    rule = first("table_heads", text) if text else None
    if rule is None:
        return Column("", head)
    role = str(rule.fields["role"])
    if role in {"year", "target", "baseline"}:
        return _value_column(text, role, period)
    return Column(role, head)


def _value_column(text: str, role: str, period: Period) -> Column:
    found = [d for d in find_dates(text if "年" in text else f"{text}年", period) if d.deadlines]
    years = [d for d in found if re.match(r"20\d\d", d.deadlines[-1])]
    deadline = years[-1].deadlines[-1] if years else ""
    if (part := _PART.search(text)) and (year := deadline[:4] or str(period.single or "")):
        deadline = dates.of_parts(int(year), dates.last_month(part.group()), 0) or deadline
    stood = role == "baseline" or (_BASE_NOTE.search(text) and "目标" not in text)
    if stood or 0 < int(deadline[:4] or 0) < (period.start or 0):
        return Column("baseline", text, deadline)
    end = "" if _MIDWAY.search(text) else str(period.end or "")
    return Column("value", text, deadline or end)
