"""`read_figures`: the straight line from a document to the figures that it prints, for a person to confirm."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from healthplan import limited, messages, registers, tables
from healthplan.language.names import Register, contained, core, register
from healthplan.planreader.block import Document
from healthplan.planreader.figure_names import identify, plain
from healthplan.planreader.figure_sentences import Prose
from healthplan.planreader.figure_setting import Figure, Setting, setting_of
from healthplan.planreader.figure_tables import lone_value, read_table
from healthplan.planreader.outline import passages
from healthplan.planreader.plan import Progress, read_document
from healthplan.planreader.rules import weights, words

COLUMNS = tuple(tables.columns("figure_candidates"))
ALIKE = 0.4  # share of the sign pairs of a name that a figure told again has
MOST = 50  # figures of one value that a figure without a year is held against
_NUMBERS = dict.fromkeys(("value", "numerator", "denominator", "confidence"), "float64")


def read_figures(
    paths: Sequence[str | Path],
    *,
    area: str = "",
    indicators: pd.DataFrame | None = None,
    areas: pd.DataFrame | None = None,
    progress: Progress | None = None,
    lang: str | None = None,
) -> pd.DataFrame:
    """The figures of bulletins, yearbook pages and summaries in .docx, .pdf, .html or .txt, one row each (table
    ``figure_candidates``).

    ``area`` is whose the documents are where they do not print it. Values and units are as printed. Rows of kind
    ``planned`` and ``change`` are shown and are no figures to be taken in. Raises InputError for a document that cannot be
    read.
    """
    known = None if indicators is None else register(indicators, areas)
    tree = None if areas is None else registers.area_tree(areas)
    records: list[dict[str, Any]] = []
    for path in paths:
        document = read_document(path)
        setting = setting_of(document, area, known, tree)
        found = _once(list(_figures(document, setting, known, progress)))
        records += [_record(document.name, setting, one, where, known, lang) for one, where in found]
    return pd.DataFrame(records, columns=list(COLUMNS)).astype(_NUMBERS)


def _figures(
    document: Document, setting: Setting, known: Register | None, progress: Progress | None
) -> Iterator[Figure]:
    prose = Prose(setting, known)
    pieces = passages(document.blocks)
    above: list[str] = []
    for done, (passage, table) in enumerate(pieces, 1):
        if table is not None:
            yield from read_table(table.rows, above[-3:], table.place, setting)
            above = []
        else:
            text = plain(passage.text)
            alone = lone_value(above[-1] if above else "", text, passage.place, setting)
            yield from [alone] if alone else prose.read(passage)
            above.append(text)
        limited.step(done, len(pieces))
        if progress is not None:
            progress(done, len(pieces))


def _once(figures: list[Figure]) -> list[tuple[Figure, str]]:
    """Each figure once, with all the places where it is printed; a title that says without its year what the text says
    with it is left out."""
    rows: dict[tuple, tuple[Figure, list[str]]] = {}
    dated: dict[tuple, list[str]] = {}
    for one in figures:
        names = dated.setdefault((one.value, one.unit, one.kind), [])
        if one.when.year and len(names) < MOST:
            names.append(one.name)
    for one in figures:
        alike = dated[one.value, one.unit, one.kind]
        if one.when.year is None and any(contained(one.name, name) > ALIKE for name in alike):
            continue
        mark = (core(one.name), one.value, one.unit, one.when.year, one.when.period, one.area, one.kind)
        first = rows.setdefault(mark, (one, []))
        if one.locator not in first[1]:
            first[1].append(one.locator)
    return [(one, ";".join(places)) for one, places in rows.values()]


def _record(
    document: str, setting: Setting, one: Figure, where: str, known: Register | None, lang: str | None
) -> dict[str, Any]:
    single = setting.single and one.area == setting.area  # of the one institution that the document is of
    broken = bool(one.value % 1 and words("whole_count").match(f"{one.name}@{one.unit}"))  # 床位1.84张
    sure = not broken and one.kind != "change" and not {"name_subject", "qualified"} & set(one.seen)
    sure = sure and (not single or (one.unit in ("%", "‰") and not one.area.endswith("医院")))
    found = identify(one.name, one.unit, known) if sure else ""
    more = {
        "institution": single,
        "registered": found,
        "fraction": broken,
        "preliminary": words("early_figure").search(one.evidence),
    }
    seen = [*one.seen, *(mark for mark, holds in more.items() if holds)]
    weighed = [weights("figure_confidence")[feature] for feature in seen]
    reasons = (messages.text(f"planreader.{reason}", lang) for _, reason in weighed if reason)
    return {
        **vars(one),
        "document": document,
        "indicator": found,
        "year": str(one.when.year or ""),
        "period": one.when.period if one.when.period != "span" else "",
        "locator": where,
        "confidence": round(min(0.99, max(0.05, sum(weight for weight, _ in weighed))), 2),
        "why": "; ".join(dict.fromkeys(reasons)),
    }
