"""A returned file as it was written: its cells by row key and column, the baseline hidden in it, rows that nobody sent."""

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from healthplan import workspace
from healthplan.errors import shortened
from healthplan.intake import open_book
from healthplan.intake.book import Cell, Sheet
from healthplan.language import characters
from healthplan.ledger.written import plain
from healthplan.messages import LANGUAGES, text
from healthplan.quarter import asked, baseline
from healthplan.quarter.heads import PERIOD, Head, head, period, told
from healthplan.quarter.sheets import PAST, columns_of

_FEW = 3  # columns that make a head where the ids have lost theirs
_SEVERAL = 4  # columns to fill in that make a page to fill where progress has lost its own


class Said(NamedTuple):
    """A cell: its words, the row of the workbook, ``note``: formula (its last value was read), no_value (a formula without
    one), error."""

    words: str = ""
    row: int = 0
    note: str = ""


class Cells(dict[str, Said]):
    """A row's cells by column; one that the sheet does not have is empty."""

    def __missing__(self, _: str) -> Said:
        return Said()


Rows = dict[str, Cells]
Base = tuple[tuple[str, str, str, str], ...]


class Returned(NamedTuple):
    """A file that came back. ``about`` and ``base`` are its hidden baseline, empty in a typed copy; ``fill`` by task|thing and
    column, ``past`` by task and period; ``extra``: row and words of what stands in no row that was sent; ``wrong``: why it cannot
    be read as a whole; ``unread``: the columns to fill in that were sent and are not found."""

    path: Path
    file: str
    return_id: str
    base: Base
    fill: Rows
    past: Rows
    extra: tuple[tuple[int, str], ...]
    remarks: tuple[str, ...]
    wrong: str = ""
    unread: frozenset[str] = frozenset()

    @property
    def about(self) -> dict[str, str]:
        """What the baseline says of the sheet."""
        return {name: value for part, _, name, value in self.base if part == "about"}

    def sent(self, part: str) -> dict[str, dict[str, str]]:
        """The baseline's values of a part, by row key and column."""
        return _sent(self.base, part)


def _sent(base: Base, part: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for which, key, column, value in base:
        if which == part:
            found.setdefault(key, {})[column] = value
    return found


def read(path: Path) -> Returned:
    """A file as it was written. Raises :class:`~healthplan.errors.InputError` for what cannot be opened."""
    shown = workspace.legible(path.name)
    book = open_book(path, shown)
    base = tuple(baseline.read(book))
    found = Returned(path, shown, hashlib.blake2b(path.read_bytes(), digest_size=8).hexdigest(), base, {}, {}, (), ())
    remarks = [fault.part("problem") for fault in book.faults]
    pages = [one for sheet in book.sheets if sheet.name != baseline.BASE and (one := head(sheet, _column, _enough))]
    for one in (one for one in pages if _to_fill(one)):
        found = _filled(found, one, remarks)
    past = _sent(base, "past")
    before = [one for one in pages if not _to_fill(one) and any(PERIOD.fullmatch(name) for name in one.places)]
    for one in before[:1]:
        remarks += _past(found.past, one, past)
    remarks += [text("ledger_sheets.past_again", page=one.sheet.name) for one in before[1:]]
    if past and not before:
        remarks.append(text("ledger_sheets.past_gone"))
    return found._replace(remarks=tuple(remarks))


def _enough(names: set[str]) -> bool:
    """Whether these columns make a head; figures of a row look like years."""
    words = {name for name in names if not PERIOD.fullmatch(name)}
    return len(names) >= _FEW and ("task_id" in names or len(words) >= _FEW or bool(words and len(names) > _FEW))


def _to_fill(one: Head) -> bool:
    own = set(one.places) & set(asked.INPUT)
    return "progress" in own or len(own) >= _SEVERAL


def _column(word: str) -> str:
    return _names().get(word, period(word))


@cache
def _names() -> dict[str, str]:
    names = dict.fromkeys((*asked.COLUMNS, *PAST))
    return {characters.key(_label(name, lang)): name for name in names for lang in LANGUAGES}


def _label(name: str, lang: str | None = None) -> str:
    return name if PERIOD.fullmatch(name) else text(f"ledger.col_{name}", lang)


def said(cell: Cell, row: int) -> Said:
    """A cell as it was written: a number plainly, one that Excel shows as a share with its %."""
    if cell.error:
        return Said(cell.error, row, "error")
    if cell.formula and cell.number is None and cell.when is None and not cell.text.strip():
        return Said(cell.formula, row, "no_value")
    note = "formula" if cell.formula else ""
    if cell.number is not None:
        share = "%" in cell.format.split(";")[0]
        return Said(f"{plain(round(cell.number * 100, 10))}%" if share else plain(cell.number), row, note)
    return Said(" ".join(characters.clean(cell.text).split()), row, note)


def _row(sheet: Sheet, at: int, columns: dict[str, int]) -> Cells:
    return Cells({name: said(sheet.cell(at, place), at + 1) for name, place in columns.items()})


def _filled(found: Returned, page: Head, remarks: list[str]) -> Returned:
    """With the rows of a page to fill; what is wrong with its head is why it is refused, or a remark."""
    base = _sent(found.base, "fill")
    sent = columns_of(base, _sent(found.base, "open"))
    if page.twice or "task_id" not in page.places:
        why = "head_twice" if page.twice else "head_gone"
        columns = "、".join(map(_label, page.twice or ["task_id"]))
        return found._replace(wrong=found.wrong or text(f"ledger_sheets.{why}", page=page.sheet.name, column=columns))
    extra = list(found.extra)
    keys = {characters.key(key): key for key in base}
    for at in range(page.top + 1, len(page.sheet.rows)):
        if all(cell.blank for cell in page.sheet.rows[at]):
            continue
        row = _row(page.sheet, at, page.places)
        written = f"{row['task_id'].words}|{row['item_id'].words}"
        key = keys.get(characters.key(written), "" if base else written)
        if not key or key in found.fill or not row["task_id"].words:
            extra.append((at + 1, " / ".join(cell.shown.strip() for cell in page.sheet.rows[at] if not cell.blank)))
        else:
            found.fill[key] = row
    if not base:
        return found._replace(extra=tuple(extra))
    remarks += told(page, sent, _label)
    gone = frozenset(name for name in sent if name not in page.places and name in asked.INPUT)
    return found._replace(extra=tuple(extra), unread=found.unread | gone)


def _past(past: Rows, page: Head, base: dict[str, dict[str, str]]) -> Iterator[str]:
    """The rows of earlier periods into ``past``, each cell that says one thing; what is not taken is told and counted."""
    periods = sorted({one for row in base.values() for one in row}, key=lambda one: (len(one) == 4, one))
    sent = [*PAST, *periods, "correction"]
    yield from told(page, sent, _label)
    if "task_id" not in page.places:
        return
    keys = {characters.key(key): key for key in base}
    places = {name: _places(page, name) for name in (*periods, "correction")}
    lost: dict[str, list[str]] = {"row": [], "closed": [], "twice": []}
    for at in range(page.top + 1, len(page.sheet.rows)):
        written = said(page.sheet.cell(at, page.places["task_id"]), at + 1)
        key = keys.get(characters.key(written.words), "")
        for name, those in places.items():
            for cell in (one for place in those if (one := said(page.sheet.cell(at, place), at + 1)).words):
                where = f"{written.words or '-'} {_label(name)} {shortened(cell.words)}"
                if not key:
                    lost["row"].append(where)
                elif name != "correction" and name not in base[key]:
                    lost["closed"].append(where)
                elif past.setdefault(key, Cells()).setdefault(name, cell).words != cell.words:
                    lost["twice"] += [where]
                    past[key][name] = past[key][name]._replace(note="twice")
    for row in past.values():
        for name in [name for name, cell in row.items() if cell.note == "twice"]:
            del row[name]
    for why, cells in lost.items():
        if cells:
            first = "；".join(cells[:_FEW])
            yield text(f"ledger_sheets.past_{why}", page=page.sheet.name, count=len(cells), cells=first)


def _places(page: Head, name: str) -> list[int]:
    """Every place of the head that names a column."""
    return [at for at, cell in enumerate(page.sheet.rows[page.top]) if _column(characters.key(cell.text)) == name]
