"""`read_plan`: the straight line from a document to the candidate table, and what it passed over."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from healthplan import limited, messages, workspace
from healthplan.errors import Fault, InputError
from healthplan.language.characters import normal
from healthplan.language.names import Register, register
from healthplan.language.numbers import find_quantities
from healthplan.planreader import html, pdf, plain, word
from healthplan.planreader.block import Block, Document
from healthplan.planreader.candidates import build
from healthplan.planreader.dates import Period, assumed, find_dates, find_period
from healthplan.planreader.outline import Passage, kind_of_title, passages, simplified, take_departments
from healthplan.planreader.reading import Reader, sentences
from healthplan.planreader.rules import words
from healthplan.planreader.sentence import Located, prepare
from healthplan.planreader.tabular import read_table, unread_cells

_READERS = {"docx": word, "pdf": pdf, "html": html, "txt": plain}
Progress = Callable[[int, int], None]


def read_plan(
    path: str | Path | Document,
    *,
    indicators: pd.DataFrame | None = None,
    progress: Progress | None = None,
    lang: str | None = None,
) -> pd.DataFrame:
    """Candidate targets of a plan in .docx, .pdf, .html or .txt.

    One row a number, columns as in `candidates.COLUMNS`; `value` and `value_high` in `unit`, shares on the 0-100 scale,
    a fall is a negative change. `indicators` is the registry (columns indicator, name_zh, aliases); a name that it does
    not know leaves `indicator` empty. `progress(done, total)` is called after each block. Raises InputError for a
    document that cannot be read.
    """
    document = read_document(path)
    known = None if indicators is None else register(indicators)
    years = period_of(document)
    period = f"{years.start}-{years.end}" if years.start and years.end else ""
    return build(located(document, progress, known), known, lang, period)


def read_and_tell(path: str | Path, indicators: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """The candidates of :func:`read_plan`, and the lines that say what of the document was passed over."""
    document = read_document(path)
    found = read_plan(document, indicators=indicators)
    told = [passed_over(document) if found.empty else unread(document), deliverables(document)]
    return found, [line for line in told if line]


def within_limits(does: Callable[..., Any], documents: Sequence[str | Path], *given: Any, **more: Any) -> Any:
    """What a reader of documents gives, from a process with bounded memory and time. Raises :class:`InputError` as the
    reader does, and READ-SLOW, READ-MEMORY or READ-BROKEN where it comes to no end."""
    try:
        return limited.call(does, *given, **more)
    except limited.Ended as ended:
        code = {"time": "READ-SLOW", "memory": "READ-MEMORY"}.get(ended.why, "READ-BROKEN")
        names = "、".join(workspace.legible(str(path)) for path in documents)
        value = None if code != "READ-BROKEN" else ended.why
        fields = {"limit": limited.SECONDS if code == "READ-SLOW" else "1 GB"}
        raise InputError(Fault(code, names, value=value, fields=fields)) from ended


MOST = 5_000
"""No plan has so many numbers that could be goals: what has is a table of figures, or no document at all."""


def located(document: Document, progress: Progress | None = None, known: Register | None = None) -> list[Located]:
    """All claims of a document with their places: goals and past figures."""
    period = period_of(document)
    reader = Reader(period, known)
    found: list[Located] = []
    pieces = passages(document.blocks)
    for done, (passage, table) in enumerate(pieces, 1):
        if table is not None:
            found += read_table(table.rows, passage, passage.years or period, reader)
        else:
            found += reader.read(passage)
        if len(found) > MOST:
            fields = {"limit": MOST}
            raise InputError(Fault("READ-GOALS", document.name, value=str(len(found)), fields=fields))
        limited.step(done, len(pieces))
        if progress is not None:
            progress(done, len(pieces))
    return found


def _words(block: Block) -> str:
    """A paragraph, or the caption that stands across the first row of a table."""
    caption = block.rows and len(set(block.rows[0])) == 1 and block.rows[0][0]
    return block.text or caption or ""


def period_of(document: Document) -> Period:
    """The plan's first and last year, from its title, name, number or date of issue."""
    texts = [simplified(text) for text in map(_words, document.blocks[:60]) if text]
    titles = [line[:90] for line in texts[:25] if len(line) <= 90]
    if texts and len(texts[0]) > 90:
        titles.insert(0, texts[0][:60])
    found = find_period([*titles, simplified(Path(document.name).stem)], texts)
    return assumed(found, [simplified(block.text) for block in document.blocks])


# --- the document ----------------------------------------------------------------------------------

MAX_BYTES = 80_000_000
"""Larger files are no plan documents; they are refused before they are opened."""


_WORD = {".docx", ".docm", ".dotx"}
_SIGNS = {b"%PDF-": "pdf", b"PK\x03\x04": "docx", b"\xd0\xcf\x11\xe0": "doc"}


def kind_of(path: Path, head: bytes) -> str:
    """`docx`, `pdf`, `html`, `txt`, or the reason word of a refusal (`doc`, `binary`)."""
    ending = path.suffix.lower()
    if said := next((kind for sign, kind in _SIGNS.items() if head.startswith(sign)), ""):
        return said if said != "docx" or ending in _WORD else "binary"
    start = head[:2000].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if start.startswith((b"<!doctype html", b"<html")) or ending in {".html", ".htm", ".xhtml"}:
        return "html"
    marked = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    if not marked and b"\x00" in head[:4000] and ending not in {".txt", ".md"}:
        return "binary"
    return "txt" if marked or ending in {".txt", ".md", ".text", ""} else "binary"


def read_document(path: str | Path | Document) -> Document:
    """The blocks of a plan in .docx, .pdf, .html or .txt; a document that was read already as it is.

    Raises InputError (codes READ-MISSING, READ-KIND, READ-SIZE, READ-BROKEN, READ-EMPTY) with the file and the remedy.
    """
    if isinstance(path, Document):
        return path
    path = Path(path)

    def refuse(code: str, value: str) -> InputError:
        return InputError(Fault(code, file=workspace.legible(str(path)), value=value))

    if not path.is_file():
        raise refuse("READ-MISSING", path.name)
    if path.stat().st_size > MAX_BYTES:
        raise refuse("READ-SIZE", str(path.stat().st_size))
    with path.open("rb") as handle:
        kind = kind_of(path, handle.read(8192))
    if kind == "doc" and path.suffix.lower() in _WORD:  # Office packs what has a password in the old container
        raise refuse("READ-BROKEN", "OLE")
    if kind in {"doc", "binary"}:
        raise refuse("READ-KIND", path.suffix or kind)
    document = Document(workspace.legible(path.name), _READERS[kind].blocks(path))
    if not any(block.text or block.rows for block in document.blocks):
        raise refuse("READ-EMPTY", kind)
    return document


# --- what was passed over -----------------------------------------------------------------------------


def passed_over(path: str | Path | Document, lang: str | None = None) -> str:
    """One line: how many sentences with numbers are not proposed as goals, and why.

    Raises InputError for a document that cannot be read.
    """
    document = read_document(path)
    period = period_of(document)
    texts = [passage for passage, table in passages(document.blocks) if table is None]
    review = kind_of_title(texts) == "review"
    reasons: Counter[str] = Counter()
    for passage in texts:
        hidden = (prepare(one, period).hidden for _, one in sentences(normal(passage.text)))
        if count := sum(any(q.kind != "bare" for q in find_quantities(one)) for one in hidden):
            past = review and passage.section == "preamble"
            reasons["review" if past else _reason(passage, period)] += count
    found = (messages.text(f"planreader.passed_{reason}", lang, count=count) for reason, count in reasons.most_common())
    told = messages.text("scorecard.list_comma", lang).join(found)
    key = "planreader.passed" if told else "planreader.passed_none"
    return messages.text(key, lang, count=reasons.total(), reasons=told)


def _reason(passage: Passage, period: Period) -> str:
    if passage.section == "preamble":
        return "preamble"
    facts = [item.claim.fact for item in Reader(period).read(passage)]
    return "past" if facts and all(facts) else "no_goal"


MOST_TOLD = 12  # of what is not read


def unread(path: str | Path | Document, lang: str | None = None) -> str:
    """One line: what stands among the goals of a document and is not proposed, as it has no number and no way that a
    figure could be held against; empty where there is nothing.

    Raises InputError for a document that cannot be read.
    """
    document = read_document(path)
    period = period_of(document)
    found: list[str] = []
    for passage, table in passages(document.blocks):
        if table is not None:
            found += unread_cells(table.rows, period)
        elif passage.section == "goals" and not passage.heading:
            reader = Reader(period)
            told = [one for _, one in sentences(normal(passage.text)) if words("wanted_trend").search(one)]
            found += [one for one in told if not list(reader.read(replace(passage, text=one)))]
    shown = messages.text("scorecard.list_comma", lang).join(one.strip("。 ")[:40] for one in found[:MOST_TOLD])
    return messages.text("planreader.unread", lang, count=len(found), what=shown) if found else ""


def deliverables(path: str | Path | Document, lang: str | None = None) -> str:
    """One line: what a document promises by a date, or to be made, without a number to hold a figure against; none of it is
    proposed, so it is counted and named. Empty where there is nothing.

    Raises InputError for a document that cannot be read.
    """
    document = read_document(path)
    period = period_of(document)
    found: list[str] = []
    for passage, table in passages(document.blocks):
        if table is not None or passage.section in ("preamble", "thought"):
            continue
        text, _ = take_departments(normal(passage.text))
        reader = Reader(period)
        for _, one in sentences(text) if "。" in text else ():
            said = words("item_mark").sub("", one.strip("。 "))
            dates = find_dates(simplified(said), passage.years or period)
            dated = [date.start for date in dates if date.kind == "goal"]
            if words("made" if dated else "made_undated").match(said) and not list(
                reader.read(replace(passage, text=one))
            ):
                found.append(said[min(dated, default=0) :])
    shown = messages.text("scorecard.list_comma", lang).join(one[:30] for one in found[:MOST_TOLD])
    return messages.text("planreader.deliverables", lang, count=len(found), what=shown) if found else ""
