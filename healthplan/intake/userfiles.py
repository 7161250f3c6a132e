"""The user's own figures on their way in: together or not at all, shown as a difference first, taken when told so."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from healthplan import registers, tables, workspace
from healthplan.errors import Fault, refuse
from healthplan.files import csv_text, write_all
from healthplan.intake import editions, figure_checks, readers
from healthplan.intake.assemble import ANSWERED
from healthplan.intake.book import BLANK
from healthplan.intake.faults import fault
from healthplan.intake.readers import Intake, empty_observations, read_figures, register
from healthplan.intake.rows import Raw, Row
from healthplan.language.dates import Year
from healthplan.language.names import Register

_FIGURE = ["indicator", "area", "group", "year", "period"]
KEY = [*_FIGURE, "edition"]
_WORDS = ["group", "period", "edition"]
COUNTS = ("numerator", "denominator")
_SIDES = [f"{side}_{name}" for name in ("value", "status", "source") for side in ("old", "new")]
CHANGES = ("change", *KEY, "unit", *_SIDES, "lost")


def load_user_observations(
    paths: Sequence[str | Path],
    *,
    known: Register | None = None,
    shown: Sequence[str] = (),
    by_series: bool = False,
    area: str = "",
) -> tuple[pd.DataFrame, tuple[Fault, ...]]:
    """The figures of all files as one table ``observations`` and every warning and note about them.

    A path that is not there from the current folder is looked for in the workspace. ``shown``: how the files are
    called in messages, by default their paths; ``by_series`` and ``area``: as of :func:`read_figures`. The table has the
    columns of :class:`Intake`.

    Raises :class:`InputError` with all faults of all files when one of them is an error: whole or not at all.
    """
    names = list(shown) or [workspace.legible(str(path)) for path in paths]
    named = zip(paths, names, strict=True)
    how: dict[str, Any] = {"known": known, "by_series": by_series, "area": area}
    found = [read_figures(_placed(path), shown=name, **how) for path, name in named]
    faults = [one for intake in found for one in intake.faults]
    frames = [intake.table for intake in found]
    together = pd.concat(frames, ignore_index=True) if frames else empty_observations()
    if len(found) > 1 and all(intake.ok for intake in found):
        together, doubts = put_together(together, known or register())
        faults += doubts
    refuse(faults)
    return together, tuple(faults)


def put_together(table: pd.DataFrame, known: Register) -> tuple[pd.DataFrame, list[Fault]]:
    """The figures of several files as one table, and what only shows when they are held against each other: repetitions
    are taken once, editions stay side by side, a revision takes the place of the figure it revises; a step onto a known
    change of definition or onto another population is said."""
    rows = _rows(table)
    kept, faults = editions.settled(rows, "")
    places = {id(row): place for place, row in enumerate(rows)}
    newest = editions.newest(kept)
    faults += [*editions.new_bases(kept, ""), *figure_checks.linked(newest, known, "")]
    faults += figure_checks.stepping(newest, known, readers.history())
    out = table.iloc[[places[id(row)] for row in kept]].reset_index(drop=True)
    out["obs_status"], out["edition"] = [r.status for r in kept], [r.edition for r in kept]
    more = zip(out["note"], (row.notes for row in kept), strict=True)
    out["note"] = ["; ".join(filter(None, [note, *notes])) for note, notes in more]
    return out, faults


def held_together(found: Sequence[Intake]) -> list[Fault]:
    """What shows only when several readable files of figures are held against each other."""
    figures = [one.table for one in found if one.kind == "figures" and one.ok and len(one.table)]
    if len(figures) < 2:
        return []
    return put_together(pd.concat(figures, ignore_index=True), register())[1]


def _rows(table: pd.DataFrame) -> list[Row]:
    """Figures of several files as rows to be held against each other."""
    rows = []
    for one in table.to_dict("records"):
        year, value, unit = one["year"], one["value"], one["unit"]
        named = (one["indicator_name"], one["area_name"], Year("year", year), str(year), BLANK)
        words = {name: one[name] for name in ("period", "edition", "basis")}
        row = Row(
            Raw(one["sheet"], one["row"], one["column"], *named, **words),
            one["indicator"], one["area"], year, value, unit, value, unit, f"{value:g}",
            **{name: one[name] for name in ("group", "edition", "file")}, status=one["obs_status"],
            revised=one["revised"] or editions.called_revised(one["file"]),
        )  # fmt: skip
        rows.append(row)
    return rows


def _placed(path: str | Path) -> str | Path:
    here = Path(path)
    if not here.is_absolute() and not here.exists():
        inside = workspace.root() / here
        return inside if inside.exists() else path
    return path


def diff_observations(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """What ``new`` would change in ``old``: one row a key that is added, changed or dropped.

    Columns: change (added, changed, dropped), indicator, area, group, year, period, edition, unit, old_value, new_value, old_status,
    new_status, old_source, new_source, lost (numerator, denominator: counts that the old row has and the new one
    lacks). Rows that stay as they are do not appear.
    """
    sides = []
    for frame, side in ((old, "old"), (new, "new")):
        part = frame.rename(columns={"obs_status": "status"})
        part = part.reindex(columns=[*KEY, "unit", "value", "status", "source", *COUNTS])
        sides.append(_worded(part).set_index(KEY).add_prefix(f"{side}_").reset_index())
    both = sides[0].merge(sides[1], on=KEY, how="outer", indicator=True)
    kept = both["_merge"] == "both"
    gone = {n: (kept & both[f"old_{n}"].notna() & both[f"new_{n}"].isna()).to_numpy() for n in COUNTS}
    both["lost"] = [";".join(n for n in COUNTS if gone[n][i]) for i in range(len(both))]
    same = kept & _equal(both["old_value"], both["new_value"]) & (both["lost"] == "")
    same &= both["old_status"].eq(both["new_status"]) & both["old_unit"].eq(both["new_unit"])
    called = {"left_only": "dropped", "both": "changed", "right_only": "added"}
    both["_order"] = both["_merge"].map({one: place for place, one in enumerate(called)}).astype("int64")
    both["change"] = both["_merge"].map(called).astype("str")
    both["unit"] = both["new_unit"].fillna(both["old_unit"])
    return both[~same].sort_values(["_order", *KEY], ignore_index=True)[list(CHANGES)]


def _equal(old: Any, new: Any) -> Any:
    """Whether two values, or two columns of values, are one print of a figure."""
    return abs(old - new) <= 1e-9 * np.maximum(abs(old), 1.0)


def diff_file(path: str | Path, *, area: str = "", found: Intake | None = None) -> pd.DataFrame:
    """What taking a file of figures would change in the workspace (columns of :func:`diff_observations`).

    Dropped are the values that an earlier file of the same name brought in and this one lacks; ``revised`` (a change of
    its own) is another edition of a figure that is there and stays. ``found``: what :func:`whole` read already. Raises :class:`InputError` for a file with errors.
    """
    new = (found or whole(path, area=area)).table
    before = _before(path, new)
    return _revised(diff_observations(before, _kept_on(before, new)[0]))


def _revised(changes: pd.DataFrame) -> pd.DataFrame:
    """The changes, with the newest edition there is beside each figure of which another edition is added."""
    stored = [frame for _, frame in _stored()]
    added = changes["change"] == "added"
    if not stored or not added.any():
        return changes
    known = pd.concat(stored, ignore_index=True).sort_values("edition", kind="stable")
    known = known.drop_duplicates(_FIGURE, keep="last").astype({"year": "int64"}).set_index(_FIGURE)
    keys = pd.MultiIndex.from_frame(changes[_FIGURE].astype({"year": "int64"}))
    there = added & keys.isin(known.index)
    for column, name in (("value", "value"), ("status", "obs_status"), ("source", "source")):
        old = pd.Series(known[name].reindex(keys).to_numpy(), changes.index)
        changes[f"old_{column}"] = changes[f"old_{column}"].mask(there, old)
    return changes.assign(change=changes["change"].mask(there, "revised"))


def take_file(path: str | Path, *, area: str = "", found: Intake | None = None) -> Path:
    """Write a file's figures into data/observations (table ``observations``), its warnings beside it as JSON.

    An earlier file of the same name is replaced; figures of the same key in other files give way to the new ones, after
    the file's own are written, so that an interruption never loses a value. A figure whose value stays keeps its counts,
    source, note and edition where the file gives none; one that changes or goes is recorded in data/revisions.csv.
    Returns the path written. ``found``: what :func:`whole` read already.

    Figures of indicators and areas that are not registered are set aside, and said beside the table. Raises
    :class:`InputError` for a file with errors, or in which nothing is registered.
    """
    found = found or whole(path, area=area)
    target = own_path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    table, gone = _kept_on(_before(path, found.table), found.table)
    table = table[tables.columns("observations")]
    left = json.loads(found.left_out.to_json(orient="records", force_ascii=False))
    said = {"faults": [{**one.as_dict(), "fields": dict(one.fields)} for one in found.warnings], "left_out": left}
    kept = json.dumps(said, ensure_ascii=False, indent=1, default=str) + "\n"
    made = {target.with_suffix(".faults.json"): kept, target: csv_text(table)}
    for other, frame in _stored():
        taken = _displaced(frame, table)
        if other != target and taken.any():
            made[other] = csv_text(frame[~taken])
    if len(gone):
        log, by = workspace.data("revisions.csv"), workspace.legible(Path(path).name)
        was = gone.rename(columns={name: f"old_{name}" for name in ("value", *COUNTS, "source", "note")})
        was = was.assign(date=date.today().isoformat(), file=by)[tables.columns("revisions")]
        record = tables.check(was, "revisions", source="revisions.csv")
        earlier = registers.read_optional("revisions", workspace.current())
        made[log] = "\ufeff" + csv_text(pd.concat([earlier, record] if len(earlier) else [record]).drop_duplicates())
    write_all({place: words.encode("utf-8") for place, words in made.items()})
    return target


def _kept_on(before: pd.DataFrame, new: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The new figures with what earlier rows of the same value say besides; and the earlier rows whose value is another
    or that have no successor, with ``new_value`` and ``new_source``."""
    if before.empty:
        return new, before
    old = dict(enumerate(_worded(before).to_dict("records")))
    at: dict[tuple, list[int]] = defaultdict(list)
    for place, row in old.items():
        at[tuple(row[name] for name in _FIGURE)].append(place)
    after: dict[int, dict | None] = dict.fromkeys(old)
    out = []
    for row in _worded(new).to_dict("records"):
        same = [p for p in at[tuple(row[n] for n in _FIGURE)] if row["edition"] in ("", old[p]["edition"])]
        equal = [p for p in same if row["unit"] == old[p]["unit"] and _equal(old[p]["value"], row["value"])]
        after |= dict.fromkeys(same, row)
        for place in equal:
            del after[place]
        out.append(row | _with_what_was(row, old[equal[-1]]) if equal else row)
    successor = ({"new_value": now["value"], "new_source": now["source"]} if now else {} for now in after.values())
    lost = [old[p] | {"new_value": None, "new_source": ""} | now for p, now in zip(after, successor, strict=True)]
    kept = pd.DataFrame(out, columns=new.columns).astype(new.dtypes)
    return kept, pd.DataFrame(lost, columns=[*before.columns, "new_value", "new_source"])


def _with_what_was(row: dict[str, Any], old: dict[str, Any]) -> dict[str, Any]:
    """What of an earlier row of the same value the new one lacks: counts, edition, a break, where it was printed (the new
    place is noted), what was noted."""
    kept = {n: old[n] for n in COUNTS if pd.isna(row[n]) and pd.notna(old[n])}
    text = {name: str(old.get(name) or "") for name in ("source", "note", "basis", "edition")}
    text = {name: "" if words == "nan" else words for name, words in text.items()}
    unnamed = row["source"] == Path(str(row.get("file", ""))).name
    notes = [part for part in (str(row["note"] or ""), text["note"]) if part]
    if text["source"] and text["source"] != row["source"]:
        kept["source"] = text["source"]
        notes += [] if unnamed else [row["source"]]
    kept["note"] = "; ".join(dict.fromkeys(notes))
    kept |= {n: text[n] for n in ("basis", "edition") if text[n] and not str(row.get(n) or "")}
    return kept | ({"obs_status": "break"} if old["obs_status"] == "break" else {})


def own_path(path: str | Path) -> Path:
    """Where the figures of a file of this name are kept."""
    stem = re.sub(r"[^\w-]+", "-", Path(path).stem).strip("-")[:40] or "figures"
    return workspace.data("observations", f"own-{stem}.csv")


def whole(path: str | Path, *, area: str = "") -> Intake:
    """A file's figures of registered indicators and areas; the others are set aside, each named once with its count, and so
    is a series, or a table, with something wrong in it."""
    found = read_figures(_placed(path), shown=workspace.legible(str(path)), area=area, by_series=True)
    refuse(found.faults)
    wrong = ("LEFT-SERIES" if one.code == "SERIES-LEFT" else one.code for one in found.faults)
    found = replace(found, faults=tuple(replace(one, code=code) for one, code in zip(found.faults, wrong, strict=True)))
    known = {"indicator": registers.load_indicators(), "area": registers.load_areas()}
    called = {name: found.table[f"{name}_name"] for name in known}
    unknown = {name: column.where(~found.table[name].isin(known[name][name]), "") for name, column in called.items()}
    strange = pd.DataFrame(unknown).astype("str")
    aside = found.table[strange.ne("").any(axis=1)]
    if len(aside) == len(found.table):
        refuse(_named(found.table, strange, {"indicator": "NAME-INDICATOR", "area": "NAME-AREA"}))
    faults = _named(found.table, strange, {"indicator": "LEFT-INDICATOR", "area": "LEFT-AREA"})
    return replace(found, table=found.table.drop(aside.index), faults=(*found.faults, *faults))


def set_aside(found: Intake) -> list[Fault]:
    """What of a file is not taken because its indicator or area is not registered, or because something about it is wrong,
    as warnings that say what to do; and how many cells say that there is no figure."""
    return [
        one
        for one in found.faults
        if one.code in {"LEFT-INDICATOR", "LEFT-AREA", "LEFT-SERIES", "LEFT-CELL", "CELL-NONE"}
    ]


def _named(table: pd.DataFrame, strange: pd.DataFrame, codes: dict[str, str]) -> list[Fault]:
    """One fault a name that is not registered, with how many figures bear it."""
    faults = []
    for column, code in codes.items():
        for name, rows in table.groupby(strange[column], sort=False):
            if name:
                first = rows.iloc[0]
                fields = {"expected": f"data/{column}s.csv", "count": len(rows), "value": name}
                place = {"sheet": first["sheet"], "row": int(first["row"])}
                faults.append(fault(code, first["file"], **place, **fields))
    return faults


def _stored() -> Iterator[tuple[Path, pd.DataFrame]]:
    for path in sorted(workspace.data("observations").glob("*.csv")):
        yield path, registers.read_table(path, "observations")


def _before(path: str | Path, new: pd.DataFrame) -> pd.DataFrame:
    """The earlier version of this file, and the rows of other files that have its keys."""
    own = own_path(path)
    frames = [frame if stored == own else frame[_displaced(frame, new)] for stored, frame in _stored()]
    frames = [frame for frame in frames if len(frame)]
    return pd.concat(frames, ignore_index=True) if frames else tables.empty("observations")


def _worded(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(**frame[_WORDS].astype("object").fillna("").astype("str"))


def _displaced(frame: pd.DataFrame, new: pd.DataFrame) -> pd.Series:
    """Which rows the new ones take the place of: those of the same edition, every edition where the new one says none."""

    def keys(rows: pd.DataFrame) -> pd.MultiIndex:
        return pd.MultiIndex.from_frame(_worded(rows.reindex(columns=KEY)).astype({"year": "int64"}))

    here, undated = keys(frame), keys(new[new["edition"] == ""])
    taken = here.isin(keys(new)) | here.droplevel("edition").isin(undated.droplevel("edition"))
    return pd.Series(taken, index=frame.index)


def taken_without(place: workspace.Workspace) -> tuple[Fault, ...]:
    """What was left out of the files that were taken into a workspace, as it was said then."""
    found = []
    for path in sorted(place.data("observations").glob("own-*.faults.json")):
        for one in json.loads(path.read_text(encoding="utf-8"))["faults"]:
            at = (one["file"], one["sheet"], one["row"], one["column"], one["value"])
            found.append(Fault(one["code"], *at, fields=one.get("fields", {})))
    return tuple(one for one in found if one.leaves)


def answered_none(place: workspace.Workspace) -> set[tuple[str, str, str, int]]:
    """Indicator, area, group and year of the cells of files that were taken which say that there is no figure (无)."""
    found = set()
    for path in sorted(place.data("observations").glob("own-*.faults.json")):
        for one in json.loads(path.read_text(encoding="utf-8"))["left_out"]:
            if one["reason"] == ANSWERED:
                indicator, area, group, year = one["value"].split("|")
                found.add((indicator, area, group, int(year)))
    return found
