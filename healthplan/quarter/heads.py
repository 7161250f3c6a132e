"""The heads of the workbooks that come back: where each column stands, which are lacking, written twice or changed, and how
many cells below the unknown ones nobody reads. No cell is lost without a word."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from healthplan.errors import shortened
from healthplan.intake.book import Sheet
from healthplan.language import characters
from healthplan.ledger import quarters
from healthplan.messages import text

PERIOD = re.compile(r"(?:19|20)\d\d(?:Q[1-4])?")
_WRITTEN = re.compile(r"((?:19|20)\d\d)[年.\-/]?(?:(?:q|第)?([1-4一二三四])(?:季度?)?|年?度|全年)?")
_FIRST = 12  # rows in which the head is looked for
_NAMED = 5  # of many, how many are named in a line


class Head(NamedTuple):
    """The head of a sheet: its row (from 0), the place of each column that it names, and the columns named more than once."""

    sheet: Sheet
    top: int
    places: dict[str, int]
    twice: tuple[str, ...]

    def word(self, place: int) -> str:
        """What is written at a place of the head, as a message may say it."""
        return shortened(characters.shown(self.sheet.cell(self.top, place).text))

    def filled(self, place: int) -> int:
        """How many cells below a place are filled."""
        return sum(not self.sheet.cell(at, place).blank for at in range(self.top + 1, len(self.sheet.rows)))

    def known(self, sent: Sequence[str]) -> set[int]:
        """The places of the columns that may stand there: those that were ``sent``, and all but periods that were not."""
        return {place for name, place in self.places.items() if name in sent or not PERIOD.fullmatch(name)}

    def others(self, sent: Sequence[str]) -> dict[int, int]:
        """How many cells are filled below each other place; those without any are left out."""
        known, width = self.known(sent), max(map(len, self.sheet.rows), default=0)
        return {place: count for place in range(width) if place not in known and (count := self.filled(place))}


def head(sheet: Sheet, column: Callable[[str], str], enough: Callable[[set[str]], bool]) -> Head | None:
    """The head of a sheet. ``column``: what a folded word of it names; ``enough``: whether these columns make a head."""
    for at, row in enumerate(sheet.rows[:_FIRST]):
        named = [(column(characters.key(cell.text)), place) for place, cell in enumerate(row)]
        names = [name for name, _ in named if name]
        if enough(set(names)):
            twice = tuple(name for name in dict.fromkeys(names) if names.count(name) > 1)
            return Head(sheet, at, {name: place for name, place in reversed(named) if name}, twice)
    return None


def period(word: str) -> str:
    """The period that a folded word of a head names: 2023q1, 2023年1季度, 2023年; empty where it is none."""
    found = _WRITTEN.fullmatch(word)
    if not found:
        return ""
    return f"{found[1]}Q{quarters.DIGITS.get(found[2], found[2])}" if found[2] else found[1]


def told(found: Head, sent: Sequence[str], label: Callable[[str], str]) -> Iterator[str]:
    """What is to be said of the columns that were ``sent`` in this order and are not found, and of cells below heads that
    nobody knows."""
    known, others, page, at = found.known(sent), found.others(sent), found.sheet.name, -1
    for name in sent:
        fields: dict[str, object] = {"page": page, "column": label(name)}
        if name in found.places:
            at = found.places[name]
        elif at + 1 in known or not (at + 1 in others or found.word(at + 1)):
            yield text("ledger_sheets.head_gone", None, **fields)
        else:  # a strange head in the very place of the column
            at += 1
            fields |= {"written": found.word(at) or "—", "count": others.pop(at, 0)}
            yield text("ledger_sheets.head_changed", None, **fields)
    if others:
        named = "、".join(found.word(place) or "—" for place in list(others)[:_NAMED])
        fields = {"page": page, "columns": len(others), "named": named, "count": sum(others.values())}
        yield text("ledger_sheets.head_unknown", None, **fields)
