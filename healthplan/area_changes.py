"""Areas that were merged or divided: counts are summed over the change and rates made again from counts.

One step on table ``observations``, between :func:`healthplan.observations.as_known` and ``with_rates``, which then
makes the rates that the summed counts allow.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from healthplan import messages, tables
from healthplan.messages import LANGUAGES

ADDITIVE = ("count", "event")  # kinds of indicators of which the parts add up to the whole
AT = ["indicator", "group", "year", "period"]
NOTES = (("note_zh", "zh"), ("note", "en"))
KEPT = ["unit", "source", "file", "line"]  # as they are of the first part


@dataclass(frozen=True)
class Merger:
    """What became a new area in a year: the old areas with the share of each that went into it."""

    year: int
    new: str
    parts: dict[str, float]

    @property
    def renamed(self) -> bool:
        """Whether one whole area goes on under another name, so that all of its figures are the new one's."""
        return len(self.parts) == 1 and set(self.parts.values()) == {1.0}


def mergers(changes: pd.DataFrame) -> list[Merger]:
    """The changes by new area, oldest first; an area that stays as it was is none."""
    found = [
        Merger(int(year), str(new), dict(zip(rows["old"], rows["share"], strict=True)))
        for (year, new), rows in changes.groupby(["year", "new"])
    ]
    return [one for one in found if not (one.renamed and one.new in one.parts)]


def with_sums(
    observations: pd.DataFrame, changes: pd.DataFrame, indicators: pd.DataFrame, areas: pd.DataFrame
) -> pd.DataFrame:
    """The observations and, for the years before a change, the figures of the new area that its parts give.

    Counts are added up, each times the share of its area; a rate whose counts stand beside it in every part is made of
    their sums; of an area that only changed its name everything goes on. A year in which one part has no figure gives
    none. A printed figure of the new area stays, unless the area itself lost or gained a part: then its earlier figures
    give way to the sums. Where no sum is possible the first figure after the change is a ``break``.
    """
    facts = indicators.set_index("indicator")
    names = {lang: areas.set_index("area")[f"name_{lang}"].to_dict() for lang in LANGUAGES}
    before, year = observations, 0
    for merger in mergers(changes):
        if merger.year != year:  # all changes of one year rest on the same areas
            before, year = observations, merger.year
        parts = before[before["area"].isin(merger.parts) & (before["year"] < year)]
        if len(parts):
            made = list(_sums(parts, merger, facts, names))
            observations = _joined(observations, made, merger) if made else observations
            observations = _broken(observations, parts, merger, facts)
    return observations


def _sums(parts: pd.DataFrame, merger: Merger, facts: pd.DataFrame, names: dict[str, dict[str, str]]) -> Iterator[dict]:
    """The rows of the new area that all of its parts together give."""
    for key, rows in tables.of_groups(parts).fillna({"period": ""}).groupby(AT, sort=False):
        if set(rows["area"]) != set(merger.parts) or key[0] not in facts.index:
            continue
        shares = rows["area"].map(merger.parts)
        if found := _whole(rows, facts.loc[key[0]], shares, merger):
            kept = rows.iloc[0][rows.columns.intersection(KEPT)].to_dict()
            said = {column: _said(rows, shares, merger, names[lang], lang) for column, lang in NOTES}
            new = {"area": merger.new, "obs_status": "derived"}
            yield dict(zip(AT, key, strict=True)) | new | kept | said | found


def _whole(rows: pd.DataFrame, about: pd.Series, shares: pd.Series, merger: Merger) -> dict:
    """Value and counts of the whole, empty where the parts do not give them."""
    if merger.renamed:
        return rows.iloc[0][["value", "numerator", "denominator"]].to_dict()
    if about["indicator_kind"] in ADDITIVE:
        return {"value": float((rows["value"] * shares).sum())}
    counts = rows[["numerator", "denominator"]].mul(shares, axis=0)
    above, below = counts.sum(skipna=False)
    if pd.isna(above) or pd.isna(below) or not below or pd.isna(about["per"]):
        return {}
    return {"value": above / below * float(about["per"]), "numerator": above, "denominator": below}


def _said(rows: pd.DataFrame, shares: pd.Series, merger: Merger, names: dict[str, str], lang: str) -> str:
    """How a figure of the new area came about, in words."""
    parts = []
    for area, value, share in zip(rows["area"], rows["value"], shares, strict=True):
        told = {"area": names.get(area, area), "value": f"{value:,.10g}", "share": f"{share:g}"}
        parts.append(messages.text(f"observations.part{'' if share == 1 else '_share'}", lang, **told))
    plus = messages.text("observations.plus", lang)
    return messages.text("observations.summed", lang, parts=plus.join(parts), year=merger.year)


def _joined(observations: pd.DataFrame, made: list[dict], merger: Merger) -> pd.DataFrame:
    """The observations with the sums."""
    sums = pd.DataFrame(made)
    old = (observations["area"] == merger.new) & (observations["year"] < merger.year)
    keys = pd.MultiIndex.from_frame(tables.of_groups(observations)[AT])
    made_keys = pd.MultiIndex.from_frame(sums[AT])
    if merger.new in merger.parts:
        observations = observations[~(old & keys.isin(made_keys))]
    else:
        sums = sums[~made_keys.isin(keys[old.to_numpy()])]
    if sums.empty:
        return observations
    return tables.check(pd.concat([observations, sums], ignore_index=True), "observations")


def _broken(observations: pd.DataFrame, parts: pd.DataFrame, merger: Merger, facts: pd.DataFrame) -> pd.DataFrame:
    """Marks the first figure after the change as a break in each series whose parts have earlier figures that could not
    be put together; what counts can make again is left to them."""
    series = ["indicator", "group"]
    earlier = pd.MultiIndex.from_frame(tables.of_groups(parts)[series])
    here = tables.of_groups(observations)
    here = here[(here["area"] == merger.new) & (here["period"] == "")]
    keyed = pd.MultiIndex.from_frame(here[series])
    before = here["year"] < merger.year
    summed = keyed[(before & (here["obs_status"] == "derived")).to_numpy()]
    counted = here["indicator"].map(facts["numerator"]).isin(set(facts.index))
    apart = keyed.isin(earlier) & ~keyed.isin(summed) & ~before & ~counted
    first = here[apart].sort_values("year").drop_duplicates(series).index
    status = observations["obs_status"].mask(observations.index.isin(first), "break")
    return observations.assign(obs_status=status)
