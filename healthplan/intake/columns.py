"""What is wrong with a header, and which of its columns are not read as figures."""

from healthplan.intake import headers, lines
from healthplan.intake.book import letter
from healthplan.intake.faults import Telling
from healthplan.intake.headers import Found, Heading
from healthplan.intake.rows import Laid
from healthplan.language import characters, vocabulary
from healthplan.language.names import Register


def header_faults(at: Found, told: Telling) -> None:
    """Says what is wrong with a figures header: columns missing, twice, or both layouts at once."""
    value, figures = at.first_of("value"), at.having("figures")
    undated = any(h.year is None for h in figures)
    missing(at, _lacking(at.roles(), undated), told)
    if value and figures:
        told.say("HEAD-BOTH", *at.place, f"{value.text} / {figures[0].text}")
    for heading in at.having("bad_year"):
        code = "HEAD-YEAR" if heading.year and heading.year.kind == "two_digits" else "HEAD-SERIAL"
        told.say(code, *at.place, heading.name, value=heading.text)
    for heading in figures:
        if heading.year and heading.year.kind not in ("year", "either"):
            code = "YEAR-FUTURE" if heading.year.kind == "future" else "YEAR-BAD"
            told.say(code, *at.place, heading.name, value=heading.text)
    twice(at, told)


def _lacking(roles: set[str], undated: bool) -> list[str]:
    """The columns that a table of figures needs and this one has not."""
    wide = "figures" in roles or "bad_year" in roles
    wide = wide or bool(not {"year", "value"} & roles and roles & headers.LEFT_OUT)
    need = ["indicator", "area"] + ([] if wide and "value" not in roles else ["year", "value"])
    need += ["year"] if undated else []
    if "series" in roles:
        need = ["area", "year"]
    counted = {"value"} if {"numerator", "denominator"} <= roles else set()
    return [name for name in need if name not in roles | counted]


def missing(at: Found, roles: list[str], told: Telling) -> None:
    """A fault for each column that is not there, called by its Chinese and its English name."""
    found = "、".join(h.text for h in at.headings if h.text) or "—"
    for role in roles:
        called = f"{vocabulary.column_words().get(role, role)} / {role}"
        told.say("HEAD-MISSING", *at.place, called, found=found)


_MANY = {"blank", "unknown", "note", "source", "serial", "annex", *headers.LEFT_OUT}


def twice(at: Found, told: Telling) -> None:
    """A fault for each column that stands there a second time."""
    seen: dict[object, Heading] = {}
    for heading in at.headings:
        if heading.role in _MANY:
            continue
        year = heading.year
        within = (year.year, year.status == "revised") if year else None
        by_text = heading.role in ("series", "group")
        key = (heading.role, characters.key(heading.text) if by_text else within, heading.group)
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


def crosswise(at: Found, register: Register) -> None:
    """A table with years down and indicators across: columns named for registered indicators, and those that name a
    group, hold figures."""
    if "indicator" in at.roles() or "value" in at.roles() or "year" not in at.roles():
        return
    for heading in at.having("unknown"):
        match = register.grouped(heading.text)
        if match.id or match.group or heading.group is not None:
            heading.role = "series"
