"""A report as an Excel workbook: a sheet a table, real numbers, filters, frozen heads, colours by group of statuses."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from healthplan import tables
from healthplan.book import DECIMALS, Book, Page
from healthplan.explanations.brief import DECIDED
from healthplan.language import units
from healthplan.language.phrases import number, points, quantity
from healthplan.messages import has, text
from healthplan.report.formats.story import ASKED, contradictions, edition, offices, said, say, title
from healthplan.report.result import Result

Row = Mapping[str, Any]
SHARES = ("chance", "chance_before", "probability_met")  # 0 to 1, shown in per cent
MINUS = "−"
YEARS = "year"  # columns whose name ends so are no amounts
COLOURS = {
    "short": {"bg_color": "#9B2412", "font_color": "#FFFFFF"},
    "risk": {"bg_color": "#F2B233", "font_color": "#2E1E00"},
    "reached": {"bg_color": "#DCEBF6", "font_color": "#1E6FA5"},
    "open": {"bg_color": "#ECEEF1", "font_color": "#3A424D"},
}
WIDE, NARROW = 40, 12


class Sheet(NamedTuple):
    """A table of the workbook: its key, its columns (keys of their heads), its rows, and how wide columns of text are."""

    key: str
    columns: tuple[str, ...]
    rows: list[dict[str, Any]]
    widths: Mapping[str, float] = {}
    freeze: int = 1


def xlsx(result: Result) -> bytes:
    """The workbook. Text is never a formula; a number keeps all its digits and shows those that pages show."""
    lang, made = result.lang, [sheet for sheet in sheets(result) if sheet.rows]
    with Book(title(result)) as book:
        for sheet in made:
            _write(book, sheet, result)
        _dictionary(book, made, lang)
    return book.content


def sheets(result: Result) -> list[Sheet]:
    """Every table of the workbook in its order."""
    shown = {row["target_id"]: row for row in result.scorecard}
    named = lambda rows: [row | {"name": shown[row["target_id"]]["name"]} for row in rows]  # noqa: E731
    beside = result.beside
    tasks = [row | {"task_name": row["name"]} for row in beside.get("followed", [])]
    numbers = {row["target_id"]: row for row in result.gaps}
    sides = [dict(zip(("item", "sides", "which"), row, strict=True)) for row in contradictions(result)]
    gaps = [row | {"gap_number": row["gap"]} for row in named(result.gaps)]
    documents = [row | {"trust_class": row["trust"]} for row in beside.get("documents", [])]
    figures = [row | {"trust_class": row["trust"]} for row in beside.get("figures", [])]
    return [
        Sheet("goals", GOALS, [_goal(row, shown[row["target_id"]], numbers[row["target_id"]], result.lang) for row in beside["brief"]], {"name": 26}),
        Sheet("deliverables", DELIVERABLES, _flags(beside.get("deliverables", []), ("past",), result.lang), {"deliverable": WIDE}, 2),
        Sheet("gaps", GAPS, [_status(row, result.lang) for row in gaps], {"name": 30}),
        Sheet("things", THINGS, [_what(row, result.lang) for row in named(beside.get("things", []))], {"name": 30}),
        Sheet("requests", (*ASKED, "words", "goals", "file"), offices(result), {"addressee": 28, "words": WIDE, "goals": 60, "file": 30}),
        Sheet("contradictions", ("item", "sides", "which"), sides, {"item": WIDE, "sides": WIDE, "which": 24}),
        Sheet("followed", FOLLOWED, tasks, {"task_name": 30, "why": WIDE}),
        Sheet("figures", FIGURES, figures, {"series": 26, "source": WIDE, "place": 26, "note": 30}),
        Sheet("documents", ("source", "producer", "date", "trust_class", "address"), documents, {"source": 50, "address": 50}),
    ]  # fmt: skip


PRINTED = (  # of the goals: what fits across a page
    "name", "goal", "deadline", "binding", "standing_word", "status_word", "lead", "now_figure", "then_figure", "gap_figure", "gap_things", "chance",
    "needed", "trust_word",
)  # fmt: skip
GOALS = (
    *PRINTED, "deadline_year", "now", "then", "gap", "needed_parts", "support", "chance_word", "chance_before", "standing_before_word", "trust", "trust_why", "why", "flip",
    "locator", "target_id",
)  # fmt: skip
DELIVERABLES = ("deadline", "deliverable", "departments", "wording", "locator", "past")
GAPS = (
    "name", "status_word", "latest_year", "latest_value", "deadline_year", "deadline_value", "goal_low", "goal_high",
    "projected_value", "projected_lower_95", "projected_upper_95", "needed_from_today", "gap_number", "probability_met",
    "required_rate", "observed_rate", "next_year", "next_value", "next_count", "target_id",
)  # fmt: skip
THINGS = (
    "name", "what", "unit", "stock", "projected", "required", "to_add", "beyond_projection", "owed_to_gap", "owed_to_population",
    "to_add_low", "to_add_high", "per_year", "per_quarter", "years_left", "population_now", "population_then", "target_id",
)  # fmt: skip
FOLLOWED = (
    "task_name", "lead", "unit", "goal_value", "due", "cut_off", "to_date", "expected", "progress_pct", "state_word", "chance", "why",
)  # fmt: skip
FIGURES = ("series", "area", "unit", "year", "period", "value", "obs_status", "source", "trust_class", "place", "note")
LONG = {"binding": 7, "goal": 17, "now": 17, "then": 12, "number": 7, "now_figure": 13, "then_figure": 13, "gap_figure": 15, "gap": 15, "chance": 9, "needed": 24, "trust_word": 9, "needed_parts": 30,
        "trust_why": 30, "why": 50, "flip": 50, "lead": 16, "support": 20, "departments": 24, "standing_word": 15,
        "standing_before_word": 15, "locator": 14, "target_id": 18, "producer": 30, "area": 14, "chance_word": 14}  # fmt: skip


def _goal(row: Row, shown: Row, known: Row, lang: str) -> dict[str, Any]:
    group = lambda one: text(f"brief.standing_{one}", lang) if one else ""  # noqa: E731
    found: dict[str, Any] = {
        "standing_word": group(row["standing"]),
        "standing_before_word": group(row["standing_before"]),
    }
    found |= {name: shown[name] for name in ("why", "flip", "locator")}
    decided = row["status"] in DECIDED and known["deadline_value"] is not None
    told = row["status"] != "conflicting"  # of two wordings neither is the goal
    numbers = {f"{n}_figure": known[of] if told else None for n, of in (("then", "projected_value"), ("gap", "gap"))}
    numbers |= {
        "now_figure": known["deadline_value" if decided else "latest_value"],
        "deadline_year": known["deadline_year"],
    }
    return {**row, **found, **numbers, "binding": say(lang, "yes") if row["binding"] else ""}


def _status(row: Row, lang: str) -> dict[str, Any]:
    return {**row, "status_word": text(f"status.{row['status']}", lang)}


def _what(row: Row, lang: str) -> dict[str, Any]:
    return {**row, "what": text(f"report.things_{row['what']}", lang), "unit": units.word(row["unit"], lang)}


def _flags(rows: Iterable[Row], names: tuple[str, ...], lang: str) -> list[dict[str, Any]]:
    return [{**row, **{name: say(lang, "yes" if row[name] else "no") for name in names}} for row in rows]


def _write(book: Book, sheet: Sheet, result: Result) -> None:
    lang = result.lang
    heads = [say(lang, f"col_{name}") for name in sheet.columns]
    widths = [sheet.widths.get(name, LONG.get(name, NARROW)) for name in sheet.columns]
    words = f"{title(result)}　{say(lang, f'sheet_{sheet.key}')}"
    note = "　".join((edition(result), *(said(result, "later") if sheet.key == "goals" else ())))
    page = book.page(say(lang, f"sheet_{sheet.key}"), widths, heads, freeze=sheet.freeze, title=words, note=note)
    for at, row in enumerate(sheet.rows, page.top):
        for place, name in enumerate(sheet.columns):
            value, shown = row[name], ""
            if name.endswith("_figure") and value is not None:
                value, unit = units.spoken(value, row["unit"], lang)
                shown = with_unit(value, unit, name, lang)
            page.write(at, place, value, f"cell {style_of(name, value)}".rstrip(), shown)
    last, top = page.top + len(sheet.rows) - 1, page.top - 1
    page.page.autofilter(top, 0, last, len(heads) - 1)
    page.page.print_area(0, 0, last, len(PRINTED if sheet.key == "goals" else heads) - 1)
    _colours(book, page, sheet, last, lang)


def style_of(name: str, value: Any) -> str:
    """The format of a cell: as many decimals as pages print of the number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    if name in SHARES:
        return "share"
    if name.endswith(YEARS) and name != "per_year":
        return "year"
    return f"d{min(DECIMALS, len(number(value).partition('.')[2]))}"


def with_unit(value: Any, unit: str, name: str, lang: str) -> str:
    """The number format that shows a figure as pages write it, with its unit."""
    said = points(abs(value), unit, lang) if name == "gap_figure" else quantity(value, unit, lang)
    found = re.search(r"[\d,]+(?:\.(\d+))?", said.removeprefix("1:"))
    if found is None:
        return ""
    start = len(said) - len(said.removeprefix("1:")) + found.start()
    around = (said[:start].replace(MINUS, ""), said[start + len(found[0]) :])
    before, after = (f'"{words}"' if words else "" for words in around)
    return f"{before}#,##0{'.' + '0' * len(found[1]) if found[1] else ''}{after}"


def _colours(book: Book, page: Page, sheet: Sheet, last: int, lang: str) -> None:
    """The colour of each group of statuses, wherever its word or that of one of its statuses stands."""
    for place, name in enumerate(sheet.columns):
        if name in ("standing_word", "standing_before_word", "status_word"):
            for word, standing in _standings(name, lang):
                rule = {
                    "type": "cell",
                    "criteria": "==",
                    "value": f'"{word}"',
                    "format": book.file.add_format(COLOURS[standing]),
                }
                page.page.conditional_format(page.top, place, last, place, rule)


def _standings(name: str, lang: str) -> list[tuple[str, str]]:
    if name == "status_word":
        return [
            (text(f"status.{one}", lang), facts["standing"])
            for one, facts in tables.STATUS_FACTS.items()
            if facts["standing"]
        ]
    return [(text(f"brief.standing_{one}", lang), one) for one in tables.STANDINGS]


def _dictionary(book: Book, made: Iterable[Sheet], lang: str) -> None:
    """What each column means whose heading does not say it all, and each status."""
    heads = [say(lang, f"col_{name}") for name in ("sheet", "column", "means")]
    page = book.page(say(lang, "sheet_dictionary"), [16, 30, 80], heads, title=say(lang, "sheet_dictionary"),
                     note=say(lang, "dictionary_note"), upright=True)  # fmt: skip
    rows = [
        (say(lang, f"sheet_{sheet.key}"), say(lang, f"col_{name}"), say(lang, f"mean_{name}"))
        for sheet in made
        for name in sheet.columns
        if has(f"formats.mean_{name}")
    ]  # fmt: skip
    rows += [
        (say(lang, "status_sheet"), text(f"status.{one}", lang), text(f"status.means_{one}", lang))
        for one in tables.STATUSES
    ]
    for at, row in enumerate(rows, page.top):
        for place, words in enumerate(row):
            page.write(at, place, words)
    page.page.autofilter(page.top - 1, 0, page.top + len(rows) - 1, 2)
