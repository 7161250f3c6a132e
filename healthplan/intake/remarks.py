"""What a remark beside a figure says of it: that it covers a part of its year (1—11月, 截至9月底), or a part of the people
(仅城镇居民, 不含民营). Such a figure is no whole year's and not everybody's, however well it reads; the words stand in
words/patterns.csv, periods are read by the grammar of years, groups by that of groups."""

import re
from collections.abc import Iterator
from datetime import date

from healthplan.intake.rows import Raw, Walk
from healthplan.language import characters, dates, groups
from healthplan.language.names import Match
from healthplan.language.vocabulary import pattern


def about(note: str, year: int) -> bool:
    """Whether a note is about a year: it names it, or none."""
    named = re.findall(r"(?<!\d)((?:19|20)\d{2})(?=年| [a-z])", note)
    return not named or str(year) in named


def heeded(raw: Raw, indicator: Match, year: int, out: Walk) -> None:
    """A fault where the remark says that the figure is one of a part of its year or of a part of the people; the population
    by which a rate is worked out (户籍人口口径) becomes its basis, which is said."""
    told = characters.half_width(raw.note or "")
    pieces = list(_pieces(told))
    _of_year(raw, told, pieces, year, out)
    if about(told, year) and not any(pattern("remark_everybody").fullmatch(one) for one in pieces):
        _of_people(raw, [one for one in pieces if about(one, year)], indicator, out)


def _of_year(raw: Raw, told: str, pieces: list[str], year: int, out: Walk) -> None:
    dated = [one.year.year for one in out.lines[raw.place] if one.year.year and not (one.value.blank or one.period)]
    newest = str(year) in told or year >= max(dated, default=year)  # 1—11月 beside several years: of the last one
    whole = raw.period or any(pattern("remark_whole").fullmatch(one) for one in pieces)
    if newest and not whole and any(_of_part(one, told, year, out.today) for one in pieces):
        out.doubt(raw, "NOTE-PART", raw.columns.get("note", ""), raw.note, name=raw.indicator, year=year)


def _of_people(raw: Raw, pieces: list[str], indicator: Match, out: Walk) -> None:
    column = raw.columns.get("note", "")
    for piece in pieces:
        if (basis := _basis(piece)) and not raw.basis:
            raw.basis = basis
            out.share("NOTE-BASIS", raw.place, column, raw.note, about=basis)
        elif not basis and _of_group(piece, raw, indicator, out):
            out.doubt(raw, "GROUP-NOTE", column, raw.note, name=raw.indicator)
            return


def _pieces(told: str) -> Iterator[str]:
    return filter(None, map(str.strip, re.split(r"[,，。;；()（）\n]", told)))


def _of_part(piece: str, note: str, year: int, today: date) -> bool:
    """Whether a piece of a note says that the figure of a year ends before the year does."""
    if not about(piece if re.search(r"(?:19|20)\d\d年", piece) else note, year):
        return False
    if pattern("remark_part").search(piece):
        return True
    core = pattern("remark_after").sub("", pattern("remark_before").sub("", piece))
    core = re.split(r"[-~至到—–](?=20\d\d)", core)[-1]  # 2025.1.1-2025.9.30 ends with its last day
    found = pattern("remark_period").fullmatch(core)
    if not found or pattern("remark_year_end").fullmatch(core):
        return False
    return dates.year_read(core if found["year"] else f"{year}年{core}", today).kind in ("part", "day")


def _group(piece: str) -> str:
    """The group that a piece of a note names, with or without words around it."""
    core = pattern("remark_group_after").sub("", pattern("remark_group_before").sub("", piece))
    return groups.read(core) or groups.read(piece) or ""


def _basis(piece: str) -> str:
    """The population by which a figure is worked out, where a piece of a note names no more than that."""
    of = set(_group(piece).split(";")) - {""}
    return piece if of and of <= {"registered", "resident"} and pattern("remark_basis").search(piece) else ""


def _of_group(piece: str, raw: Raw, indicator: Match, out: Walk) -> bool:
    """Whether a piece of a note says that the figure is one of a part, or of more, than its name does."""
    known = out.about(indicator.id)
    if group := _group(piece):
        named = f"{raw.indicator}{known.get('name_zh', '')}{known.get('definition_zh', '')}"
        said = set(groups.dimensions(groups.joined(raw.group, indicator.group)))
        ages = re.findall(r"\d+(?=.{0,4}岁)", named)
        if pattern("remark_aged").search(named) and (not ages or set(re.findall(r"\d+", group)) <= set(ages)):
            said.add("age")
        return any(
            groups.dimension(one) not in said and not any(word in named for word in groups.spellings(one))
            for one in group.split(";")
        )
    larger = pattern("remark_larger").fullmatch(piece) and re.search("[区县旗]$", characters.name(raw.area))
    return bool(larger or pattern("remark_some").search(piece))
