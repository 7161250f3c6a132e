"""What is wrong with a header, and which of its columns are not read as figures."""

import re
from datetime import date

from healthplan.intake import headers, lines
from healthplan.intake.book import letter
from healthplan.intake.faults import Telling
from healthplan.intake.forms import SHOWN
from healthplan.intake.headers import Found, Heading
from healthplan.intake.rows import Laid
from healthplan.language import characters, dates, vocabulary

NEEDED = ("indicator", "area", "year", "value")


def header_faults(at: Found, told: Telling) -> None:
    """Says what is wrong with a figures header: columns missing, twice, or both layouts at once."""
    value, figures = at.first_of("value"), at.having("figures")
    missing(at, lacking(at), told)
    if value and figures:
        told.say("HEAD-BOTH", *at.place, f"{value.text} / {figures[0].text}")
    for heading in at.having("bad_year"):
        code = "HEAD-YEAR" if heading.year and heading.year.kind == "two_digits" else "HEAD-SERIAL"
        told.say(code, *at.place, heading.name, value=heading.text)
    for heading in at.having("figures", "series"):
        if heading.year and heading.year.kind not in ("year", "either"):
            code = "YEAR-FUTURE" if heading.year.kind == "future" else "YEAR-BAD"
            told.say(code, *at.place, heading.name, value=heading.text)
    twice(at, told)


def lacking(at: Found) -> list[str]:
    """What a table of figures needs and neither its columns, their heads nor its captions say."""
    roles, holding = at.roles(), at.having("figures", "series")
    have = roles | set(at.given)
    have |= {r for r in NEEDED if holding and all(r in h.told() for h in holding)}
    nothing = not {"year", "value"} & roles and roles & headers.LEFT_OUT and not holding
    if nothing or "bad_year" in roles:
        have |= {"year", "value"}
    if holding or {"numerator", "denominator"} <= roles:
        have.add("value")
    return [role for role in NEEDED if role not in have]


_THIS, _LAST = (re.compile(f"(?:{w})(?:度|数|值|实际|实绩|完成)?") for w in ("本年|当年|今年", "上年|去年|上一年"))


def of_this_year(at: Found, year: str, today: date) -> None:
    """本年 and 上年 below a title of a year are figures of that year and of the one before."""
    for one in at.having("unknown", "value"):
        back = 0 if _THIS.fullmatch(one.text) else 1 if _LAST.fullmatch(one.text) else None
        if back is not None:
            number = int(re.sub(r"\D", "", year)) - back
            one.role, one.year = "figures", dates.year_read(str(number), today)


def missing(at: Found, roles: list[str], told: Telling) -> None:
    """One fault for the columns that are not there, called by their Chinese and English names; a table that only does
    not say of which area it is, is asked for that."""
    found = "、".join(h.text for h in at.headings[:SHOWN] if h.text) or "—"
    if roles == ["area"]:
        told.say("HEAD-AREA", *at.place, "地区 / area", found=found)
    elif roles:
        called = "、".join(f"{vocabulary.column_words().get(r, r)} / {r}" for r in roles)
        told.say("HEAD-MISSING", *at.place, called, found=found)


_MANY = {
    "blank",
    "unknown",
    "note",
    "source",
    "serial",
    "annex",
    "subject",
    "beside",
    "piece",
    *headers.LEFT_OUT,
}


def twice(at: Found, told: Telling) -> None:
    """A fault for each column that stands there a second time."""
    seen: dict[object, Heading] = {}
    for heading in at.headings:
        if heading.role in _MANY:
            continue
        year = heading.year
        within = (year.year, year.status == "revised") if year else None
        by_text = heading.role in ("series", "group")
        crossed = (heading.indicator or heading.above, heading.area)
        words = characters.key(heading.text) if by_text else ""
        key = (heading.role, words, within, heading.group, *crossed)
        other = seen.setdefault(key, heading)
        if other is not heading:
            both = f"{other.name} / {heading.name}"
            told.say("HEAD-TWICE", *at.place, both, value=heading.text)


_OTHERS = ("unknown", "direction", "comparator", "scope", "departments", "nature", "plan_period")
_COLUMN_REASONS = {
    "growth": ("growth_column", "LEFT-GROWTH"),
    "goal": ("goal_column", "LEFT-GOAL"),
    "forecast": ("forecast_column", "LEFT-FORECAST"),
    "part": ("part_column", "LEFT-PART"),
    "range": ("range_column", "LEFT-PART"),
    "serial": ("serial_column", ""),
    "piece": ("beside_column", "LEFT-COLUMN"),
    "annex": ("annex_column", ""),
    **dict.fromkeys(("target_value", "target_year", "deadline"), ("goal_column", "LEFT-GOAL")),
    **dict.fromkeys(("baseline", "baseline_year"), ("goal_column", "LEFT-COLUMN")),
    **dict.fromkeys(_OTHERS, ("unknown_column", "LEFT-COLUMN")),
}


def columns_left_out(at: Found, laid: Laid) -> None:
    """The columns that hold no figures, listed; a column of figures without a header is a fault."""
    for heading in at.headings:
        if heading.role == "blank":
            _nameless(at, heading, laid)
        elif heading.role in _COLUMN_REASONS:
            left_column(at, heading, *_COLUMN_REASONS[heading.role], laid)


def _nameless(at: Found, heading: Heading, laid: Laid) -> None:
    rows = [r for r in range(at.first, at.end) if not at.sheet.cell(r, heading.column).blank]
    body = [r for r in rows if not lines.is_note(at.sheet.rows[r], at)]
    if len(body) >= 2 and len(body) > (at.end - at.first) // 2:
        value = at.sheet.cell(body[0], heading.column).text
        laid.say("HEAD-BLANK", *at.place, letter(heading.column), value=value)
        heading.role = "nameless"


def left_column(at: Found, heading: Heading, reason: str, code: str, laid: Laid) -> None:
    """A column that is not read: its cells are kept in the list of what is left out and said once."""
    cells = {r + 1: at.sheet.cell(r, heading.column) for r in range(at.first, at.end)}
    texts = {row: cell.text for row, cell in cells.items() if not cell.blank}
    for row, text in texts.items():
        laid.leave(at.sheet.name, row, heading.text, text, reason)
    if code:
        words = list(dict.fromkeys(map(characters.clean, texts.values())))
        shown = "、".join(words[:3]) + ("…" if len(words) > 3 else "")
        laid.say(code, *at.place, heading.name, cells=len(texts), values=shown)
