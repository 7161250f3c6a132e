"""Areas beside each other as an Excel workbook: real numbers that show their units, filters, frozen heads, a dictionary."""

import re
from collections.abc import Mapping
from typing import Any

from healthplan.book import Book
from healthplan.language import units
from healthplan.language.phrases import half_up
from healthplan.messages import has, text
from healthplan.report.formats.xlsx import style_of, with_unit
from healthplan.report.result import Result

Row = Mapping[str, Any]
LEAGUE = (
    "area_name", "first_year", "year", "value", "events", "exposure", "level", "lower_95", "upper_95", "typical", "typical_lower_95", "typical_upper_95", "place", "place_first", "place_last",
    "apart_from", "than_typical", "basis", "outlook_year", "outlook", "outlook_lower_80", "outlook_upper_80", "indicator_name", "unit", "area",
    "indicator",
)  # fmt: skip
SPEEDS = (
    "area_name", "first_year", "last_year", "start", "rate", "lower_95", "upper_95", "typical", "excess", "excess_lower_95", "excess_upper_95",
    "times_typical", "than_typical", "place", "place_first", "place_last", "indicator_name", "unit", "area", "indicator",
)  # fmt: skip
PATHS = (
    "area_name",
    "year",
    "kind",
    "value",
    "lower_80",
    "upper_80",
    "lower_95",
    "upper_95",
    "indicator_name",
    "unit",
    "area",
    "indicator",
)
IN_UNIT = {
    "value",
    "level",
    "typical",
    "typical_lower_95",
    "typical_upper_95",
    "lower_95",
    "upper_95",
    "outlook",
    "outlook_lower_80",
    "outlook_upper_80",
    "start",
    "lower_80",
    "upper_80",
}
RATES = {
    "rate": False,
    "lower_95": False,
    "upper_95": False,
    "typical": False,
    "excess": True,
    "excess_lower_95": True,
    "excess_upper_95": True,
}
WORDS = {"than_typical": "than", "basis": "basis", "kind": "kind"}  # columns of codes, told in words
WIDTHS = {
    "area_name": 18,
    "indicator_name": 24,
    "area": 16,
    "indicator": 22,
    "basis": 24,
    "kind": 12,
    "than_typical": 12,
}
FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")  # what the name of a sheet must not hold
LONGEST = 31


def league_xlsx(result: Result) -> bytes:
    """The workbook: league, speeds, a sheet of figures by year an indicator, trajectories, and what each column means."""
    sheets = {"league": LEAGUE, "speeds": SPEEDS, "trajectories": PATHS}
    with Book(result.title) as book:
        for name in ("league", "speeds"):
            _table(book, result, name, sheets[name])
        _figures(book, result)
        _table(book, result, "trajectories", PATHS)
        _dictionary(book, result, sheets)
    return book.content


def _say(lang: str, key: str, **fields: object) -> str:
    return text(f"league.{key}", lang, **fields)


def _note(result: Result) -> str:
    words = [row["words"] for row in result.beside["sentences"] if row["part"] == "edition"]
    return text("report.semicolon", result.lang).join([*words, _say(result.lang, "by_luck")])


def _table(book: Book, result: Result, name: str, columns: tuple[str, ...]) -> None:
    lang = result.lang
    heads = [_say(lang, f"xl_{column}") for column in columns]
    widths = [WIDTHS.get(column, 13) for column in columns]
    title = f"{result.title}　{_say(lang, f'sheet_{name}')}"
    page = book.page(_say(lang, f"sheet_{name}"), widths, heads, freeze=1, title=title, note=_note(result))
    rows = result.beside[name]
    for at, row in enumerate(rows, page.top):
        for place, column in enumerate(columns):
            value, style, form = _cell(row, column, name, lang)
            page.write(at, place, value, f"cell {style}".rstrip(), form)
    page.page.autofilter(page.top - 1, 0, max(page.top, page.top + len(rows) - 1), len(columns) - 1)


def _cell(row: Row, column: str, sheet: str, lang: str) -> tuple[Any, str, str]:
    """The value of a cell with its style and the number format that shows it as pages do."""
    value = row[column]
    if column in WORDS:
        return _say(lang, f"{WORDS[column]}_{value}"), "", ""
    if column == "unit":
        return units.word(value, lang), "", ""
    if value is None or isinstance(value, str):
        return value, "", ""
    if sheet == "speeds" and column in RATES:
        return value, "", _rate(value, row, RATES[column], lang)
    if column in IN_UNIT:
        value, unit = units.spoken(value, row["unit"], lang)
        return value, style_of(column, value), with_unit(value, unit, column, lang)
    return value, style_of(column, value), ""


def _rate(value: float, row: Row, difference: bool, lang: str) -> str:
    """The number format of a change a year: with its sign, and per cent, points or the unit behind."""
    if row["rate_kind"] == "percent":
        unit = units.POINTS if difference else "%"
        behind = units.written("", unit, lang)
        digits = next((n for n in (1, 2, 3) if half_up(value, n)), 1)
        shown = f'0.{"0" * digits}"{behind}"'
    else:
        shown = with_unit(abs(value), row["unit"], "gap_figure", lang)
    return f'"+"{shown};"−"{shown};{shown}'


def _figures(book: Book, result: Result) -> None:
    """A sheet an indicator: areas down, years across."""
    lang, taken = result.lang, set[str]()
    series: dict[str, dict[str, dict[int, Row]]] = {}
    for row in result.beside["figures"]:
        series.setdefault(row["series"], {}).setdefault(row["area"], {})[row["year"]] = row
    units_of = {row["indicator_name"]: row["unit"] for row in result.beside["league"]}
    for name, areas in series.items():
        years = sorted({year for own in areas.values() for year in own})
        title = f"{name}　{units.word(units_of.get(name, ''), lang)}".strip()
        heads = [_say(lang, "xl_area_name"), *map(str, years)]
        page = book.page(
            _sheet_name(name, taken), [18, *[11] * len(years)], heads, freeze=1, title=title, note=_note(result)
        )
        for at, (area, own) in enumerate(areas.items(), page.top):
            page.write(at, 0, area)
            for place, year in enumerate(years, 1):
                value = own[year]["value"] if year in own else None
                page.write(at, place, value, "cell" if value is None else f"cell {style_of('value', value)}")
        page.page.autofilter(page.top - 1, 0, page.top + len(areas) - 1, len(years))


def _sheet_name(name: str, taken: set[str]) -> str:
    """A name for a sheet that Excel takes and no other sheet has."""
    plain = FORBIDDEN.sub(" ", name).strip(" '")[:LONGEST] or "-"
    made, at = plain, 2
    while made.casefold() in taken:
        made, at = f"{plain[: LONGEST - len(str(at)) - 1]} {at}", at + 1
    taken.add(made.casefold())
    return made


def _dictionary(book: Book, result: Result, sheets: Mapping[str, tuple[str, ...]]) -> None:
    """What each column means, and the sentences of how it was worked out."""
    lang = result.lang
    heads = [text(f"formats.col_{name}", lang) for name in ("sheet", "column", "means")]
    title = text("formats.sheet_dictionary", lang)
    page = book.page(title, [16, 24, 90], heads, title=title, upright=True)
    rows = [
        (_say(lang, f"sheet_{sheet}"), _say(lang, f"xl_{column}"), _say(lang, f"mean_{key}"))
        for sheet, columns in sheets.items()
        for column in columns
        if has(f"league.mean_{(key := f'{sheet}_{column}')}") or has(f"league.mean_{(key := column)}")
    ]
    rows += [
        (_say(lang, "method_head"), "", row["words"]) for row in result.beside["sentences"] if row["part"] == "method"
    ]
    for at, row in enumerate(rows, page.top):
        for place, words in enumerate(row):
            page.write(at, place, words)
    page.page.autofilter(page.top - 1, 0, page.top + len(rows) - 1, 2)
