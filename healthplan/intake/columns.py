"""What is wrong with a header, and which of its columns are not read as figures."""

from healthplan.errors import Fault
from healthplan.intake import headers, lines
from healthplan.intake.book import Book, Sheet, letter
from healthplan.intake.faults import LeftOut, fault
from healthplan.intake.headers import Found, Heading
from healthplan.intake.rows import Laid
from healthplan.language import characters, vocabulary
from healthplan.language.names import Register


def header_faults(at: Found, sheet: Sheet, file: str) -> list[Fault]:
    """What is wrong with a figures header: columns missing, twice, or both layouts at once."""
    roles = at.roles()
    row = at.row + 1
    faults = []
    long_form = {"year", "value"} & roles
    wide = "figures" in roles or (not long_form and roles & headers.LEFT_OUT) or "bad_year" in roles
    need = ["indicator", "area"] + ([] if wide and "value" not in roles else ["year", "value"])
    if "series" in roles:
        need = ["area", "year"]
    lacking = [name for name in need if name not in roles]
    if "value" in lacking and {"numerator", "denominator"} <= roles:
        lacking.remove("value")
    for name in lacking:
        faults.append(
            fault(
                "HEAD-MISSING",
                file,
                sheet=sheet.name,
                row=row,
                column=called(name),
                found=found_words(at),
            )
        )
    if "value" in roles and "figures" in roles:
        both = at.having("value")[0].text + " / " + at.having("figures")[0].text
        faults.append(fault("HEAD-BOTH", file, sheet=sheet.name, row=row, column=both))
    for heading in at.having("bad_year"):
        code = "HEAD-YEAR" if heading.year and heading.year.kind == "two_digits" else "HEAD-SERIAL"
        faults.append(
            fault(code, file, sheet=sheet.name, row=row, column=heading.name, value=heading.text)
        )
    for heading in at.having("figures"):
        if heading.year and heading.year.kind != "year":
            faults.append(
                fault(
                    "YEAR-FUTURE" if heading.year.kind == "future" else "YEAR-BAD",
                    file,
                    sheet=sheet.name,
                    row=row,
                    column=heading.name,
                    value=heading.text,
                )
            )
    return faults + twice(at, sheet, file)


def called(name: str) -> str:
    """A column by the name that the rest of the header suggests: Chinese and English."""
    return f"{vocabulary.column_words().get(name, name)} / {name}"


def found_words(at: Found) -> str:
    return "、".join(h.text for h in at.headings if h.text) or "—"


def twice(at: Found, sheet: Sheet, file: str) -> list[Fault]:
    seen: dict[object, Heading] = {}
    faults = []
    for heading in at.headings:
        if heading.role in (
            "blank",
            "unknown",
            "note",
            "source",
            "serial",
            "annex",
            *headers.LEFT_OUT,
        ):
            continue
        within = heading.year.year if heading.year else None
        key = (heading.role, characters.key(heading.text) if heading.role == "series" else within)
        if key in seen:
            other = seen[key]
            faults.append(
                fault(
                    "HEAD-TWICE",
                    file,
                    sheet=sheet.name,
                    row=at.row + 1,
                    column=f"{other.name} / {heading.name}",
                    value=heading.text,
                )
            )
        seen.setdefault(key, heading)
    return faults


_COLUMN_REASONS = {
    "growth": ("growth_column", "LEFT-GROWTH"),
    "goal": ("goal_column", "LEFT-GOAL"),
    "forecast": ("forecast_column", "LEFT-FORECAST"),
    "part": ("part_column", "LEFT-PART"),
    "range": ("range_column", "LEFT-PART"),
    "target_value": ("goal_column", "LEFT-GOAL"),
    "target_year": ("goal_column", "LEFT-GOAL"),
    "deadline": ("goal_column", "LEFT-GOAL"),
    "baseline": ("goal_column", "LEFT-COLUMN"),
    "baseline_year": ("goal_column", "LEFT-COLUMN"),
    "serial": ("serial_column", ""),
    "annex": ("annex_column", ""),
    "unknown": ("unknown_column", "LEFT-COLUMN"),
    "direction": ("unknown_column", "LEFT-COLUMN"),
    "comparator": ("unknown_column", "LEFT-COLUMN"),
    "scope": ("unknown_column", "LEFT-COLUMN"),
    "departments": ("unknown_column", "LEFT-COLUMN"),
    "nature": ("unknown_column", "LEFT-COLUMN"),
}


def columns_left_out(sheet: Sheet, at: Found, end: int, book: Book, laid: Laid) -> None:
    for heading in at.headings:
        reason, code = _COLUMN_REASONS.get(heading.role, ("", ""))
        if heading.role == "blank":
            rows = [r for r in range(at.first, end) if not sheet.cell(r, heading.column).blank]
            body = [r for r in rows if not lines.is_note(sheet.rows[r], at)]
            if len(body) >= 2 and len(body) > (end - at.first) // 2:
                laid.say(
                    "HEAD-BLANK",
                    book.file,
                    sheet=sheet.name,
                    row=at.row + 1,
                    column=letter(heading.column),
                    value=sheet.cell(body[0], heading.column).text,
                )
                heading.role = "nameless"
            continue
        if reason:
            left_column(sheet, at, end, heading, reason, code, book, laid)


def left_column(
    sheet: Sheet, at: Found, end: int, heading: Heading, reason: str, code: str, book: Book, laid: Laid,
) -> None:  # fmt: skip
    """A column that is not read: its cells are kept in the list of what is left out and said once."""
    cells = [sheet.cell(r, heading.column) for r in range(at.first, end)]
    texts = {at.first + i + 1: c.text for i, c in enumerate(cells) if not c.blank}
    laid.left += [LeftOut(sheet.name, row, heading.text, t, reason) for row, t in texts.items()]
    if code:
        words = list(dict.fromkeys(map(characters.clean, texts.values())))
        shown = "、".join(words[:3]) + ("…" if len(words) > 3 else "")
        said = {"cells": len(texts), "values": shown}
        laid.say(code, book.file, sheet=sheet.name, row=at.row + 1, column=heading.name, **said)


def crosswise(at: Found, register: Register) -> None:
    """A table with years down and indicators across: columns named for registered indicators hold figures."""
    if "indicator" in at.roles() or "value" in at.roles() or "year" not in at.roles():
        return
    for heading in at.having("unknown"):
        if register.indicator(heading.text).id:
            heading.role = "series"
