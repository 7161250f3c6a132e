"""Heads that are known beforehand: the exports of portals (``words/formats.csv``) and what a person said with ``--map``,
which is kept in the workspace's ``data/mappings.csv`` and asked once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path

import pandas as pd

from healthplan import registers, tables, workspace
from healthplan.errors import UsageError, wrong_value
from healthplan.files import write_csv
from healthplan.intake.book import Book
from healthplan.intake.faults import fault
from healthplan.language import characters, vocabulary
from healthplan.language.dates import year_read
from healthplan.language.names import Register

LOOK = 40  # rows in which a header is looked for
SHOWN = 30  # columns that a question lists


@dataclass(frozen=True)
class Form:
    """What the columns of a table are that has these heads (folded). ``rest``: what its other columns are; one of a
    portal that is not ``read`` gives the columns to ask for."""

    name: str
    has: frozenset[str]
    roles: Mapping[str, str]
    rest: str = ""
    read: bool = True

    def fits(self, heads: Sequence[str]) -> bool:
        """Whether all its heads are there; one with a backslash is a part of a composed one."""
        return all(any(one in head for head in heads) if "\\" in one else one in heads for one in self.has)


@dataclass(frozen=True)
class Known:
    """What is known before a file is opened: the day, the names, the heads, and the area of tables that name none."""

    today: date = field(default_factory=date.today)
    register: Register = field(default_factory=Register)
    forms: tuple[Form, ...] = ()
    area: str = ""


def _form(name: str, has: str, sep: str, roles: Iterable[tuple[str, str]], rest: str = "", read: bool = True) -> Form:
    named = {characters.key(head): role for head, role in roles}
    return Form(name, frozenset(map(characters.key, has.split(sep))), named, rest, read)


@cache
def portals() -> tuple[Form, ...]:
    """The exports of portals."""
    found = []
    for row in vocabulary.rows("formats"):
        pairs = (pair.rpartition("=")[::2] for pair in row["roles"].split(";") if pair)
        found.append(_form(row["format"], row["has"], ";", pairs, row["rest"], row["read"] == "yes"))
    return tuple(found)


def remembered(mappings: pd.DataFrame) -> tuple[Form, ...]:
    """The heads that somebody explained, as table ``mappings``."""
    return tuple(
        _form("", str(heads), " | ", zip(rows["column"], rows["role"], strict=True))
        for heads, rows in mappings.groupby("heads", sort=False)
    )


def fitting(cells: Iterable[str], known: Known) -> Form | None:
    """The form that a row of heads has; what a person said of a portal's columns goes before what is known of them."""
    heads = [characters.key(cell) for cell in cells]
    said = next((form for form in known.forms if form.fits(heads)), None)
    portal = next((form for form in portals() if form.fits(heads)), None)
    if said is None or portal is None:
        return said or portal
    return replace(portal, roles={**(portal.roles if portal.read else {}), **said.roles}, read=True)


def remember(books: Sequence[Book], said: Sequence[str], today: date) -> Path:
    """Keeps what ``--map`` says (column=role) of the heads of these books in ``data/mappings.csv``.

    Raises :class:`UsageError` for a role that there is not and for a column that no table has.
    """
    roles, called = {}, vocabulary.column_words()
    for pair in said:
        column, _, word = pair.rpartition("=")
        role = vocabulary.headers().get(characters.key(word), word)
        if role not in called or not column.strip():
            wrong_value("--map", pair, "、".join(f"{called[r]}/{r}" for r in called), word)
        roles[characters.clean(column)] = role
    rows = [row for book in books for row in _rows(book)] or [[""]]
    wanted = {characters.key(column) for column in roles}
    widest = max(rows, key=lambda r: (len(wanted & set(map(characters.key, r))), len(r)))
    if lacking := [c for c in roles if characters.key(c) not in set(map(characters.key, widest))]:
        seen = "、".join(widest[:SHOWN])
        raise UsageError(fault("MAP-COLUMN", books[0].file, value="、".join(lacking), found=seen))
    heads = next(row for row in rows if wanted <= set(map(characters.key, row)))
    place = workspace.data("mappings.csv")
    named = " | ".join(h for h in heads if year_read(h, today).kind == "bad")
    new = pd.DataFrame([{"heads": named, "column": c, "role": r} for c, r in roles.items()])
    every = pd.concat([registers.read_optional("mappings", workspace.current()), new], ignore_index=True)
    every = every.drop_duplicates(["heads", "column"], keep="last", ignore_index=True)
    write_csv(tables.check(every, "mappings"), place)
    return place


def _rows(book: Book) -> list[list[str]]:
    """The rows of words of a book in which a header may stand."""
    rows = [row for sheet in book.sheets if not sheet.hidden for row in sheet.rows[:LOOK]]
    found = ([characters.clean(cell.text) for cell in row if cell.text.strip()] for row in rows)
    return [words for words in found if len(words) > 1]
