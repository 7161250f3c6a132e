"""A figure put in the place of another one, and what it is tied to: a count, a population and the rates made of them say one
thing. Printed figures in, printed figures out; rates that nobody printed are worked out of these as always."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import pandas as pd

from healthplan.judging.things import SAME
from healthplan.observations import KEY
from healthplan.registers import Registers

SOURCE = "what_if"
Place = tuple[str, str, str, int]  # indicator, area, group, year
Row = dict[str, Any]
Parts = dict[str, float | None]


class Figure(NamedTuple):
    """One figure of a whole year, in its indicator's unit."""

    indicator: str
    area: str
    group: str
    year: int
    value: float

    @property
    def place(self) -> Place:
        """Where it stands."""
        return self[:4]


class Edited(NamedTuple):
    """The printed figures with the others in place; ``places``: where something is other than before; ``completed``: of
    these the rates that rest on a projected denominator."""

    vintages: pd.DataFrame
    places: frozenset[Place]
    completed: frozenset[Place]
    values: Mapping[Place, float]


def edited(
    vintages: pd.DataFrame,
    observations: pd.DataFrame,
    figures: Iterable[Figure],
    known: Registers,
    projected: Callable[[Place], float | None],
) -> Edited:
    """``vintages`` with each of the ``figures`` in the place of every edition of it, and printed rates and counts made again:
    exactly, where they were made of these counts, else by as much as the count changed. A count of a year without its
    denominator is rated by the ``projected`` one. A rate of events takes the value that whole events give. ``observations``:
    what was known before, derived figures too."""
    book = _Book(vintages, observations, known, projected)
    for figure in figures:
        book.put(figure)
    return book.closed()


class _Book:
    """The rows at hand while figures are put in; each as it is before it is asked for."""

    def __init__(
        self, vintages: pd.DataFrame, observations: pd.DataFrame, known: Registers, projected: Callable
    ) -> None:
        self._vintages, self._known, self._projected = vintages, known, projected
        whole = observations[observations["period"].fillna("") == ""]
        places = zip(whole["indicator"], whole["area"], whole["group"], whole["year"].astype(int), strict=True)
        self._rows: dict[Place, Row | int] = dict(zip(places, range(len(whole)), strict=True))
        self._whole, self._changed = whole, dict[Place, Row]()
        self._completed: set[Place] = set()

    def put(self, figure: Figure) -> None:
        """The figure, and behind it what it is tied to."""
        indicator, per = self._known.about[figure.indicator], self._known.about[figure.indicator]["per"]
        row, below = self._row(figure.place), self._part(figure.place, "denominator")
        if row is not None and row["value"] == figure.value:
            return
        value, above = figure.value, None
        if indicator["numerator"] and below and not pd.isna(per):
            above = float(round(value * below / per))
            value = above / below * per if indicator["indicator_kind"] == "rate" else value
        old = None if row is None else row["value"]
        self._write(figure.place, value, numerator=above)
        count = (indicator["numerator"], *figure.place[1:])
        if above is not None and (there := self._row(count)) is not None and there["value"] != above:
            self._write(count, above)
            self._rates(count, there["value"], above, but=figure.indicator)
        self._rates(figure.place, old, value)

    def _rates(self, part: Place, old: float | None, new: float, but: str = "") -> None:
        """The rates that are made of a part."""
        for rate, about in self._known.about.items():
            for side in ("numerator", "denominator"):
                if about[side] == part[0] and rate != but and not pd.isna(about["per"]):
                    self._rate((rate, *part[1:]), about, side, old, new)

    def _rate(self, place: Place, about: Mapping[str, Any], side: str, old: float | None, new: float) -> None:
        row = self._row(place)
        parts: Parts = {one: self._part(place, one) for one in ("numerator", "denominator")}
        parts[side] = new
        if row is None:
            return self._completed_rate(place, about, parts) if side == "numerator" else None
        if row["obs_status"] == "derived" and place not in self._changed:
            self._changed.setdefault(place, {})  # is worked out again
            return None
        before: Parts = {**parts, side: old if old is not None else _known(row[side])}
        there = row["value"]
        exact, was = _of(parts, about), _of(before, about)
        if exact is not None and (not was or abs(was - there) <= SAME * there):
            self._write(place, exact, **parts)
        elif known := before[side]:
            self._write(place, there * (new / known if side == "numerator" else known / new))
        elif side == "numerator":
            self._completed_rate(place, about, parts)
        return None

    def _completed_rate(self, place: Place, about: Mapping[str, Any], parts: Parts) -> None:
        """A count alone in its year gives the rate of the people expected, where there is such a rate to go on."""
        if not any(key[:3] == place[:3] for key in self._rows) or parts["denominator"]:
            return
        parts["denominator"] = self._projected((about["denominator"], *place[1:]))
        if (rate := _of(parts, about)) is not None:
            self._write(place, rate, **parts)
            self._completed.add(place)

    def _part(self, place: Place, side: str) -> float | None:
        """What a rate was made of: as it stands beside it, else in a series of its own."""
        row = self._row(place)
        if row is not None and not pd.isna(row[side]) and row[side] != 0:
            return float(row[side])
        part = self._row((self._known.about[place[0]][side], *place[1:]))
        return None if part is None else float(part["value"])

    def _row(self, place: Place) -> Row | None:
        if self._changed.get(place):
            return self._changed[place]
        at = self._rows.get(place)
        return None if at is None else {str(k): v for k, v in self._whole.iloc[at].to_dict().items()}

    def _write(self, place: Place, value: float, **parts: float | None) -> None:
        row = self._row(place) or {}
        said = row.get("obs_status")
        fresh = dict(zip(("indicator", "area", "group", "year"), place, strict=True))
        fresh |= {
            "period": "",
            "value": value,
            "unit": self._known.unit(place[0]),
            "source": SOURCE,
            "file": SOURCE,
            "line": 0,
        }
        kept = {name: row.get(name) for name in ("numerator", "denominator")}
        kept |= {name: part for name, part in parts.items() if part is not None}
        self._changed[place] = {**kept, **fresh, "obs_status": "break" if said == "break" else "final"}

    def closed(self) -> Edited:
        """The printed figures as they are now."""
        rows = [row for row in self._changed.values() if row]
        if not self._changed:
            return Edited(self._vintages, frozenset(), frozenset(), {})
        gone = pd.MultiIndex.from_tuples([(*key[:4], "") for key in self._changed], names=KEY)
        stays = self._vintages[~pd.MultiIndex.from_frame(self._vintages[KEY]).isin(gone)]
        kinds = self._vintages.dtypes.to_dict()
        texts = {name: "" for name, kind in kinds.items() if kind == "str"}
        new = pd.DataFrame([texts | row for row in rows]).reindex(columns=list(kinds))
        table = pd.concat([stays, new.astype(kinds)], ignore_index=True)
        values = {place: row["value"] for place, row in self._changed.items() if row}
        return Edited(table, frozenset(self._changed), frozenset(self._completed), values)


def _known(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)


def _of(parts: Parts, about: Mapping[str, Any]) -> float | None:
    """The rate that its parts give, None where one is not known."""
    above, below = parts["numerator"], parts["denominator"]
    return None if above is None or not below else above / below * float(about["per"])
