"""`read_plan`: the straight line from a document to the candidate table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from healthplan.language.characters import normal
from healthplan.language.names import Register, register
from healthplan.planreader.block import Document
from healthplan.planreader.candidates import build
from healthplan.planreader.dates import Period, assumed, find_period
from healthplan.planreader.document import read_document
from healthplan.planreader.outline import passages
from healthplan.planreader.reading import Located, Reader
from healthplan.planreader.tabular import read_table

Progress = Callable[[int, int], None]


def read_plan(
    path: str | Path,
    *,
    indicators: pd.DataFrame | None = None,
    progress: Progress | None = None,
    lang: str | None = None,
) -> pd.DataFrame:
    """Candidate targets of a plan in .docx, .pdf, .html or .txt.

    One row a number, columns as in `candidates.COLUMNS`; `value` and `value_high` in `unit`,
    shares on the 0-100 scale, a fall is a negative change. `indicators` is the registry
    (columns indicator, name_zh, aliases); a name that it does not know leaves `indicator` empty.
    `progress(done, total)` is called after each block. Raises InputError for a document that
    cannot be read.
    """
    document = read_document(path)
    known = None if indicators is None else register(indicators)
    years = period_of(document)
    period = f"{years.start}-{years.end}" if years.start and years.end else ""
    return build(located(document, progress, known), known, lang, period)


def located(
    document: Document, progress: Progress | None = None, known: Register | None = None
) -> list[Located]:
    """All claims of a document with their places: goals and past figures."""
    period = period_of(document)
    reader = Reader(period, known)
    found: list[Located] = []
    pieces = passages(document.blocks)
    for done, (passage, table) in enumerate(pieces, 1):
        if table is not None:
            found += read_table(table.rows, passage, period, reader)
        else:
            found += reader.read(passage)
        if progress is not None:
            progress(done, len(pieces))
    return found


def period_of(document: Document) -> Period:
    """The plan's first and last year, from its title, name, number or date of issue."""
    texts = [normal(block.text) for block in document.blocks[:60] if block.text]
    titles = [line[:90] for line in texts[:25] if len(line) <= 90]
    if texts and len(texts[0]) > 90:
        titles.insert(0, texts[0][:60])
    found = find_period([*titles, normal(Path(document.name).stem)], texts)
    return assumed(found, [normal(block.text) for block in document.blocks])
