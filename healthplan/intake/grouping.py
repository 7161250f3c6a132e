"""Whose figures a table holds: columns and heads of groups, what could be one and is not understood, and sheets named for one.

A column that tells the rows of one indicator apart is never dropped: men's figures would become the district's.
"""

import re
from collections import defaultdict

from healthplan.intake import lines
from healthplan.intake.faults import span
from healthplan.intake.headers import Found, Heading
from healthplan.intake.rows import Laid, Raw
from healthplan.language import characters, dates, groups, vocabulary
from healthplan.language.names import Register

_TELLS = ("indicator", "area", "year", "period", "edition", "obs_status", "group")


def settle(at: Found, register: Register, laid: Laid) -> None:
    """Gives every column of groups its role, and says which columns and cells are not understood."""
    _beside(at)
    for heading in at.headings:
        if heading.role == "basis" and _two_peoples(at, heading):
            heading.role = "group"
        if heading.role in ("unknown", "scope"):
            _column(at, heading, laid)
        elif heading.role == "group":
            _cells(at, heading, register, laid)
        elif heading.role in ("note", "basis"):
            _beside_the_point(at, heading, laid)


def _two_peoples(at: Found, heading: Heading) -> bool:
    """Whether a column of bases (户籍, 常住) has two of them for one figure, which are then figures of two groups."""
    cells = _filled(at, heading)
    both = any(len(words) > 1 for words in _by(at, cells, _TELLS).values())
    return both and None not in map(groups.read, cells.values())


def named_sheet(at: Found, laid: Laid) -> None:
    """A sheet that is called 农村 or 男 holds the figures of that group."""
    if group := groups.read(at.sheet.name) if at.sheet.name else "":
        at.group = group
        laid.say("GROUP-SHEET", at.sheet.name, group=groups.names(group))


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


def _own_measure(at: Found, row: int, word: str, register: Register) -> bool:
    """Whether a group that is none of ours opens the name of a registered measure: 流动儿童, before 疫苗接种率."""
    measure = at.first_of("indicator")
    name = word + lines.spanned(at, row - 1, measure).text if measure else ""
    return bool(name and register.indicator(name).id)


def _column(at: Found, heading: Heading, laid: Laid) -> None:
    """A column that nobody declared: of groups when its cells are, refused when it could be."""
    cells = _filled(at, heading)
    words = set(cells.values())
    if not words or heading.group is not None:
        return
    told = set(map(dates.meaning, words))
    if "" not in told and "final" in told and not at.having("obs_status"):
        heading.role = "obs_status"  # 实际 beside 预测: by its words a column of statuses, whatever it is called
        laid.say("STATUS-COLUMN", *at.place, heading.name, values=_listed(words))
    if "" not in told or all(map(_OF_REPORTERS.fullmatch, words)):
        return
    read = {word: groups.read(word) for word in words}
    if None not in read.values() and any(read.values()):
        heading.role = "group"
        laid.say("GROUP-COLUMN", *at.place, heading.name, values=_listed(words))
    elif None in read.values() and (any(read.values()) or _could_be(at, heading, cells)):
        odd = [word for word in words if read[word] is None]
        laid.say("HEAD-GROUP", *at.place, heading.name, values=_listed(odd))


def _could_be(at: Found, heading: Heading, cells: dict[int, str]) -> bool:
    """Whether a header sounds like one of groups, unless it only sorts the indicators; whatever it is called, whether it
    alone tells apart rows that are otherwise the same."""
    if heading.role == "scope" or vocabulary.may_tell_groups(heading.text):
        within = _by(at, cells, ("indicator",))
        return len(set(cells.values())) == 1 or any(len(words) > 1 for words in within.values())
    value = at.first_of("value")
    if value is None:
        return False
    figures = _by(at, _filled(at, value), _TELLS)
    words = _by(at, cells, _TELLS)
    return any(len(words[key]) > 1 and len(figures[key]) > 1 for key in list(words))


_Key = tuple[str, ...]


def _by(at: Found, cells: dict[int, str], roles: tuple[str, ...]) -> dict[_Key, set[str]]:
    """The different cells of a column for each combination of the named columns and of the known groups."""
    found: dict[_Key, set[str]] = defaultdict(set)
    for row, word in cells.items():
        found[_key(at, row, roles)].add(word)
    return found


def _key(at: Found, row: int, roles: tuple[str, ...]) -> _Key:
    told = [h for h in at.headings if h.role in roles]
    return tuple(characters.key(lines.spanned(at, row - 1, h).text) for h in told)


def _cells(at: Found, heading: Heading, register: Register, laid: Laid) -> None:
    """The cells of a column of groups: words that are not understood (where one of them opens the name of a registered
    measure, all of them name measures of their own), and blanks among the filled."""
    cells = _filled(at, heading)
    odd: dict[str, list[int]] = defaultdict(list)
    for row, word in cells.items():
        if lines.group_read(heading, word) is None:
            odd[word].append(row)
    own = any(_own_measure(at, rows[0], word, register) for word, rows in odd.items())
    for word, rows in odd.items() if not own else ():
        laid.say("GROUP-UNKNOWN", at.sheet.name, rows[0], heading.name, value=word, rows=span(rows))
    if any(map(groups.read, cells.values())):
        _blanks(at, heading, cells, laid)


def _blanks(at: Found, heading: Heading, cells: dict[int, str], laid: Laid) -> None:
    """Empty cells mean everybody, and are said; where they stand below a group's, for other years, nobody can tell whether
    the cell above was meant."""
    holding = [h for h in at.headings if h.role in ("value", "figures", "series")]
    rows = {row for h in holding for row in _filled(at, h)}
    blank = sorted(rows - set(cells))
    filled = {_key(at, row, ("indicator", "area")): row for row in sorted(cells, reverse=True)}
    years = {_key(at, row, ("indicator", "area", "year")) for row in cells}
    first: dict[_Key, list[int]] = defaultdict(list)
    for row in blank:
        first[_key(at, row, ("indicator", "area"))].append(row)
    alone = [
        row
        for series, found in first.items()
        if series in filled and filled[series] < found[0]
        if not any(_key(at, row, ("indicator", "area", "year")) in years for row in found)
        for row in found
    ]
    if alone:
        laid.say("GROUP-GAP", at.sheet.name, alone[0], heading.name, rows=span(alone))
    elif blank:
        laid.say("GROUP-BLANK", at.sheet.name, blank[0], heading.name, rows=span(blank))


def _beside_the_point(at: Found, heading: Heading, laid: Laid) -> None:
    """A remark that is nothing but a group: 男; a basis that is one, though 户籍 and 常住 are bases."""
    for row, word in _filled(at, heading).items():
        told = groups.dimensions(groups.read(word) or "") if " " not in word else []
        if set(told) - ({"registration"} if heading.role == "basis" else set()):
            laid.say("GROUP-NOTE", at.sheet.name, row, heading.name, value=word)


# who reports, not whose figures
_OF_REPORTERS = re.compile("(?:国家|省|市|区|县|区县|乡|镇|乡镇|村)级")
_BEFORE = re.compile(
    r"^(?:附?[表图]\s*[\d一二三四五六七八九十]+(?:[-—.．]\d+)*\s*[:：、.．]?)?\s*"
    r"(?:(?:19|20)\d\d年?(?:[-—～~至](?:19|20)?\d\d)?年?度?末?)?\s*(?:[全我本][省市区县州旗])?"
)
_STATED = re.compile(r"(?:人群|性别|城乡|户籍|年龄段?|对象|范围)\s*[:：]\s*(\S+)")


def titled(at: Found, raws: list[Raw], register: Register, laid: Laid) -> None:
    """A title that names a group (农村孕产妇死亡情况, 性别：男) over rows that do not is a question: whose are they?"""
    for row in range(at.top, at.row):
        line = " ".join(characters.clean(c.text) for c in at.sheet.rows[row] if not c.blank)
        group = _of_title(line, {raw.area for raw in raws}, register)
        silent = [raw for raw in raws if group and not _tells(raw, group, register)]
        if silent:
            told = {"value": line, "rows": span([raw.row for raw in silent])}
            laid.say("GROUP-TITLE", at.sheet.name, row + 1, group=groups.names(group), **told)


def _of_title(line: str, areas: set[str], register: Register) -> str:
    if stated := _STATED.search(line):
        return groups.read(stated[1]) or ""
    rest = _BEFORE.sub("", line)
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


def _listed(words: set[str] | list[str]) -> str:
    return "、".join(sorted(words)[:5]) + ("…" if len(words) > 5 else "")
