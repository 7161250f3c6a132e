"""The workbook of each office that is asked for figures: filled in Excel, ``healthplan check`` and ``healthplan diff --take``
read it as it is, with its indicators, areas, groups, years, units, numerators and denominators, and sources."""

import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from healthplan.book import MADE, Book
from healthplan.intake.faults import REFERENCE
from healthplan.messages import text

FOLDER = "requests"  # beside the page: demo-2027.requests/
FIXED = ("name", "area_name", "group_name", "unit", "goals")
PARTS = ("value", "numerator", "denominator")
GUIDE = 6  # lines of advice
Line = Mapping[str, Any]


def workbooks(lines: Sequence[Line], title: str, lang: str) -> dict[str, bytes]:
    """The workbooks of a plan by file name; ``lines``: rows of *request_lines*. The same lines give the same bytes."""
    return {
        file: workbook([line for line in lines if line["file"] == file], title, lang)
        for file in dict.fromkeys(line["file"] for line in lines)
    }


def untouched(path: Path) -> bool:
    """Whether a workbook that lies there is as we wrote it: one that somebody has saved since is not written over."""
    try:
        with zipfile.ZipFile(path) as book:
            told = book.read("docProps/core.xml").decode("utf-8")
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):
        return not path.exists()
    return f"{MADE:%Y-%m-%dT%H:%M:%SZ}</dcterms:modified>" in told


def filled(path: Path) -> bool:
    """Whether an office's workbook lies there that somebody works with."""
    return path.parent.name.endswith(f".{FOLDER}") and not untouched(path)


def workbook(lines: Sequence[Line], title: str, lang: str) -> bytes:
    """One office's workbook: the table to fill, and a guide that is not read."""
    office = lines[0]["addressee"]
    say = lambda key, **fields: text(f"requests.{key}", lang, **fields)  # noqa: E731
    fixed = [name for name in FIXED if name != "group_name" or any(line["group_name"] for line in lines)]
    years = _years(lines)
    heads = [(say(f"book_{name}"), 22.0 if name in ("name", "goals") else 10.0, name, "") for name in fixed]
    heads += [(say("book_year", year=year), 9.0, part, year) for year in years for part in _parts(lines, year)]
    heads += [(say(f"book_{name}"), 18.0, name, "") for name in ("source", "note_col")]
    below = any(part in PARTS[1:] for _, _, part, _ in heads)
    with Book(say("book_title", office=office)) as book:
        told = [(words, "cell head" + " input" * bool(year)) for words, _, _, year in heads]
        page = book.page(say("book_page"), [width for _, width, _, _ in heads], told,
                         title=say("book_heading", office=office, plan=title), note=say("book_note"), freeze=1, locked=True)  # fmt: skip
        if below:
            for at, (_, _, part, year) in enumerate(heads):
                page.write(page.top, at, say(f"book_{part}") if _parts(lines, year)[1:] else "", "cell head")
            page.top += 1
            page.page.freeze_panes(page.top, 1)
        for row, line in enumerate(lines, page.top):
            for at, (_, _, part, year) in enumerate(heads):
                page.write(row, at, _told(line, part, year, say), f"cell {_style(line, part, year)}")
        guide = book.page(say("book_guide"), [90], title=REFERENCE + say("book_guide"), upright=True, locked=True)
        for row in range(1, GUIDE + 1):
            guide.write(row, 0, say(f"guide_{row}"), "line")
    return book.content


def _years(lines: Sequence[Line]) -> list[str]:
    return sorted({year for line in lines for year in line["years"].split(";")})


def _parts(lines: Sequence[Line], year: str) -> tuple[str, ...]:
    """The columns of a year: of one that a share needs, its numerator and denominator too."""
    return PARTS if year and any(line["parts"] and year in line["required"].split(";") for line in lines) else PARTS[:1]


def _told(line: Line, part: str, year: str, say: Callable[..., str]) -> str:
    """What stands in a cell from the start: what the line is about, and 无 where that was the answer last time."""
    if part in FIXED:
        return str(line[part])
    return say("book_none") if part == "value" and year in line["none"].split(";") and year else ""


def _style(line: Line, part: str, year: str) -> str:
    """Grey and locked what is told or known, yellow what the goals need, white what helps."""
    if part in FIXED or (year and year in line["known"].split(";")) or (part in PARTS[1:] and not line["parts"]):
        return "locked"
    return "wanted" if year and year in line["required"].split(";") else "free"
