"""The published figures: read, corrected, traced to their sources, and rates worked out of their counts.

Two plain steps on table ``observations``: :func:`load_observations` gives the figures as printed, with the corrections
of ``data/corrections.csv`` made; :func:`with_rates` adds the rates that printed counts allow. Nothing is interpolated.
"""

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from healthplan import messages, registers, tables, workspace
from healthplan.errors import Fault, refuse
from healthplan.language.phrases import quantity
from healthplan.registers import Registers

KEY = [*tables.SERIES, "year", "period"]
AT = ["area", "group", "year"]
TRACE = ["file", "line"]


def load_observations(
    paths: Iterable[Path | str] | None = None, *, as_of: int | None = None, known: Registers | None = None
) -> pd.DataFrame:
    """Observations as a checked table (``observations``), ordered by indicator, area, group, year and period, every
    edition of a figure a row (:func:`as_known` takes the one that counts).

    ``paths`` are csv files with the columns of the table; without them every file of ``data/observations/`` in the
    workspace of ``known`` (by default the current one) is read and corrected. ``as_of`` keeps the years up to it.
    Beyond the declared columns stand ``note_zh`` (the note in Chinese), ``second_source`` (id of a source that
    confirms the figure) and ``file``, ``line`` (the place of the row; the header is line 1).

    Values are in the indicator's unit; shares are 0-100. Rows with a ``period`` are parts of a year or pooled
    years and no annual figures. Raises :class:`InputError` with every fault of the files.

    >>> seen = hp.load_observations(as_of=2024)
    >>> demo = seen[(seen["area"] == "demo") & (seen["indicator"] == "life_expectancy")]
    >>> demo[["year", "value", "unit", "obs_status"]].tail(2).reset_index(drop=True)
       year  value unit obs_status
    0  2023  78.95    岁      final
    1  2024  79.21    岁      final
    """
    known = known or registers.load_registers()
    units = known.indicators.set_index("indicator")["unit"]
    shipped = sorted(known.place.data("observations").glob("*.csv")) if paths is None else []
    frames = [_read(Path(path), units, set(known.areas["area"])) for path in paths or shipped]
    text = {name: pd.Series(dtype="str") for name in ("file", "note_zh", "second_source")}
    empty = tables.empty("observations").assign(**text, line=pd.Series(dtype="int64"))
    found = pd.concat(frames, ignore_index=True) if frames else empty
    refuse(
        Fault("TAB-KEY", row["file"], row=int(row["line"]), column="indicator", fields={"key": ", ".join(str(row[c]) for c in KEY)})
        for row in found[found.duplicated([*KEY, "edition"])].to_dict("records")  # a key may stand in one file only, once
    )  # fmt: skip
    if paths is None:
        found = correct(found, registers.read_optional("corrections", known.place))
    if as_of is not None:
        found = found[found["year"] <= as_of]
    return found.sort_values(KEY, kind="stable", ignore_index=True)


def as_known(observations: pd.DataFrame, as_of: int | None = None) -> pd.DataFrame:
    """The figures of years up to ``as_of`` as they were known at its end: one row a series, year and period.

    Of several editions the newest that was published by then counts; where none was, the oldest there is, so that the
    figures of a year are known at its end although yearbooks come later. ``as_of`` None: the newest of all.
    """
    known = observations if as_of is None else observations[observations["year"] <= as_of]
    if not known.duplicated(KEY).any():
        return known.reset_index(drop=True)
    year = pd.to_numeric(known["edition"].str[:4], errors="coerce").fillna(0)
    later = year > (as_of or year.max())
    early = known[~later].iloc[::-1].sort_values("edition", ascending=False, kind="stable")
    late = known[later].iloc[::-1].sort_values("edition", kind="stable")
    chosen = pd.concat([early, late]).drop_duplicates(KEY).index
    return known[known.index.isin(chosen)].reset_index(drop=True)


def correct(observations: pd.DataFrame, corrections: pd.DataFrame) -> pd.DataFrame:
    """The observations with every correction made; an empty ``new_value`` takes the row out.

    A correction applies to the whole-year row of its indicator, area and year whose value is ``old_value``.
    Its reason is added to the notes, and ``obs_status`` stays.

    Raises :class:`InputError` naming each correction that matches no row.
    """
    changed = observations.copy()
    faults = []
    for place, change in enumerate(corrections.to_dict("records")):
        same = (changed["period"] == "") & (changed["value"] == change["old_value"])
        same &= tables.of_groups(changed)["group"] == ""
        for column in ("indicator", "area", "year"):
            same &= changed[column] == change[column]
        if not same.any():
            row = ", ".join(str(change[c]) for c in ("indicator", "area", "year", "old_value"))
            file = "data/corrections.csv"
            faults.append(Fault("CORRECTION-UNMATCHED", file, row=place + 2, column="old_value", value=row))
        elif pd.isna(change["new_value"]):
            changed = changed[~same]
        else:
            changed["value"] = changed["value"].mask(same, change["new_value"])
            for column in changed.columns.intersection(["note", "note_zh"]):
                both = ["; ".join(filter(None, [note, change["reason"]])) for note in changed[column].fillna("")]
                changed[column] = changed[column].mask(same, pd.Series(both, changed.index))
    refuse(faults)
    return changed.reset_index(drop=True)


def with_rates(
    observations: pd.DataFrame, indicators: pd.DataFrame, some: Collection[str] | None = None
) -> pd.DataFrame:
    """The observations and, behind them, the rates that printed counts and populations allow; no more than ``some``.

    Where an indicator names two others as ``numerator`` and ``denominator`` (and a ``per``) and both have a whole-year
    figure that is no estimate: value = numerator / denominator x per, with both counts in their columns and in the
    note. A printed rate is never replaced.

    ``obs_status`` is ``derived``, or ``break`` where the numerator or the denominator opens a new basis after
    the rate's figure before (a census re-basing above all), so that no trend is read across it.
    """
    ids = set(indicators["indicator"])
    rates = indicators[
        indicators["numerator"].isin(ids) & indicators["denominator"].isin(ids) & indicators["per"].notna()
    ]
    figures = dict(iter(tables.of_groups(observations[observations["period"] == ""]).groupby("indicator")))
    rates = rates if some is None else rates[rates["indicator"].isin(list(some))]
    parts = [rate for rate in rates.itertuples(index=False) if {rate.numerator, rate.denominator} <= figures.keys()]
    made = [rows for rate in parts if len(rows := _rate(figures, rate, indicators))]
    together = pd.concat([observations, *made], ignore_index=True)
    return tables.check(_with_births(together, indicators), "observations")


def _with_births(observations: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    """Counts of events with the births or people that stand beside a rate of the very same events, so that a goal about
    the count and one about the rate are judged by one thing."""
    events = indicators[indicators["indicator_kind"] == "event"]["indicator"]
    rates = indicators[(indicators["indicator_kind"] == "rate") & indicators["numerator"].isin(events)]
    rows = tables.of_groups(observations)
    mine = (rows["indicator"].isin(rates["numerator"]) & rows["denominator"].isna()).to_numpy()
    if not mine.any():
        return observations
    beside = rows[rows["indicator"].isin(rates["indicator"]) & rows["denominator"].notna() & rows["numerator"].notna()]
    events_of = beside["indicator"].map(rates.set_index("indicator")["numerator"])
    at = ["indicator", *AT, "period", "value"]
    known = (
        beside.assign(indicator=events_of, value=beside["numerator"]).drop_duplicates(at).set_index(at)["denominator"]
    )
    found = known.reindex(pd.MultiIndex.from_frame(rows.loc[mine, at])).to_numpy()
    filled = rows["denominator"].to_numpy(dtype="float64", na_value=float("nan"), copy=True)
    filled[mine] = found
    return observations.assign(denominator=filled)


def _read(path: Path, units: pd.Series, areas: set[str]) -> pd.DataFrame:
    """One file, checked alone and against the registers, with the place of each row."""
    frame = registers.read_table(path, "observations")
    shown = workspace.shown(path)
    frame["file"], frame["line"] = shown, range(2, len(frame) + 2)
    frame["note_zh"] = frame.get("note_zh", frame["note"])
    frame["second_source"] = frame.get("second_source", "")
    refuse(_strangers(frame, units, areas))
    return frame


def _strangers(frame: pd.DataFrame, units: pd.Series, areas: set[str]) -> Iterable[Fault]:
    """Indicators and areas that are not registered, and units that are not the indicator's."""
    unit = frame["indicator"].map(units)
    checks = {
        "indicator": ("NAME-INDICATOR", unit.isna()),
        "area": ("NAME-AREA", ~frame["area"].isin(areas)),
        "unit": ("TAB-WORD", unit.notna() & (unit != frame["unit"])),
    }
    for column, (code, wrong) in checks.items():
        for i in wrong.to_numpy().nonzero()[0]:
            row = frame.iloc[i]
            expected = {"expected": unit.iloc[i] if column == "unit" else ""}
            yield Fault(code, row["file"], "", int(row["line"]), column, row[column], expected)


def _rate(figures: Mapping[str, pd.DataFrame], rate, indicators: pd.DataFrame) -> pd.DataFrame:
    """The derivable rows of one rate indicator from the whole-year ``figures`` by indicator; ``rate`` is its row in the
    register."""
    above, below = (figures[part] for part in (rate.numerator, rate.denominator))
    above, below = (rows[(rows["obs_status"] != "estimated") & rows["value"].notna()] for rows in (above, below))
    printed = figures.get(rate.indicator, above.iloc[:0])
    counted = _without(above, printed)
    if counted.empty:
        return counted
    rows = counted.merge(below[below["value"] > 0], on=AT, suffixes=("", "_below")).sort_values(AT)
    broken = _crosses_break(rows, pd.concat([above, below]), printed)
    return _as_observations(rows, rate, broken, indicators)


def _without(rows: pd.DataFrame, printed: pd.DataFrame) -> pd.DataFrame:
    """The rows of areas, groups and years of which nothing is printed."""
    known = set(zip(*(printed[name] for name in AT), strict=True))
    places = zip(*(rows[name] for name in AT), strict=True)
    return rows[np.fromiter((at not in known for at in places), bool, len(rows))]


def _as_observations(rows: pd.DataFrame, rate, broken: list[bool], indicators: pd.DataFrame) -> pd.DataFrame:
    """The pairs of counts as rows of the observation table."""
    out = rows.reindex(columns=[*AT, "source", *TRACE])
    out["indicator"], out["period"], out["unit"] = rate.indicator, "", rate.unit
    out["numerator"], out["denominator"] = rows["value"], rows["value_below"]
    out["value"] = rows["value"] / rows["value_below"] * rate.per
    out["obs_status"] = ["break" if flag else "derived" for flag in broken]
    pairs = list(zip(rows["value"], rows["value_below"], broken, strict=True))
    for column, lang in (("note", "en"), ("note_zh", "zh")):
        names = indicators.set_index("indicator")[f"name_{lang}"]
        counts = {"numerator": names[rate.numerator], "denominator": names[rate.denominator]}
        said = [
            messages.text(
                "observations.derived", lang, count=f"{n:,.10g}", base=f"{d:,.10g}", per=f"{rate.per:,g}", **counts
            )
            for n, d, _ in pairs
        ]
        out[column] = [
            messages.text("observations.derived_break", lang, said=words) if flag else words
            for words, flag in zip(said, broken, strict=True)
        ]
    out["second_source"] = rows["source_below"]
    return out


def _crosses_break(rows: pd.DataFrame, parts: pd.DataFrame, printed: pd.DataFrame) -> list[bool]:
    """True where a part opened a new basis between the rate's figure before and this one."""
    opened = parts.loc[parts["obs_status"] == "break", AT]
    if opened.empty:
        return [False] * len(rows)
    years_of = lambda table: table.groupby(AT[:2])["year"].agg(list).to_dict()  # noqa: E731
    figures, breaks = years_of(pd.concat([rows[AT], printed[AT]])), years_of(opened)
    found = []
    for area, group, year in rows[AT].itertuples(index=False, name=None):
        before = max((y for y in figures[area, group] if y < year), default=year)
        found.append(any(before < y <= year for y in breaks.get((area, group), ())))
    return found


def with_growth(observations: pd.DataFrame, indicators: pd.DataFrame, levels: Mapping[str, str]) -> pd.DataFrame:
    """The observations and, behind them, the yearly growth that the figures of two years that follow each other give:
    of 医疗费用 for an indicator 医疗费用增幅 without a figure of that year (``levels``: of what each is the growth).
    ``obs_status`` is ``derived``."""
    whole = tables.of_groups(observations)
    grown = indicators[indicators["indicator"].isin(levels)]["indicator"]
    there = set(whole["indicator"])
    made = [rows for one in grown if levels[one] in there and len(rows := _growth(whole, one, levels[one]))]
    if not made:
        return observations
    return tables.check(pd.concat([observations, *made], ignore_index=True), "observations")


def _growth(whole: pd.DataFrame, growth: str, level: str) -> pd.DataFrame:
    own = whole[whole["indicator"] == growth]
    rows = whole[whole["indicator"] == level]
    rows = rows[(rows["period"] == "") & rows["obs_status"].isin(["final", "revised"]) & (rows["value"] > 0)]
    rows = rows[[*AT, "value", "unit", "source", "file", "line"]]
    rows = rows.merge(rows.assign(year=rows["year"] + 1), on=[*AT, "unit"], suffixes=("", "_before"))
    rows = _without(rows, own)
    out = rows[[*AT, "source", *TRACE]].assign(indicator=growth, period="", unit="%")
    out["value"] = (rows["value"] / rows["value_before"] - 1) * 100
    out["obs_status"] = "derived"
    pairs = list(zip(rows["value"], rows["value_before"], rows["unit"], strict=True))
    for column, lang in (("note", "en"), ("note_zh", "zh")):
        told = ({"value": quantity(now, unit, lang), "before": quantity(old, unit, lang)} for now, old, unit in pairs)
        out[column] = [messages.text("observations.derived_growth", lang, **one) for one in told]
    return out
