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
from typing import Any, TypeAlias

from healthplan.errors import Fault
from healthplan.intake.faults import span
from healthplan.intake.rows import Place, Raw, Row, in_series, say
from healthplan.language import characters, dates, groups
from healthplan.language.vocabulary import pattern
from healthplan.messages import both

_YEARS = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
Pairs: TypeAlias = list[tuple[Row, Row]]


def read(raw: Raw, year: int, today: date, file: str) -> str | None:
    """When a figure was published: what its column says, else the newest year in its source (2022年鉴) that is not before
    the figure's own, else one in the name of its sheet or file that is a publication's; empty where nothing says it, None
    for a cell that cannot be read."""

    def newest_year(written: str) -> str:
        return max((found for found in _YEARS.findall(written) if year <= int(found) <= today.year), default="")

    if raw.edition.strip():
        told = dates.deadline(raw.edition) or newest_year(raw.edition)
        return told or ("" if dates.meaning(raw.edition) else None)
    named = (name for name in (raw.sheet, Path(file).stem) if pattern("print").search(name))
    return next(filter(None, map(newest_year, (raw.source, *named))), "")


def called_revised(name: str) -> bool:
    """Whether a sheet or, among several, a file is called a revision: 护士数（修订）.xlsx."""
    return dates.meaning(Path(name).stem) == "revised"


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
        prints = [other for other in at[row.place] if _one_print(other, row)]
        same = next((other for other in prints if _equal(other, row)), None)
        rival = next((other for other in prints if not _equal(other, row)), None)
        if same is not None:
            same.edition = same.edition or row.edition
            if same.file == row.file:
                repeated[(row.raw.sheet, same.raw.row)].append((same, row))
        elif rival is None:
            at[row.place].append(row)
        elif (row.revised, row.confirmed) != (rival.revised, rival.confirmed):
            # called a revision, or looked at by somebody: that one counts
            older, newer = sorted((rival, row), key=lambda one: (one.revised, one.confirmed))
            at[row.place][at[row.place].index(rival)] = newer
            newer.notes.append(f"{older.shown} → {newer.shown}")
            faults.append(say("KEY-REVISED", newer, file, old=older.shown, old_row=older.raw.row))
        else:
            clashes[(rival.raw.sheet, rival.raw.row, row.raw.row)].append((rival, row))
    faults += [_clash(pairs, file) for pairs in clashes.values()]
    for pairs in repeated.values():
        told = span([pairs[0][0].raw.row, *(row.raw.row for _, row in pairs)])
        faults.append(say("KEY-AGAIN", pairs[0][1], file, rows=told))
    faults += _differing(at, file)
    return [row for found in at.values() for row in found], faults


def _equal(one: Row, other: Row) -> bool:
    return math.isclose(one.value, other.value, rel_tol=1e-9, abs_tol=1e-12)


def _one_print(one: Row, other: Row) -> bool:
    """Whether two rows claim to be the same print of a figure. An undated one that nothing calls older stands beside a
    dated one only where the dated one is a revision."""
    if bool(one.edition) == bool(other.edition):
        return one.edition == other.edition
    dated, undated = (one, other) if one.edition else (other, one)
    return not (dated.revised and not undated.revised) or _equal(one, other)


def _clash(pairs: Pairs, file: str) -> Fault:
    """Two values of one figure, in one file or in two, of which nothing says which is newer."""
    one, other = pairs[0]
    if one.file != other.file:
        was = {"other_file": one.file, "other_row": one.raw.row, "other_value": one.shown}
        return say("KEY-FILES", other, file, name=named(other), **was)
    told: dict[str, Any] = {"name": named(one), "area": one.raw.area, "years": span([pair[0].year for pair in pairs])}
    told |= {"first_row": one.raw.row, "first_value": one.shown}
    return say("KEY-CONFLICT", other, file, second_row=other.raw.row, second_value=other.shown, **told)


def named(row: Row) -> str:
    """The indicator as its row writes it, with the group where the name does not say it."""
    group = groups.name(row.group)
    told = group in row.raw.indicator or any(w.group for w in groups.split(row.raw.indicator))
    return row.raw.indicator if told else f"{row.raw.indicator}（{group}）"


def _differing(at: dict[Place, list[Row]], file: str) -> Iterator[Fault]:
    """One fault for each series of which editions differ: which years, and by how much in the last of them."""
    pairs: dict[tuple, Pairs] = defaultdict(list)
    for (indicator, area, group, _, period), found in at.items():
        older, newer = sorted(found, key=lambda row: (row.edition, row.revised))[-2:] if len(found) > 1 else found * 2
        if not _equal(older, newer):
            pairs[indicator, area, group, period, older.edition, newer.edition].append((older, newer))
    for (*_, old, new), changed in pairs.items():
        older, newer = max(changed, key=lambda pair: pair[0].year)
        said = {
            "name": named(newer), "years": span([o.year for o, _ in changed]),
            "old_edition": _edition(old), "edition": _edition(new),
            "old": older.shown, "difference": f"{newer.value - older.value:+.6g}", "old_row": older.raw.row,
            "old_place": both("intake.row" if older.file == newer.file else "intake.row_of_file", row=older.raw.row, file=older.file),
        }  # fmt: skip
        yield say("KEY-EDITION", newer, file, **said)


def _edition(written: str) -> dict[str, str]:
    if not written:
        return both("intake.undated_edition")
    return both("intake.year_edition" if len(written) == 4 else "intake.edition", when=written)


def new_bases(rows: list[Row], file: str) -> Iterator[Fault]:
    """Marks the first figure on another population than the one before it as a break, and says so once a change."""
    based = [row for row in rows if row.raw.basis and not row.raw.period]
    for members in in_series(newest(based)):
        for before, row in pairwise(members):
            if characters.key(before.raw.basis) != characters.key(row.raw.basis):
                row.status = "break"
                yield say("SERIES-BASIS", row, file, name=named(row), old=before.raw.basis, new=row.raw.basis)
