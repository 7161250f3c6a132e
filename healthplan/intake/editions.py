"""Several prints of one figure: repetitions, revisions and editions, in one file and over several.

Editions of one figure stay side by side, and the newest counts; a revision without a date takes the place of the figure
before it; two values of which nothing says which is newer are a fault.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import TypeAlias

from healthplan.errors import Fault
from healthplan.intake.faults import span
from healthplan.intake.rows import Place, Raw, Row, in_series, say
from healthplan.language import characters, dates, groups
from healthplan.messages import both

_PRINT = re.compile("年鉴|年报|公报|修订|发布|公布|版")
_YEARS = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
Pairs: TypeAlias = list[tuple[Row, Row]]


def read(raw: Raw, year: int, today: date, file: str) -> str | None:
    """When a figure was published: what its column says, else the newest year in its source (2022年鉴) that is not before
    the figure's own, else one in the name of its sheet or file that is a publication's; empty where nothing says it, None
    for a cell that cannot be read."""
    if raw.edition.strip():
        if told := dates.deadline(raw.edition):
            return told
        return _year(raw.edition, year, today) or ("" if dates.meaning(raw.edition) else None)
    named = (name for name in (raw.sheet, Path(file).stem) if _PRINT.search(name))
    years = (_year(words, year, today) for words in (raw.source, *named))
    return next(filter(None, years), "")


def called_revised(name: str) -> bool:
    """Whether a sheet or, among several, a file is called a revision: 护士数（修订）.xlsx."""
    return dates.meaning(Path(name).stem) == "revised"


def _year(written: str, year: int, today: date) -> str:
    years = [found for found in _YEARS.findall(written) if year <= int(found) <= today.year]
    return max(years, default="")


def newest(rows: list[Row]) -> list[Row]:
    """Of every figure the newest edition."""
    found: dict[Place, Row] = {}
    for row in rows:
        if row.place not in found or row.edition >= found[row.place].edition:
            found[row.place] = row
    return rows if len(found) == len(rows) else list(found.values())


def settled(rows: list[Row], file: str) -> tuple[list[Row], list[Fault]]:
    """One row a figure and edition, and what is to be said: equal repetitions within a file, revisions, editions that
    differ, and what cannot both be true."""
    at: dict[Place, list[Row]] = defaultdict(list)
    repeated: dict[tuple, Pairs] = defaultdict(list)
    clashes: dict[tuple, Pairs] = defaultdict(list)
    faults: list[Fault] = []
    for row in rows:
        others = at[row.place]
        same = next((o for o in others if _equal(o, row) and _one_print(o, row)), None)
        rival = next((o for o in others if not _equal(o, row) and _one_print(o, row)), None)
        if same is not None:
            same.edition = same.edition or row.edition
            if same.file == row.file:
                repeated[(row.raw.sheet, same.raw.row)].append((same, row))
        elif rival is None:
            others.append(row)
        elif row.revised != rival.revised or row.confirmed != rival.confirmed:
            newer, older = (row, rival) if _counts(row) > _counts(rival) else (rival, row)
            others[others.index(rival)] = newer
            newer.notes.append(f"{older.shown} → {newer.shown}")
            was = {"old": older.shown, "old_row": older.raw.row, "year": row.year}
            faults.append(say("KEY-REVISED", newer, file, **was))
        else:
            clashes[(rival.raw.sheet, rival.raw.row, row.raw.row)].append((rival, row))
    faults += [_clash(pairs, file) for pairs in clashes.values()]
    faults += [_again(pairs, file) for pairs in repeated.values()]
    faults += _differing(at, file)
    return [row for found in at.values() for row in found], faults


def _counts(row: Row) -> tuple[bool, bool]:
    """What makes one of two prints of a figure count: it is called a revision, or somebody has looked at it."""
    return row.revised, row.confirmed


def _equal(one: Row, other: Row) -> bool:
    return math.isclose(one.value, other.value, rel_tol=1e-9, abs_tol=1e-12)


def _one_print(one: Row, other: Row) -> bool:
    """Whether two rows claim to be the same print of a figure. An undated one that nothing calls older stands beside a
    dated one only where the dated one is a revision."""
    if one.edition and other.edition:
        return one.edition == other.edition
    if one.edition == other.edition:
        return True
    dated = one if one.edition else other
    undated = other if one.edition else one
    return not (dated.revised and not undated.revised) or _equal(one, other)


def _clash(pairs: Pairs, file: str) -> Fault:
    """Two values of one figure, in one file or in two, of which nothing says which is newer."""
    one, other = pairs[0]
    called = one if one.file == other.file else other
    told = {"name": named(called), "area": called.raw.area, "year": other.year}
    if called is other:
        was = {"other_file": one.file, "other_row": one.raw.row, "other_value": one.shown}
        return say("KEY-FILES", other, file, **told, **was)
    told |= {"first_row": one.raw.row, "first_value": one.shown, "second_row": other.raw.row}
    years = span([pair[0].year for pair in pairs])
    return say("KEY-CONFLICT", other, file, second_value=other.shown, years=years, **told)


def named(row: Row) -> str:
    """The indicator as its row writes it, with the group where the name does not say it."""
    group = groups.name(row.group)
    told = group in row.raw.indicator or any(w.group for w in groups.split(row.raw.indicator))
    return row.raw.indicator if told else f"{row.raw.indicator}（{group}）"


def _again(pairs: Pairs, file: str) -> Fault:
    kept, other = pairs[0]
    rows = span([kept.raw.row, *(row.raw.row for _, row in pairs)])
    return say("KEY-AGAIN", other, file, rows=rows, name=other.raw.indicator)


def _differing(at: dict[Place, list[Row]], file: str) -> Iterator[Fault]:
    """One fault for each series of which editions differ: which years, and by how much in the last of them."""
    pairs: dict[tuple, Pairs] = defaultdict(list)
    for (indicator, area, group, _, period), found in at.items():
        if len(found) > 1:
            older, newer = sorted(found, key=lambda row: (row.edition, row.revised))[-2:]
            if not _equal(older, newer):
                key = (indicator, area, group, period, older.edition, newer.edition)
                pairs[key].append((older, newer))
    for (*_, old, new), changed in pairs.items():
        older, newer = max(changed, key=lambda pair: pair[0].year)
        said = {
            "name": named(newer), "area": newer.raw.area, "years": span([o.year for o, _ in changed]),
            "old_edition": _edition(old), "edition": _edition(new), "year": newer.year,
            "old": older.shown, "difference": f"{newer.value - older.value:+.6g}", "old_row": older.raw.row, "old_place": _placed(older, newer),
        }  # fmt: skip
        yield say("KEY-EDITION", newer, file, **said)


def new_bases(rows: list[Row], file: str) -> Iterator[Fault]:
    """Marks the first figure on another population than the one before it as a break, and says so once a change."""
    based = [row for row in rows if row.raw.basis and not row.raw.period]
    for members in in_series(newest(based)):
        for before, row in pairwise(members):
            if characters.key(before.raw.basis) != characters.key(row.raw.basis):
                row.status = "break"
                said = {"name": named(row), "area": row.raw.area, "year": row.year}
                old, new = before.raw.basis, row.raw.basis
                yield say("SERIES-BASIS", row, file, old=old, new=new, **said)


def _edition(written: str) -> dict[str, str]:
    if not written:
        return both("intake.undated_edition")
    return both("intake.year_edition" if len(written) == 4 else "intake.edition", when=written)


def _placed(row: Row, beside: Row) -> dict[str, str]:
    """The row of a figure, with its file where that is another than that of the figure beside it."""
    other = row.file != beside.file
    return both("intake.row_of_file" if other else "intake.row", row=row.raw.row, file=row.file)
