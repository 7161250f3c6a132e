"""The population that figures stand on: where it changes along a series, a break is declared."""

from collections.abc import Iterator
from itertools import pairwise

from healthplan.errors import Fault
from healthplan.intake import editions
from healthplan.intake.rows import Row, in_series, say
from healthplan.language import characters


def declared(rows: list[Row], file: str) -> Iterator[Fault]:
    """Marks the first figure on another basis than the one before it as a break, and says so once a change."""
    based = [row for row in rows if row.raw.basis and not row.raw.period]
    for members in in_series(editions.newest(based)):
        for before, row in pairwise(members):
            if characters.key(before.raw.basis) != characters.key(row.raw.basis):
                row.status = "break"
                said = {"name": editions.named(row), "area": row.raw.area, "year": row.year}
                old, new = before.raw.basis, row.raw.basis
                yield say("SERIES-BASIS", row, file, old=old, new=new, **said)
