"""The printed figures, every edition a row: the shipped ones and the user's own; and what of them was known in a year."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

import pandas as pd

from healthplan import registers, tables
from healthplan.errors import Fault, of_type
from healthplan.files import write_csv
from healthplan.registers import Registers

Figures: TypeAlias = str | Path | pd.DataFrame  # what a user's figures come as


def known_at(as_of: int | None, vintages: pd.DataFrame, known: Registers) -> pd.DataFrame:
    """The figures known at ``as_of``, the sums over areas that were merged, the rates that counts allow, and the growth
    of what is known."""
    from healthplan.area_changes import with_sums
    from healthplan.observations import as_known, with_growth, with_rates

    figures = as_known(vintages, as_of)
    summed = with_sums(figures, known.area_changes, known.indicators, known.areas)
    return with_growth(with_rates(summed, known.indicators), known.indicators)


def vintages(
    files: Sequence[Figures], as_of: int | None, area: str, known: Registers
) -> tuple[pd.DataFrame, tuple[Fault, ...]]:
    """The printed figures, every edition a row, and the doubts about the user's own.

    A user's figure for the same indicator, area and year stands in the place of the shipped one. ``area``: that of the
    plan that is judged; then invented figures are left out of what a real area may be compared with, borrow from or be
    scored on, and shipped real ones of what an invented area may (what a user brings for one is meant for it). This is
    the one place where they part. Raises
    :class:`InputError` with every fault of the files.
    """
    from healthplan.observations import load_observations

    of_type("files", files, (list, tuple), '["figures.xlsx"]')
    found = load_observations(as_of=as_of, known=known)
    doubts: tuple[Fault, ...] = ()
    if files:
        found, doubts = _with_own(found, files, as_of, area, known)
    if area:
        made_up = registers.invented(known.areas)
        own = found["row"].notna() & (area in made_up) if "row" in found else False
        found = found[(found["area"].isin(made_up) == (area in made_up)) | own]
    return found.reset_index(drop=True), (*_left_before(known), *doubts)


def _left_before(known: Registers) -> tuple[Fault, ...]:
    from healthplan.intake import taken_without

    return taken_without(known.place)


def _with_own(
    shipped: pd.DataFrame, files: Sequence[Figures], as_of: int | None, area: str, known: Registers
) -> tuple[pd.DataFrame, tuple[Fault, ...]]:
    """The shipped figures and the user's own before them; what these call 全市 or 本区 is so seen from ``area``."""
    from healthplan.intake import load_user_observations
    from healthplan.language.names import register

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
    from healthplan.observations import KEY

    mine, undated, theirs = (pd.MultiIndex.from_frame(rows[KEY]) for rows in (own, own[own["edition"] == ""], shipped))
    editions = pd.MultiIndex.from_frame(own[[*KEY, "edition"]])
    same = pd.MultiIndex.from_frame(shipped[[*KEY, "edition"]]).isin(editions)
    stays = shipped["edition"].ne("") & ~same & ~theirs.isin(undated)
    return theirs.isin(mine) & ~stays


def _as_file(figures: Figures, path: Path) -> str | Path:
    """A path as it is; a table as a file, so that it is read and checked as any other."""
    of_type("files", figures, (str, Path, pd.DataFrame), '["figures.xlsx", frame]')
    if not isinstance(figures, pd.DataFrame):
        return figures
    write_csv(figures, path)
    return path
