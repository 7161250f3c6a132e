"""The public readers: a path in, one :class:`Intake` out, with everything that was found and left out.

One walk for every file: bytes → book → sheets with a header → rows → readings → checks, of which figures and goals have
their own.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from healthplan import registers, tables, workspace
from healthplan.errors import Fault, InputError, one_of
from healthplan.intake import (
    apart,
    assemble,
    declared,
    figure_checks,
    forms,
    goals,
    headers,
    layout,
    opening,
    target_lines,
    targets,
    yamlfile,
)
from healthplan.intake.book import Book
from healthplan.intake.faults import REFERENCE, LeftOut, Telling, fault, left_out, refusal
from healthplan.intake.forms import Known
from healthplan.intake.opening import YAML_ENDINGS, open_book
from healthplan.intake.rows import Row, Walk
from healthplan.language import characters, names, vocabulary
from healthplan.language.names import Register
from healthplan.planreader import dates

KINDS = ("figures", "targets", "parameters", "plan_sheet")
MOST = 300  # faults of one kind that are said one by one
EXTRA = ("indicator_name", "area_name", "file", "sheet", "row", "column", "revised")


@dataclass(frozen=True)
class Intake:
    """What a file holds. ``table`` is empty whenever a fault is an error: whole or not at all.

    ``table``: for figures the table ``observations`` (ids where the names are registered, values in the
    registered units) with the columns indicator_name and area_name (as the file writes them), file, sheet,
    row, column (where each value stands) and revised (whether the file calls the figure so). ``left_out``: what was not read, and why. ``kind``: figures,
    targets, parameters or plan_sheet. ``encoding``: of text files.
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


_T = TypeVar("_T")
_READ: dict[tuple[str, ...], tuple[list, Any]] = {}


def _kept(made: Callable[[], _T], *names: str) -> _T:
    """What is made of registers of the workspace, made once as long as their files stay as they are."""
    files = [workspace.data(f"{name}.csv") for name in names]
    stamps = [(file, file.stat().st_mtime_ns if file.is_file() else 0) for file in files]
    if names not in _READ or _READ[names][0] != stamps:
        _READ[names] = stamps, made()
    found: _T = _READ[names][1]
    return found


def register() -> Register:
    """The workspace's register of names."""
    return _kept(lambda: names.register(registers.load_indicators(), registers.load_areas()), "indicators", "areas")


def history() -> figure_checks.History:
    """What the workspace knows of the past: changes of definition, and areas that are no more."""

    def made() -> figure_checks.History:
        breaks = registers.read_optional("breaks", workspace.current()).to_dict("records")
        return figure_checks.History(breaks, registers.ended(registers.load_area_changes()))

    return _kept(made, "breaks", "area_changes")


def knowing(known: Register | None = None, today: date | None = None, area: str = "") -> Known:
    """What is known before a file is opened, by default the workspace's names and heads, and the day."""
    heads = _kept(lambda: forms.remembered(registers.read_optional("mappings", workspace.current())), "mappings")
    return Known(today or date.today(), known or register(), heads, area)


def remember_heads(paths: Sequence[str | Path], said: Sequence[str]) -> Path:
    """Keeps in the workspace's ``data/mappings.csv`` what is said of the heads of files, each ``column=role`` (roles in
    Chinese or English): the next file with these heads is read without asking. Returns that file.

    Raises :class:`InputError` for files that cannot be opened, :class:`UsageError` for a column or role that there is not.
    """
    books = [open_book(path, workspace.legible(str(path))) for path in paths]
    return forms.remember(books, said, date.today())


def read_any(
    path: str | Path,
    kind: str | None = None,
    *,
    observations: pd.DataFrame | None = None,
    today: date | None = None,
    area: str = "",
) -> Intake:
    """A file of any kind as an :class:`Intake`; ``kind`` (one of :data:`KINDS`) overrides the guess.

    Guessed from the header: our own declared tables (checked as they stand), a sheet of candidate
    targets (kind plan_sheet; its rows come back as text), a target sheet, else figures. YAML is a target sheet when it
    is a list or has the key 目标 or targets, else a parameter file. ``area``: of every table and line that names none.

    Raises :class:`UsageError` for an unknown kind, nothing for a bad file.
    """
    if kind is not None:
        one_of("--kind", kind, KINDS)
    if str(path).lower().endswith(YAML_ENDINGS):
        wanted = kind or _kind_of_yaml(path)
        if wanted == "targets":
            return read_targets(path, observations=observations, today=today, area=area)
        if wanted == "parameters":
            return read_parameters(path)
    known = knowing(None, today, area)
    return _safely(path, kind or "figures", lambda shown: _of_kind(open_book(path, shown), kind, known, observations))


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
    context = knowing(known, today, area)
    return _safely(path, "figures", lambda name: _figures(open_book(path, name), context, by_series), shown)


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
    context = knowing(known, today, area)

    def read(shown: str) -> Intake:
        if not str(path).lower().endswith(YAML_ENDINGS):
            return _targets(open_book(path, shown), context, observations)
        document = yamlfile.read(path, shown)
        walk = Walk(shown, document.faults, known=context)
        return _goals(target_lines.of_yaml(document.root, walk), walk, document.encoding, observations)

    return _safely(path, "targets", read)


def read_parameters(path: str | Path, *, sound: bool = False) -> Intake:
    """A parameter file (YAML): table with name, value (the text that stands there) and row, empty for a bad file; with
    ``sound`` the rows that have no fault of their own stay. Raises nothing for a bad file."""

    def read(shown: str) -> Intake:
        if not str(path).lower().endswith(YAML_ENDINGS):
            raise refusal("FILE-KIND", shown, what=Path(str(path)).suffix or "-")
        document = yamlfile.read(path, shown)
        table, faults = yamlfile.parameters(document.root, shown)
        told = Telling(shown, [*document.faults, *faults])
        kept = yamlfile.parameter_table([]) if told.wrong and not sound else table
        return _intake("parameters", kept, told, [], document.encoding)

    return _safely(path, "parameters", read)


def _safely(path: str | Path, kind: str, read: Callable[[str], Intake], shown: str = "") -> Intake:
    """What ``read`` makes of a file, told its name; of one that cannot be opened nothing but the faults."""
    shown = shown or workspace.legible(str(path))
    try:
        return read(shown)
    except InputError as error:
        made = {"targets": lambda: targets.table([], Walk(shown)), "parameters": lambda: yamlfile.parameter_table([])}
        return Intake(made.get(kind, empty_observations)(), error.faults, left_out([], shown), kind)


def _intake(kind: str, table: pd.DataFrame, told: Telling, left: list[LeftOut], encoding: str) -> Intake:
    return Intake(table, in_order(told.faults), left_out(left, told.file), kind, encoding)


def _figures(book: Book, known: Known, by_series: bool = False) -> Intake:
    """The figures of an opened book."""
    walk = layout.lay_out(book, known)
    assemble.assemble(walk)
    kept = figure_checks.check(walk, history())
    if not walk.tables:
        walk.faults.append(_no_table(book))
    if not kept and not walk.wrong:
        walk.say("DATA-NONE")
    if by_series:
        kept = apart.sound(kept, walk)
    table = empty_observations() if walk.wrong else observations(kept, walk)
    return _intake("figures", table, walk, walk.left, book.encoding)


def _targets(book: Book, known: Known, observations: pd.DataFrame | None) -> Intake:
    """The goals of an opened book."""
    walk = Walk(book.file, list(book.faults), known=known)
    lines = [line for at in layout.headed(book, walk, goals=True) for line in target_lines.of_table(at, walk)]
    return _goals(lines, walk, book.encoding, observations)


def _goals(
    lines: list[target_lines.TargetLine], walk: Walk, encoding: str, observations: pd.DataFrame | None
) -> Intake:
    walk.finish()
    kept = targets.judge(goals.goals_of(lines, walk), walk, observations)
    if not kept and not walk.wrong:
        walk.say("DATA-NONE" if walk.tables else "HEAD-TARGETS")
    return _intake("targets", targets.table([] if walk.wrong else kept, walk), walk, walk.left, encoding)


_EXPECTED = {
    "plan_sheet": "indicator,name,comparator,value,unit,deadline,evidence,decision",
}


def _of_kind(book: Book, kind: str | None, known: Known, observations: pd.DataFrame | None) -> Intake:
    """An opened book of the wanted kind; where none is wanted, of the one that it looks like."""
    if any(sheet.name == "_base" and sheet.cell(0, 2).text == "sheet_id" for sheet in book.sheets):
        raise refusal("FILE-QUARTER", book.file)  # the ledger takes it back
    ours = declared.find(book)
    if ours is not None and kind in (None, ours.name):
        table, faults, left = declared.check(ours, book)
        return _intake(ours.name, table, Telling(book.file, [*book.faults, *faults]), left, book.encoding)
    if kind in _EXPECTED:
        told = Telling(book.file, [fault("HEAD-KIND", book.file, expected=_EXPECTED[kind])])
        return _intake(kind, pd.DataFrame(), told, [], book.encoding)
    if kind == "targets" or (kind is None and _is_target_sheet(book, known)):
        return _targets(book, known, observations)
    return _figures(book, known)


def _is_target_sheet(book: Book, known: Known) -> bool:
    """A header that asks for a target value and not for an observed one."""
    for sheet in book.sheets:
        skipped = sheet.hidden or sheet.cell(0, 0).text.startswith(REFERENCE)
        if not skipped and (at := headers.find(sheet, known)) is not None:
            asks = bool({"target_value", "goal"} & at.roles())
            where_it_stood = (
                "target_year" in at.roles() and len(at.having("figures")) == 1
            )  # 2020年, beside what is asked
            return asks and (where_it_stood or not {"value", "figures"} & at.roles())
    return False


def _kind_of_yaml(path: str | Path) -> str:
    """Targets when the first words of the file are a list or the key of one; a refusal is left to the reader."""
    try:
        head = opening.local(path).read_bytes()[:4096].decode("utf-8", "ignore")
    except InputError:
        return "parameters"
    lines = [line for line in head.lstrip("\ufeff").split("\n") if line.strip()]
    lines = [line for line in lines if not line.startswith(("#", "---", "%"))]
    keys = {characters.key(re.split("[:：]", one)[0]) for one in lines if one[0] not in " \t"}
    listed = bool(lines) and lines[0].startswith("- ")
    return "targets" if listed or keys & {"目标", "targets"} else "parameters"


def _no_table(book: Book) -> Fault:
    rows = (row for sheet in book.sheets if not sheet.hidden for row in sheet.rows)
    first = next((row for row in rows if any(not c.blank for c in row)), [])
    shown = "、".join(c.text for c in first if c.text) or None
    words = [w for w in re.split(r"[^\w（）()]+", shown or "") if characters.key(w) in vocabulary.headers()]
    unsplit = len([c for c in first if not c.blank]) == 1 and len(words) >= 3
    return fault("TEXT-UNSPLIT" if unsplit else "HEAD-NONE", book.file, value=shown, found=shown or "—")


def in_order(faults: list[Fault]) -> tuple[Fault, ...]:
    """Errors first, then by place; the same fault at the same place once, and at most MOST of one code and file: how many
    more there are is said in one."""
    seen = Counter[tuple[str, str]]()
    kept = []
    for one in faults:
        seen[one.code, one.file] += 1
        if seen[one.code, one.file] <= MOST:
            kept.append(one)
    kept += [fault("FAULT-MORE", f, value=code, count=n - MOST) for (code, f), n in seen.items() if n > MOST]
    unique = {(f.code, f.sheet, f.row, f.column, str(f.value), str(sorted(f.fields.items()))): f for f in kept}
    rank = {"error": 0, "warning": 1, "note": 2}
    return tuple(sorted(unique.values(), key=lambda f: (rank[f.severity], f.sheet, f.row or 0)))


def empty_observations() -> pd.DataFrame:
    """The table of figures without rows."""
    more = {name: pd.Series(dtype={"row": "Int64", "revised": "bool"}.get(name, "str")) for name in EXTRA}
    return tables.empty("observations").assign(**more)


_AS_READ = ("indicator", "area", "group", "edition", "revised", "year", "value", "numerator", "denominator")


def observations(rows: list[Row], found: Walk) -> pd.DataFrame:
    """Rows as the table ``observations`` with their names and places."""
    if not rows:
        return empty_observations()
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
    return frame.astype(dict.fromkeys(("value", "value_high", "tolerance", "confidence"), "float64"))


def _years_above(left: pd.DataFrame) -> str:
    """The plan's years that a title above the table states, YYYY-YYYY; empty where none does."""
    titles = left.loc[left["reason"] == "title", "value"].map(characters.normal).tolist()
    found = dates.find_period(titles, [])
    several = len(set(re.findall(r"20\d\d", "".join(titles)))) > 1
    if found.start is None or found.end is None or (several and found.single is not None):
        return ""
    return f"{found.start}-{found.end}"
