"""The user's own figures on their way in: together or not at all, shown as a difference first, taken when told so."""

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from healthplan import registers, tables, workspace
from healthplan.errors import Fault, InputError, refuse
from healthplan.files import csv_text, write_all
from healthplan.intake import figure_checks
from healthplan.intake.book import BLANK
from healthplan.intake.faults import fault
from healthplan.intake.readers import Intake, read_figures, register
from healthplan.intake.rows import Raw, Row
from healthplan.language.dates import Year

KEY = ["indicator", "area", "year", "period"]
COUNTS = ("numerator", "denominator")
CHANGES = (
    "change",
    *KEY,
    "unit",
    "old_value",
    "new_value",
    "old_status",
    "new_status",
    "old_source",
    "new_source",
    "lost",
)


def load_user_observations(
    paths: Sequence[str | Path],
    *,
    indicators: pd.DataFrame | None = None,
    areas: pd.DataFrame | None = None,
    shown: Sequence[str] = (),
) -> tuple[pd.DataFrame, tuple[Fault, ...]]:
    """The figures of all files as one table ``observations`` and every warning and note about them.

    A path that is not there from the current folder is looked for in the workspace. ``shown``: how the files are
    called in messages, by default their paths. The table has, beyond the
    declared columns, indicator_name, area_name, file, sheet, row and column.

    Raises :class:`InputError` with all faults of all files when one of them is an error, or when two files give
    different values for one key: whole or not at all.
    """
    names = list(shown) or [workspace.legible(str(path)) for path in paths]
    found = [
        read_figures(_placed(path), indicators=indicators, areas=areas, shown=name)
        for path, name in zip(paths, names, strict=True)
    ]
    faults = [one for intake in found for one in intake.faults]
    frames = [intake.table for intake in found]
    together = pd.concat(frames, ignore_index=True) if frames else tables.empty("observations")
    faults += _across(together)
    if len(found) > 1 and all(intake.ok for intake in found):
        faults += figure_checks.linked(
            _rows(together), register(indicators, areas), "; ".join(names)
        )
    refuse(faults)
    return together.drop_duplicates(KEY, keep="first", ignore_index=True), tuple(faults)


def _rows(table: pd.DataFrame) -> list[Row]:
    """Figures of several files as rows to be held against each other; the file stands in the place of the sheet."""
    rows = []
    for one in table.to_dict("records"):
        name, area, year, value = (one[c] for c in ("indicator_name", "area_name", "year", "value"))
        sheet = " ".join(filter(None, (one["file"], one["sheet"])))
        when, period = Year("year", year), one["period"]
        raw = Raw(
            sheet, one["row"], one["column"], name, area, when, str(year), BLANK, period=period
        )
        key, unit = (one["indicator"], one["area"], year), one["unit"]
        rows.append(Row(raw, *key, value, unit, value, unit, f"{value:g}"))
    return rows


def _placed(path: str | Path) -> str | Path:
    here = Path(path)
    if not here.is_absolute() and not here.exists():
        inside = workspace.root() / here
        return inside if inside.exists() else path
    return path


def _across(together: pd.DataFrame) -> list[Fault]:
    """One key with two values in two files."""
    faults = []
    again = together[together.duplicated(KEY, keep=False)]
    for _, rows in again.groupby(KEY, sort=False):
        first = rows.iloc[0]
        for other in rows.iloc[1:].to_dict("records"):
            if abs(other["value"] - first["value"]) > 1e-9 * max(abs(first["value"]), 1):
                faults.append(
                    fault(
                        "KEY-FILES", other["file"], sheet=other["sheet"], row=int(other["row"]), column=other["column"],
                        value=other["value"], name=other["indicator_name"], area=other["area_name"], year=other["year"],
                        other_file=first["file"], other_row=int(first["row"]), other_value=f"{first['value']:g}",
                    )
                )  # fmt: skip
    return faults


def diff_observations(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """What ``new`` would change in ``old``: one row a key that is added, changed or dropped.

        Columns: change (added, changed, dropped), indicator, area, year, period, unit, old_value, new_value,
    new_status, old_source, new_source, lost (numerator, denominator: counts that the old row has and the new one
        lacks). Rows that stay as they are do not appear.
    """
    sides = []
    for frame, side in ((old, "old"), (new, "new")):
        part = frame.reindex(columns=[*KEY, "unit", "value", "obs_status", "source", *COUNTS])
        part["period"] = part["period"].fillna("").astype("str")
        names = {
            "value": f"{side}_value",
            "obs_status": f"{side}_status",
            "source": f"{side}_source",
            "unit": f"{side}_unit",
            **{name: f"{side}_{name}" for name in COUNTS},
        }
        sides.append(part.rename(columns=names))
    both = sides[0].merge(sides[1], on=KEY, how="outer", indicator=True)
    same = (both["old_value"] - both["new_value"]).abs() <= 1e-9 * both["old_value"].abs().clip(
        lower=1
    )
    same &= both["old_status"].eq(both["new_status"]) & both["old_unit"].eq(both["new_unit"])
    both["lost"] = _lost(both)
    same &= both["lost"] == ""
    both["change"] = (
        both["_merge"]
        .map({"left_only": "dropped", "right_only": "added", "both": "changed"})
        .astype("str")
    )
    both["unit"] = both["new_unit"].fillna(both["old_unit"])
    order = {"dropped": 0, "changed": 1, "added": 2}
    found = both[~((both["_merge"] == "both") & same)].copy()
    found["_order"] = found["change"].map(order)
    return found.sort_values(["_order", *KEY], ignore_index=True)[list(CHANGES)]


def _lost(both: pd.DataFrame) -> pd.Series:
    """The counts that stood beside an old value and do not stand beside the new one."""
    kept = both["_merge"] == "both"
    gone = {
        name: kept & both[f"old_{name}"].notna() & both[f"new_{name}"].isna() for name in COUNTS
    }
    words = [";".join(name for name in COUNTS if gone[name].iloc[i]) for i in range(len(both))]
    return pd.Series(words, index=both.index, dtype="str")


def diff_file(path: str | Path) -> pd.DataFrame:
    """What taking a file of figures would change in the workspace (columns of :func:`diff_observations`).

    Dropped are the values that an earlier file of the same name brought in and this one lacks. Raises
    :class:`InputError` for a file with errors.
    """
    new = _whole(path).table
    old = _before(path, new)
    return diff_observations(old, new)


def take_file(path: str | Path) -> Path:
    """Write a file's figures into data/observations (table ``observations``), its warnings beside it as JSON.

    An earlier file of the same name is replaced; figures of the same key in other files give way to the new
    ones. Everything is written apart first and renamed into place; the file's own table comes first, so that an
    interruption never loses a value. Returns the path written.

    Raises :class:`InputError` for a file with errors or with indicators or areas that are not registered.
    """
    found = _whole(path)
    refuse(_unregistered(found))
    target = own_path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    table = found.table[tables.columns("observations")]
    made = {target.with_suffix(".faults.json"): _kept(found), target: csv_text(table)}
    made |= {other: csv_text(frame) for other, frame in _giving_way(table, target)}
    write_all({place: words.encode("utf-8") for place, words in made.items()})
    return target


def own_path(path: str | Path) -> Path:
    """Where the figures of a file of this name are kept."""
    stem = re.sub(r"[^\w-]+", "-", Path(path).stem).strip("-")[:40] or "figures"
    return workspace.data("observations", f"own-{stem}.csv")


def _whole(path: str | Path) -> Intake:
    found = read_figures(_placed(path), shown=workspace.legible(str(path)))
    refuse(found.faults)
    return found


def _stored() -> Iterable[tuple[Path, pd.DataFrame]]:
    for path in sorted(workspace.data("observations").glob("*.csv")):
        yield path, registers.read_table(path, "observations")


def _before(path: str | Path, new: pd.DataFrame) -> pd.DataFrame:
    """The earlier version of this file, and the rows of other files that have its keys."""
    own = own_path(path)
    keys = pd.MultiIndex.from_frame(_keyed(new))
    frames = [
        frame if stored == own else frame[pd.MultiIndex.from_frame(_keyed(frame)).isin(keys)]
        for stored, frame in _stored()
    ]
    frames = [frame for frame in frames if len(frame)]
    return pd.concat(frames, ignore_index=True) if frames else tables.empty("observations")


def _keyed(frame: pd.DataFrame) -> pd.DataFrame:
    keys = frame[KEY].copy()
    keys["period"] = keys["period"].fillna("").astype("str")
    keys["year"] = keys["year"].astype("int64")
    return keys


def _giving_way(table: pd.DataFrame, target: Path) -> list[tuple[Path, pd.DataFrame]]:
    keys = pd.MultiIndex.from_frame(_keyed(table))
    out = []
    for path, frame in _stored():
        stays = ~pd.MultiIndex.from_frame(_keyed(frame)).isin(keys)
        if path != target and not stays.all():
            out.append((path, frame[stays]))
    return out


def _unregistered(found: Intake) -> list[Fault]:
    known = {
        "indicator": set(registers.load_indicators()["indicator"]),
        "area": set(registers.load_areas()["area"]),
    }
    faults = []
    for column, code in (("indicator", "NAME-INDICATOR"), ("area", "NAME-AREA")):
        unknown = found.table[~found.table[column].isin(known[column])].drop_duplicates(column)
        for row in unknown.to_dict("records"):
            place = {"sheet": row["sheet"], "row": int(row["row"]), "value": row[f"{column}_name"]}
            faults.append(fault(code, row["file"], expected=f"data/{column}s.csv", **place))
    return faults


def _kept(found: Intake) -> str:
    left = json.loads(found.left_out.to_json(orient="records", force_ascii=False))
    said = {"faults": [one.as_dict() for one in found.warnings], "left_out": left}
    return json.dumps(said, ensure_ascii=False, indent=1) + "\n"


def raise_errors(found: Intake) -> Intake:
    """The intake itself, or :class:`InputError` with all its faults when one of them is an error."""
    if not found.ok:
        raise InputError(*found.faults)
    return found
