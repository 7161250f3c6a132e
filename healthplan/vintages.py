"""The printed figures, every edition a row: the shipped ones and the user's own; what of them was known in a year; and a
user's files as one table to project."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import pandas as pd

from healthplan import registers, tables, workspace
from healthplan.area_changes import with_sums
from healthplan.errors import Fault, of_type, refuse
from healthplan.files import write_csv
from healthplan.language import vocabulary
from healthplan.language.names import register
from healthplan.messages import text
from healthplan.observations import KEY, as_known, load_observations, with_growth, with_rates
from healthplan.registers import Registers

Figures: TypeAlias = str | Path | pd.DataFrame  # what a user's figures come as
Tell: TypeAlias = Callable[[Iterable[Fault]], None]
SMALL = 300_000  # bytes; a csv of ours up to here is read as check reads it before it is projected
LARGE = 5_000_000  # bytes; a csv of ours beyond this is projected without going through the reader of people's files


def known_at(
    as_of: int | None, vintages: pd.DataFrame, known: Registers, some: Collection[str] | None = None
) -> pd.DataFrame:
    """The figures known at ``as_of``, the sums over areas that were merged, the rates that counts allow, and the growth
    of what is known, by series and year. ``some``: no more rates and growths than these indicators."""
    figures = as_known(vintages, as_of)
    summed = with_sums(figures, known.area_changes, known.indicators, known.areas)
    growing = {one: what for one, what in known.growing.items() if some is None or one in some}
    found = with_growth(with_rates(summed, known.indicators, some), known.indicators, growing)
    return found.sort_values(KEY, kind="stable", ignore_index=True)


def vintages(
    files: Sequence[Figures], as_of: int | None, area: str, known: Registers
) -> tuple[pd.DataFrame, tuple[Fault, ...]]:
    """The printed figures, every edition a row, and the doubts about the user's own.

    A user's figure for the same indicator, area and year stands in the place of the shipped one. ``area``: that of the
    plan that is judged (see :func:`of_one_world`). Raises
    :class:`InputError` with every fault of the files.
    """
    from healthplan.intake import taken_without

    of_type("files", files, (list, tuple), '["figures.xlsx"]')
    found = load_observations(as_of=as_of, known=known)
    doubts: tuple[Fault, ...] = ()
    if files:
        found, doubts = _with_own(found, files, as_of, area, known)
    if area:
        found = of_one_world(found, area, known)
    return found.reset_index(drop=True), (*taken_without(known.place), *doubts)


def of_one_world(figures: pd.DataFrame, area: str, known: Registers) -> pd.DataFrame:
    """The figures without invented ones for a real area, and without shipped real ones for an invented area (what a user
    brings for one is meant for it): nothing of the other kind is compared with, borrowed from or scored on."""
    made_up = registers.invented(known.areas)
    own = figures["row"].notna() & (area in made_up) if "row" in figures else False
    return figures[(figures["area"].isin(made_up) == (area in made_up)) | own]


def _with_own(
    shipped: pd.DataFrame, files: Sequence[Figures], as_of: int | None, area: str, known: Registers
) -> tuple[pd.DataFrame, tuple[Fault, ...]]:
    """The shipped figures and the user's own before them; what these call 全市 or 本区 is so seen from ``area``."""
    from healthplan.intake import load_user_observations

    with tempfile.TemporaryDirectory(prefix="healthplan-") as folder:
        paths = [_as_file(one, Path(folder, f"{n}.csv")) for n, one in enumerate(files)]
        names = [f"files[{n}]" if isinstance(one, pd.DataFrame) else str(one) for n, one in enumerate(files)]
        own, doubts = load_user_observations(paths, known=register(known.indicators, known.areas), shown=names)
    own = own if as_of is None else own[own["year"] <= as_of]
    if area:
        tree = registers.area_tree(known.areas)
        seen = {one: tree.meant(one, area) or one for one in own["area"].unique()}
        own = own.assign(area=own["area"].map(seen))
    own = tables.check(own, "observations")
    return pd.concat([own, shipped[~_displaced(shipped, own)]], ignore_index=True), doubts


def _displaced(shipped: pd.DataFrame, own: pd.DataFrame) -> pd.Series:
    """Which figures give way to a user's own: all of the same series and year, but for other editions than a dated one
    of the user's, which stay beside it."""
    mine, undated, theirs = (pd.MultiIndex.from_frame(rows[KEY]) for rows in (own, own[own["edition"] == ""], shipped))
    editions = pd.MultiIndex.from_frame(own[[*KEY, "edition"]])
    same = pd.MultiIndex.from_frame(shipped[[*KEY, "edition"]]).isin(editions)
    stays = shipped["edition"].ne("") & ~same & ~theirs.isin(undated)
    return theirs.isin(mine) & ~stays


def _as_file(figures: Figures, path: Path) -> str | Path:
    """A path as it is; a table as a file, so that it is read and checked as any other."""
    of_type("files / observations", figures, (str, Path, pd.DataFrame), '["figures.xlsx", frame]')
    if not isinstance(figures, pd.DataFrame):
        return figures
    write_csv(figures, path)
    return path


def to_project(files: Sequence[Path], folder: Path, as_of: int | None, area: str, tell: Tell) -> tuple[Path, set[int]]:
    """One table that can be projected as it stands, in ``folder`` where it had to be made, and its rows that must not be.

    Large panels are projected as they stand; people's workbooks and tables in other encodings go through the reader of
    people's files first. Of several files every figure counts once, in the edition that was known at ``as_of``, and
    figures of areas that were merged are summed. ``tell``: what is done with the doubts.
    """
    if len(files) == 1 and (files[0].is_dir() or _is_ready(files[0])):
        return files[0], _doubted(files[0], tell)
    folders = [file for file in files if file.is_dir()]
    expected = {"reason": text("cli.folder_alone", None), "expected": ".csv, .xlsx, .parquet"}
    refuse(Fault("FILE-FORMAT", file=str(one), fields=expected) for one in folders)
    if missing := [file for file in files if not file.is_file()]:
        return missing[0], set()  # the projection's own message names it
    known = registers.load_registers()
    table, doubts = _read_together(files, area)
    tell(doubts)
    table = with_sums(as_known(table, as_of), known.area_changes, known.indicators, known.areas)
    if (table["group"] == "").all():
        table = table.drop(columns="group")
    path = folder / "observations.parquet"
    table.to_parquet(path, index=False)
    return path, set()


def _is_ready(path: Path) -> bool:
    """Parquet, or a csv with our own column names in its first line, every edition of no figure and no column of
    somebody's own that says whose figures these are; a missing file is left to the projection's own message."""
    if path.suffix.lower() != ".csv" or not path.is_file():
        return path.suffix.lower() == ".parquet" or not path.is_file()
    head = path.read_bytes()[:4096].removeprefix(b"\xef\xbb\xbf").split(b"\n")[0]
    names = [name.strip().strip('"') for name in head.decode("utf-8", "replace").split(",")]
    ours = {"indicator", "area", "year", "value"} <= set(names) and "edition" not in names
    return ours and not any(map(vocabulary.may_tell_groups, names))


def _doubted(path: Path, tell: Tell) -> set[int]:
    """The rows of a small csv of ours for which ``check`` would refuse it, all its doubts said."""
    from healthplan.intake import read_figures

    if path.suffix.lower() != ".csv" or not path.is_file() or path.stat().st_size > SMALL:
        return set()
    found = read_figures(path, shown=workspace.legible(str(path)), by_series=True)
    # columns that check does not know are those of a panel (parent, stock); a panel's rows are used as they stand or not
    # at all, and what is kept above the whole is said of every panel
    others = ("LEFT-COLUMN", "UNIT-CONVERTED", "KEY-AGAIN", "VALUE-OVER")
    faults = (replace(one, code="SERIES-LEFT") if one.code == "LEFT-CELL" else one for one in found.faults)
    tell([one for one in faults if one.code not in others])
    refuse(found.faults)
    return {fault.row or 0 for fault in found.faults if fault.code in ("SERIES-LEFT", "LEFT-CELL")}


def _read_together(files: Sequence[Path], area: str) -> tuple[pd.DataFrame, tuple[Fault, ...]]:
    """The figures of all files. Tables that can be projected are taken as they stand; where figures stand in two of them
    and differ, they are read as people's files are, whose source or note may say which is newer; what then still
    contradicts is a fault."""
    from healthplan.intake import load_user_observations

    ready = [file for file in files if _is_ready(file)]
    fixed = [file for file in ready if file.suffix.lower() == ".parquet" or file.stat().st_size > LARGE]
    for panels in (ready, fixed):
        others = [str(file) for file in files if file not in panels]
        read = load_user_observations(others, by_series=True, area=area) if others else None
        table, doubts = read or (tables.empty("observations"), ())
        frames = [frame for frame in (table, *map(_panel, panels)) if len(frame)]
        together = pd.concat(frames, ignore_index=True)
        text = ["group", "period", "edition"]
        together[text] = together.reindex(columns=text).astype("object").fillna("").astype("str")
        key = list(tables.ALL["observations"].key)
        wrong = _contradicting(together[together.duplicated(key, keep=False)], key)
        if not wrong:
            break
    refuse(wrong)
    return together.drop_duplicates(key, ignore_index=True), doubts


def _panel(path: Path) -> pd.DataFrame:
    as_csv = path.suffix.lower() == ".csv"
    frame = pd.read_csv(path, encoding="utf-8-sig") if as_csv else pd.read_parquet(path)
    return frame.assign(file=workspace.legible(str(path)), row=range(2, len(frame) + 2))


def _contradicting(again: pd.DataFrame, key: list[str]) -> list[Fault]:
    """The first figures that two files give differently, of those that stand in both."""
    both = again.drop_duplicates(key).merge(again, on=key, suffixes=("_first", ""))
    apart = (both["value"] - both["value_first"]).abs() > 1e-9 * both["value"].abs().clip(lower=1)
    return [
        Fault(
            "KEY-FILES", row["file"], row=int(row["row"]), column="value", value=row["value"],
            fields={
                "name": row["indicator"], "area": row["area"], "year": row["year"], "other_file": row["file_first"],
                "other_row": int(row["row_first"]), "other_value": f"{row['value_first']:g}",
            },
        )
        for row in both[apart].head(20).to_dict("records")
    ]  # fmt: skip
