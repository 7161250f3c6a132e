"""The columns of a table of figures: what is wrong with its header, whose figures its columns of groups say that they are, and
which columns are not read.

A column that tells the rows of one indicator apart is never dropped: men's figures would become the district's.
"""

import re
from collections import defaultdict
from datetime import date

from healthplan.intake import lines
from healthplan.intake.book import letter
from healthplan.intake.faults import Telling, span
from healthplan.intake.forms import SHOWN
from healthplan.intake.headers import Found
from healthplan.intake.heads import LEFT_OUT, Heading
from healthplan.intake.rows import Raw, Walk
from healthplan.language import characters, dates, groups
from healthplan.language.names import Register
from healthplan.language.vocabulary import column_words, may_tell_groups, pattern

NEEDED = ("indicator", "area", "year", "value")
_TELLS = ("indicator", "area", "year", "period", "edition", "obs_status", "group")
_MANY = {"blank", "unknown", "note", "source", "serial", "annex", "subject", "beside", "piece", *LEFT_OUT}
_OTHERS = ("unknown", "direction", "comparator", "scope", "departments", "nature", "plan_period")
_REASONS = {
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


def header_faults(at: Found, told: Telling) -> None:
    """Says what is wrong with a figures header: columns missing, twice, or both layouts at once."""
    value, figures = at.first_of("value"), at.first_of("figures")
    missing(at, lacking(at), told)
    if value and figures:
        told.say("HEAD-BOTH", *at.place, f"{value.text} / {figures.text}")
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
    have = roles | set(at.given) | {r for r in NEEDED if holding and all(r in h.told() for h in holding)}
    if "bad_year" in roles or (not {"year", "value"} & roles and roles & LEFT_OUT and not holding):
        have |= {"year", "value"}
    if holding or {"numerator", "denominator"} <= roles:
        have.add("value")
    return [role for role in NEEDED if role not in have]


def of_this_year(at: Found, year: str, today: date) -> None:
    """本年 and 上年 below a title of a year are figures of that year and of the one before."""
    for one in at.having("unknown", "value"):
        for back, name in enumerate(("this_year", "last_year")):
            if pattern(name).fullmatch(one.text):
                number = int(re.sub(r"\D", "", year)) - back
                one.role, one.year = "figures", dates.year_read(str(number), today)


def missing(at: Found, roles: list[str], told: Telling) -> None:
    """One fault for the columns that are not there, called by their Chinese and English names; a table that only does
    not say of which area it is, is asked for that."""
    called = "、".join(f"{column_words().get(r, r)} / {r}" for r in roles)
    if roles:
        code, called = ("HEAD-AREA", "地区 / area") if roles == ["area"] else ("HEAD-MISSING", called)
        told.say(code, *at.place, called, found="、".join(h.text for h in at.headings[:SHOWN] if h.text) or "—")


def twice(at: Found, told: Telling) -> None:
    """A fault for each column that stands there a second time."""
    seen: dict[object, Heading] = {}
    for one in at.headings:
        if one.role not in _MANY:
            within = (one.year.year, one.year.status == "revised") if one.year else None
            words = characters.key(one.text) if one.role in ("series", "group") else ""
            other = seen.setdefault((one.role, words, within, one.group, one.indicator or one.above, one.area), one)
            if other is not one:
                told.say("HEAD-TWICE", *at.place, f"{other.name} / {one.name}", value=one.text)


def leave_columns(at: Found, laid: Walk) -> None:
    """The columns that hold no figures, listed; a column of figures without a header is a fault."""
    for heading in at.headings:
        if heading.role in _REASONS:
            leave_column(at, heading, *_REASONS[heading.role], laid)
        elif heading.role == "blank":
            body = list(_filled(at, heading))
            if len(body) >= 2 and len(body) > (at.end - at.first) // 2:
                value = at.sheet.cell(body[0] - 1, heading.column).text
                laid.say("HEAD-BLANK", *at.place, letter(heading.column), value=value)
                heading.role = "nameless"


def leave_column(at: Found, heading: Heading, reason: str, code: str, laid: Walk) -> None:
    """A column that is not read: its cells are kept in the list of what is left out and said once."""
    cells = {r + 1: at.sheet.cell(r, heading.column) for r in range(at.first, at.end)}
    texts = {row: cell.text for row, cell in cells.items() if not cell.blank}
    for row, text in texts.items():
        laid.leave(at.sheet.name, row, heading.text, text, reason)
    if code:
        words = list(dict.fromkeys(map(characters.clean, texts.values())))
        shown = "、".join(words[:3]) + ("…" if len(words) > 3 else "")
        laid.say(code, *at.place, heading.name, cells=len(texts), values=shown)


def settle_groups(at: Found, register: Register, laid: Walk) -> None:
    """Gives every column of groups its role, and says which columns and cells are not understood."""
    _beside(at)
    for heading in at.headings:
        cells = _filled(at, heading) if heading.role in ("unknown", "scope", "group", "basis") else {}
        two = heading.role == "basis" and any(len(words) > 1 for words in _by(at, cells, _TELLS).values())
        if two and None not in map(groups.read, cells.values()):
            heading.role = "group"  # 户籍 and 常住 of one figure are figures of two groups
        if heading.role in ("unknown", "scope") and cells and heading.group is None:
            _column(at, heading, cells, laid)
        elif heading.role == "group":
            _cells(at, heading, cells, register, laid)
        elif heading.role == "basis":
            for row, word in cells.items():
                told = groups.dimensions(groups.read(word) or "") if " " not in word else []
                if set(told) - {"registration"}:
                    laid.say("GROUP-NOTE", at.sheet.name, row, heading.name, value=word)


def _beside(at: Found) -> None:
    """合计 and 数值 beside 男 and 女 are the figures of everybody; 城市 beside 农村 and 地区 is no second area."""
    figures = [h for h in at.having("figures") if h.group]
    if not figures or any(h.year for h in figures):
        return
    areas = at.having("area")
    for heading in at.headings:
        group = groups.read(heading.text) if heading.text else None
        plain = heading.role == "value" or (heading.role == "unknown" and group == "")
        if plain or (heading in areas[1:] and group):
            heading.role, heading.group = "figures", "" if plain else group


def _filled(at: Found, heading: Heading) -> dict[int, str]:
    """The filled cells of a column below its header, by row (1-based); notes below the table are none."""
    rows = (r for r in range(at.first, at.end) if not lines.is_note(at.sheet.rows[r], at))
    cells = {r + 1: lines.spanned(at, r, heading) for r in rows}
    return {r: characters.clean(cell.text) for r, cell in cells.items() if not cell.blank}


def _column(at: Found, heading: Heading, cells: dict[int, str], laid: Walk) -> None:
    """A column that nobody declared: of groups when its cells are, refused when it could be."""
    words = set(cells.values())
    told = set(map(dates.meaning, words))
    if "" not in told and "final" in told and not at.having("obs_status"):
        heading.role = "obs_status"  # 实际 beside 预测: by its words a column of statuses, whatever it is called
        laid.say("STATUS-COLUMN", *at.place, heading.name, values=_listed(words))
    if "" not in told or all(map(pattern("reporters").fullmatch, words)):
        return
    read = {word: groups.read(word) for word in words}
    if None not in read.values() and any(read.values()):
        heading.role = "group"
        laid.say("GROUP-COLUMN", *at.place, heading.name, values=_listed(words))
    elif None in read.values() and (any(read.values()) or _could_be(at, heading, cells)):
        odd = {word for word in words if read[word] is None}
        laid.say("HEAD-GROUP", *at.place, heading.name, values=_listed(odd))


def _could_be(at: Found, heading: Heading, cells: dict[int, str]) -> bool:
    """Whether a header sounds like one of groups, unless it only sorts the indicators; whatever it is called, whether it
    alone tells apart rows that are otherwise the same."""
    if heading.role == "scope" or may_tell_groups(heading.text):
        within = _by(at, cells, ("indicator",))
        return len(set(cells.values())) == 1 or any(len(words) > 1 for words in within.values())
    value = at.first_of("value")
    if value is None:
        return False
    figures, words = _by(at, _filled(at, value), _TELLS), _by(at, cells, _TELLS)
    return any(len(words[key]) > 1 and len(figures[key]) > 1 for key in list(words))


def _by(at: Found, cells: dict[int, str], roles: tuple[str, ...]) -> dict[tuple[str, ...], set[str]]:
    """The different cells of a column for each combination of the named columns and of the known groups."""
    found: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for row, word in cells.items():
        found[_key(at, row, roles)].add(word)
    return found


def _key(at: Found, row: int, roles: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(characters.key(lines.spanned(at, row - 1, h).text) for h in at.having(*roles))


def _cells(at: Found, heading: Heading, cells: dict[int, str], register: Register, laid: Walk) -> None:
    """The cells of a column of groups: words that are not understood (where one of them opens the name of a registered
    measure, as 流动儿童 does before 疫苗接种率, all of them name measures of their own), and blanks among the filled."""
    odd: dict[str, list[int]] = defaultdict(list)
    for row, word in cells.items():
        if lines.group_read(heading, word) is None:
            odd[word].append(row)
    measure = at.first_of("indicator")
    opened = [word + lines.spanned(at, rows[0] - 1, measure).text for word, rows in odd.items() if measure]
    if not any(register.indicator(name).id for name in opened):
        for word, rows in odd.items():
            laid.say("GROUP-UNKNOWN", at.sheet.name, rows[0], heading.name, value=word, rows=span(rows))
    if any(map(groups.read, cells.values())):
        _blanks(at, heading, cells, laid)


def _blanks(at: Found, heading: Heading, cells: dict[int, str], laid: Walk) -> None:
    """Empty cells mean everybody, and are said; where they stand below a group's, for other years, nobody can tell whether
    the cell above was meant."""
    rows = {row for h in at.having("value", "figures", "series") for row in _filled(at, h)}
    blank = sorted(rows - set(cells))
    series, dated = ("indicator", "area"), ("indicator", "area", "year")
    filled = {_key(at, row, series): row for row in sorted(cells, reverse=True)}
    years = {_key(at, row, dated) for row in cells}
    first: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for row in blank:
        first[_key(at, row, series)].append(row)
    alone = [
        row
        for key, found in first.items()
        if key in filled and filled[key] < found[0] and not any(_key(at, row, dated) in years for row in found)
        for row in found
    ]
    if told := alone or blank:
        code = "GROUP-GAP" if alone else "GROUP-BLANK"
        laid.say(code, at.sheet.name, told[0], heading.name, rows=span(told))


def titled(at: Found, raws: list[Raw], register: Register, laid: Walk) -> None:
    """A title that names a group (农村孕产妇死亡情况, 性别：男) over rows that do not is a question: whose are they?"""
    for row in range(at.top, at.row):
        line = " ".join(characters.clean(c.text) for c in at.sheet.rows[row] if not c.blank)
        group = _of_title(line, {raw.area for raw in raws}, register)
        silent = [raw for raw in raws if group and not _tells(raw, group, register)]
        if silent:
            told = {"value": line, "rows": span([raw.row for raw in silent])}
            laid.say("GROUP-TITLE", at.sheet.name, row + 1, group=groups.names(group), **told)


def _of_title(line: str, areas: set[str], register: Register) -> str:
    if stated := pattern("title_group").search(line):
        return groups.read(stated[1]) or ""
    rest = pattern("title_before").sub("", line)
    ends = range(min(len(rest), 12), 1, -1)
    place = next((n for n in ends if rest[:n] in areas or register.area(rest[:n]).id), 0)
    ways = [way for way in groups.split(rest[place:].strip()) if way.sure]
    return ways[-1].group if ways else ""


def _tells(raw: Raw, group: str, register: Register) -> bool:
    """Whether a figure is told to be of a group: by its columns, or by the name of its indicator."""
    ways = groups.split(raw.indicator)
    named = ways[-1].group if ways else register.grouped(raw.indicator).group
    told = set(groups.joined(raw.group, named).split(";"))
    return set(group.split(";")) <= told or groups.name(group)[:2] in raw.indicator


def _listed(words: set[str]) -> str:
    return "、".join(sorted(words)[:5]) + ("…" if len(words) > 5 else "")
