"""The public readers: a path in, one :class:`Intake` out, with everything that was found and left out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import pandas as pd

from healthplan import registers, tables, workspace
from healthplan.errors import Fault, InputError
from healthplan.intake import (
    apart,
    assemble,
    encodings,
    figure_checks,
    forms,
    goals,
    layout,
    opening,
    params,
    row_names,
    target_lines,
    targets,
    yamlfile,
)
from healthplan.intake.book import Book
from healthplan.intake.faults import Telling, fault, left_out, refusal
from healthplan.intake.forms import Known
from healthplan.intake.opening import YAML_ENDINGS, open_book
from healthplan.intake.rows import Assembled, Laid, Row
from healthplan.language import characters, names, vocabulary
from healthplan.language.names import Register
from healthplan.planreader import dates

MOST = 300  # faults of one kind that are said one by one
EXTRA = ("indicator_name", "area_name", "file", "sheet", "row", "column", "revised")


@dataclass(frozen=True)
class Intake:
    """What a file holds. ``table`` is empty whenever a fault is an error: whole or not at all.

    ``table``: for figures the table ``observations`` (ids where the names are registered, values in the
    registered units) with the columns indicator_name and area_name (as the file writes them), file, sheet,
    row, column (where each value stands) and revised (whether the file calls the figure so). ``left_out``: what was not read, and why. ``kind``: figures,
    targets, parameters, ledger or plan_sheet. ``encoding``: of text files.
    """

    table: pd.DataFrame
    faults: tuple[Fault, ...]
    left_out: pd.DataFrame
    kind: str
    encoding: str = ""

    @property
    def errors(self) -> tuple[Fault, ...]:
        """The faults for which the file is refused."""
        return tuple(f for f in self.faults if f.severity == "error")

    @property
    def warnings(self) -> tuple[Fault, ...]:
        """The doubts and notes with which the file may enter."""
        return tuple(f for f in self.faults if f.severity != "error")

    @property
    def ok(self) -> bool:
        """Whether the file may enter."""
        return not self.errors


def register() -> Register:
    """The workspace's register of names."""
    return _own_register(_stamps("indicators", "areas"))


def history() -> figure_checks.History:
    """What the workspace knows of the past: changes of definition, and areas that are no more."""
    return _own_history(_stamps("breaks", "area_changes"))


def _stamps(*names: str) -> tuple:
    """Where registers of the workspace lie and when they were changed, so that they are read once."""
    files = [workspace.data(f"{name}.csv") for name in names]
    return tuple((str(f), f.stat().st_mtime_ns if f.is_file() else 0) for f in files)


@lru_cache(2)
def _own_history(_: tuple) -> figure_checks.History:
    gone = registers.ended(registers.load_area_changes())
    breaks = registers.read_optional("breaks", workspace.current())
    return figure_checks.History(breaks.to_dict("records"), gone)


@lru_cache(2)
def _own_forms(_: tuple) -> tuple[forms.Form, ...]:
    return forms.remembered(registers.read_optional("mappings", workspace.current()))


@lru_cache(2)
def _own_register(_: tuple) -> Register:
    return names.register(registers.load_indicators(), registers.load_areas())


def refused(error: InputError, kind: str, shown: str) -> Intake:
    """The intake of a file that could not be opened: nothing but the faults."""
    empty = empty_observations()
    if kind == "targets":
        empty = targets.table([], Assembled(shown))
    elif kind == "parameters":
        empty = params.table([])
    return Intake(empty, error.faults, left_out([], shown), kind)


def read_figures(
    path: str | Path,
    *,
    known: Register | None = None,
    today: date | None = None,
    shown: str = "",
    by_series: bool = False,
    area: str = "",
) -> Intake:
    """A file of figures (CSV in any usual encoding, .xlsx, .xlsm, .xls, .ods; long or wide) as observations.

    ``known`` (the names) defaults to the workspace's, ``today`` (after which no figure can be observed) to the day, ``shown`` (the
    name of the file in messages) to the path; ``area`` is that of every table that names none. ``by_series``: a fault of
    one series takes that one out and no other (see :mod:`healthplan.intake.apart`). Raises nothing for a bad file: its
    faults say what is wrong.
    """
    shown = shown or workspace.legible(str(path))
    try:
        book = open_book(path, shown)
    except InputError as error:
        return refused(error, "figures", shown)
    return figures_of(book, knowing(known, today, area), by_series)


def knowing(known: Register | None = None, today: date | None = None, area: str = "") -> Known:
    """What is known before a file is opened, by default the workspace's names and heads, and the day."""
    heads = _own_forms(_stamps("mappings"))
    return Known(today or date.today(), known or register(), heads, area)


def remember_heads(paths: Sequence[str | Path], said: Sequence[str]) -> Path:
    """Keeps in the workspace's ``data/mappings.csv`` what is said of the heads of files, each ``column=role`` (roles in
    Chinese or English): the next file with these heads is read without asking. Returns that file.

    Raises :class:`InputError` for files that cannot be opened, :class:`UsageError` for a column or role that there is not.
    """
    books = [open_book(path, workspace.legible(str(path))) for path in paths]
    return forms.remember(books, said, date.today())


def figures_of(book: Book, known: Known, by_series: bool = False) -> Intake:
    """The figures of an opened book."""
    laid, register = layout.lay_out(book, known), known.register
    found = assemble.assemble(laid, register)
    kept, doubts = figure_checks.check(found.rows, register, book.file, history())
    told = Telling(book.file, [*book.faults, *laid.faults, *found.faults, *doubts])
    told.faults += [*row_names.two_spellings(found), *figure_checks.holes(kept, found)]
    if not laid.tables:
        told.faults.append(_no_table(book))
    if not kept and not told.wrong:
        told.say("DATA-NONE")
    if by_series:
        kept, told.faults = apart.sound(kept, laid, told.faults)
    table = empty_observations() if told.wrong else observations(kept, found)
    left = left_out([*laid.left, *found.left], book.file)
    return Intake(table, in_order(told.faults), left, "figures", book.encoding)


def read_targets(
    path: str | Path,
    *,
    known: Register | None = None,
    observations: pd.DataFrame | None = None,
    today: date | None = None,
    area: str = "",
) -> Intake:
    """A target sheet (CSV, Excel or YAML) as goals: table with the columns of ``intake.targets.COLUMNS``.

    Values and baselines are in the registered unit; ``comparator`` is as in table ``targets``; ``direction`` is
    increase, decrease, two-sided or empty. With ``observations`` the baselines are compared with them; ``area``
    is that of every line that names none. Raises nothing for a bad file.
    """
    shown = workspace.legible(str(path))
    context = knowing(known, today, area)
    try:
        if not str(path).lower().endswith(YAML_ENDINGS):
            return targets_of(open_book(path, shown), context, observations)
        root, noticed, encoding = _yaml(path, shown)
    except InputError as error:
        return refused(error, "targets", shown)
    laid = Laid(shown, noticed, context)
    lines = target_lines.lines_of_yaml(root, laid)
    return _goals(lines, laid, encoding, observations)


def targets_of(book: Book, known: Known, observations: pd.DataFrame | None) -> Intake:
    """The goals of an opened book."""
    laid = Laid(book.file, list(book.faults), known)
    lines = [line for at in layout.headed(book, laid, goals=True) for line in target_lines.of_table(at, laid)]
    return _goals(lines, laid, book.encoding, observations)


def _goals(
    lines: list[target_lines.TargetLine],
    laid: Laid,
    encoding: str,
    observations: pd.DataFrame | None,
) -> Intake:
    read, found = goals.goals_of(lines, laid.known.register, laid.today, laid.file)
    kept = targets.judge(read, found, observations)
    found.faults = [*laid.faults, *found.faults]
    if not kept and not found.wrong:
        found.say("DATA-NONE" if laid.tables else "HEAD-TARGETS")
    table = targets.table([] if found.wrong else kept, found)
    left = left_out(laid.left, laid.file)
    return Intake(table, in_order(found.faults), left, "targets", encoding)


def _yaml(path: str | Path, shown: str) -> tuple[yamlfile.Node, list[Fault], str]:
    found = opening.local(path)
    data = found.read_bytes()
    if len(data) > yamlfile.SIZE:
        raise refusal("FILE-LARGE", shown, limit=f"{yamlfile.SIZE // 1000} kB")
    if (kind := opening.signature(data[:4096])) not in ("text", "xml", "html"):
        raise refusal("FILE-LABEL", shown, what=kind, ending=found.suffix)
    content, encoding, noticed = encodings.decode(data, shown)
    return yamlfile.load(content, shown), noticed, encoding


def text_of(path: str | Path) -> str:
    """The text of a file of a person's, whatever its encoding. Raises :class:`InputError` where it has none."""
    return encodings.decode(opening.local(path).read_bytes(), workspace.legible(str(path)))[0]


def read_parameters(path: str | Path) -> Intake:
    """A parameter file (YAML): table with name, value and row. Raises nothing for a bad file."""
    shown = workspace.legible(str(path))
    try:
        if not str(path).lower().endswith(YAML_ENDINGS):
            raise refusal("FILE-KIND", shown, what=Path(str(path)).suffix or "-")
        root, noticed, encoding = _yaml(path, shown)
    except InputError as error:
        return refused(error, "parameters", shown)
    table, faults = params.read(root, shown)
    told = Telling(shown, [*noticed, *faults])
    table = params.table([]) if told.wrong else table
    return Intake(table, in_order(told.faults), left_out([], shown), "parameters", encoding)


def _no_table(book: Book) -> Fault:
    rows = (row for sheet in book.sheets if not sheet.hidden for row in sheet.rows)
    first = next((row for row in rows if any(not c.blank for c in row)), [])
    shown = "、".join(c.text for c in first if c.text) or None
    written = re.split(r"[^\w（）()]+", shown or "")
    words = [w for w in written if characters.key(w) in vocabulary.headers()]
    unsplit = len([c for c in first if not c.blank]) == 1 and len(words) >= 3
    return fault("TEXT-UNSPLIT" if unsplit else "HEAD-NONE", book.file, value=shown, found=shown or "—")


def in_order(faults: list[Fault]) -> tuple[Fault, ...]:
    """Errors first, then by place; the same fault at the same place once."""
    rank = {"error": 0, "warning": 1, "note": 2}
    faults = _bounded(faults)
    unique = {(f.code, f.sheet, f.row, f.column, str(f.value), str(sorted(f.fields.items()))): f for f in faults}
    return tuple(sorted(unique.values(), key=lambda f: (rank[f.severity], f.sheet, f.row or 0)))


def empty_observations() -> pd.DataFrame:
    """The table of figures without rows."""
    frame = tables.empty("observations")
    for name in EXTRA:
        frame[name] = pd.Series(dtype={"row": "Int64", "revised": "bool"}.get(name, "str"))
    return frame


def _bounded(faults: list[Fault]) -> list[Fault]:
    """At most MOST faults of one code and file; how many more there are is said in one."""
    seen: dict[tuple[str, str], int] = {}
    kept = []
    for one in faults:
        seen[(one.code, one.file)] = seen.get((one.code, one.file), 0) + 1
        if seen[(one.code, one.file)] <= MOST:
            kept.append(one)
    return kept + [
        fault("FAULT-MORE", file, value=code, count=count - MOST)
        for (code, file), count in seen.items()
        if count > MOST
    ]


_AS_READ = (
    "indicator", "area", "group", "edition", "revised", "year", "value", "numerator", "denominator",
)  # fmt: skip


def observations(rows: list[Row], found: Assembled) -> pd.DataFrame:
    """Rows as the table ``observations`` with their names and places."""
    records = [
        {
            **{name: getattr(row, name) for name in _AS_READ},
            "period": row.raw.period.strip(),
            "basis": characters.visible(row.raw.basis),
            "unit": row.unit or "?",
            "source": characters.visible(row.raw.source) or Path(found.file).name,
            "obs_status": row.status,
            "note": characters.visible("; ".join(dict.fromkeys(row.notes))),
            "indicator_name": found.indicator_names.get(row.indicator, row.indicator),
            "area_name": found.area_names.get(row.area, row.area),
            "file": found.file,
            **{place: getattr(row.raw, place) for place in ("sheet", "row", "column")},
        }
        for row in rows
    ]
    if not records:
        return empty_observations()
    return tables.check(pd.DataFrame(records), "observations", source=found.file)


def as_candidates(found: Intake) -> pd.DataFrame:
    """The goals of :func:`read_targets` as confirmed candidate rows.

    ``indicator`` is empty for a name that is not registered; ``locator`` says where the row stands in the
    sheet; ``evidence`` is the source that the sheet gives; ``confidence`` is 1, because a person wrote it.
    """
    heading = _years_above(found.left_out)
    rows = [
        {
            **row,
            "indicator": row["indicator"] if row["indicator"] != row["indicator_name"] else "",
            "name": row["indicator_name"],
            "unit": "" if row["unit"] == "?" else row["unit"],
            "direction": row["direction"],
            "baseline": "" if pd.isna(row["baseline"]) else f"{row['baseline']:.10g}",
            "locator": f"{row['sheet']}!{row['row']}" if row["sheet"] else str(row["row"]),
            "evidence": row["source"],
            "confidence": 1.0,
            "period": row["period"] or heading,
            "why": "",
            "baseline_year": "" if pd.isna(row["baseline_year"]) else str(row["baseline_year"]),
        }
        for row in found.table.to_dict("records")
    ]
    frame = pd.DataFrame(rows, columns=[*tables.columns("candidates"), "direction"])
    numbers = ("value", "value_high", "tolerance", "confidence")
    return frame.astype(dict.fromkeys(numbers, "float64"))


def _years_above(left: pd.DataFrame) -> str:
    """The plan's years that a title above the table states, YYYY-YYYY; empty where none does."""
    titles = left.loc[left["reason"] == "title", "value"].map(characters.normal).tolist()
    found = dates.find_period(titles, [])
    several = len(set(re.findall(r"20\d\d", "".join(titles)))) > 1
    if found.start is None or found.end is None or (several and found.single is not None):
        return ""
    return f"{found.start}-{found.end}"
