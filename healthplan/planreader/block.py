"""Blocks of a document, paragraphs and tables in order, and how large any of them may be."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from healthplan.errors import Fault, InputError

Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Block:
    """One paragraph (`text`) or one table (`rows`, merged cells repeated in every place)."""

    text: str = ""
    rows: Rows = ()
    place: str = ""
    style: str = ""

    @property
    def is_table(self) -> bool:
        return bool(self.rows)


@dataclass
class Document:
    """The blocks of one file and its name."""

    name: str
    blocks: list[Block] = field(default_factory=list)


def placed(blocks: Iterable[Block], together: bool = False) -> list[Block]:
    """The blocks with their places: paragraphs and tables counted apart, or paragraphs ``together`` with tables."""
    found: list[Block] = []
    paragraphs = tables = 0
    for block in blocks:
        tables += block.is_table
        paragraphs += not block.is_table
        number = len(found) + 1 if together else paragraphs
        found.append(replace(block, place=f"表{tables}" if block.is_table else f"¶{number}"))
    return found


COLUMNS = 1_000  # of a table: browsers read no wider span
PLACES = 300_000  # of one table, merged cells counted in every place they cover
ELEMENTS = 3_000_000  # XML elements of one part of a .docx
POINTS = 200_000  # a side of a page; PDF itself ends at 14,400, readers scale it
NUMBER = 10_000_000  # of rows, columns or objects that a PDF stream announces


class TooLarge(Exception):
    """A claimed size and the limit it breaks."""


def hold(claimed: int | str, limit: int) -> int:
    """The number, or :class:`TooLarge` (also for one of thousands of digits, which int() would refuse)."""
    if len(str(claimed)) > 15 or int(claimed) > limit:
        raise TooLarge(str(claimed)[:40], limit)
    return int(claimed)


@contextmanager
def opened(path: Path, *broken: type[Exception]) -> Iterator[None]:
    """Turn :class:`TooLarge` and what the parser raises for a damaged file into :class:`InputError`.

    The first is READ-SPAN and names number and limit; the other is READ-BROKEN.
    """
    try:
        yield
    except InputError:
        raise
    except TooLarge as error:
        value, limit = error.args
        fault = Fault("READ-SPAN", file=str(path), value=value, fields={"limit": limit})
        raise InputError(fault) from error
    except broken as error:
        raise InputError(Fault("READ-BROKEN", file=str(path), value=str(error) or type(error).__name__)) from error
