"""What tables *league* and *speeds* say of one indicator, in words: figures, places as ranges, whom the figures tell apart."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import pandas as pd

from healthplan.language import units
from healthplan.language.phrases import half_up, number, points, quantity
from healthplan.league_view import LeagueView
from healthplan.messages import text

NAMED = 6  # so many areas are named in a sentence; of more the first ones, and how many there are
ENDS = ("faster", "slower")
Row = dict[str, Any]


class Indicator:
    """One indicator of the areas compared: its rows of *league* with those of *speeds* beside them (``speed_...``), in the
    order of places, areas without a figure last; ``ranked``: by level, else in the order of speed, for it is a ``total`` or
    nobody can say how exactly its figures are known."""

    def __init__(self, seen: LeagueView, indicator: str) -> None:
        self.seen, self.lang, self.id = seen, seen.lang, indicator
        self.name, self.unit = seen.indicator_name(indicator), seen.unit(indicator)
        facts = seen.registers.indicators.set_index("indicator").loc[indicator]
        self.ask, self.has_better = facts[f"ask_{seen.lang}"], facts["direction"] in ("increase", "decrease")
        own = seen.league[seen.league["indicator"] == indicator]
        fast = seen.speeds[seen.speeds["indicator"] == indicator].drop(columns="indicator")
        fast = fast.rename(columns={name: f"speed_{name}" for name in fast.columns if name != "area"})
        self.ranked, self.total = bool(own["place"].notna().any()), bool((own["basis"] == "total").any())
        rows = own.merge(fast, on="area", how="left").assign(name=[seen.area_name(one) for one in own["area"]])
        rows["speed_than_typical"] = rows["speed_than_typical"].fillna("unknown")
        known = rows.loc[rows["basis"] != "none", "year"].dropna()
        self.year = int(known.max()) if len(known) else seen.as_of
        there = rows[rows["value"].notna() & (rows["year"] == self.year)]
        self.rows = there.sort_values("place" if self.ranked else "speed_place", na_position="last", kind="stable")
        self.absent = [seen.area_name(area) for area in seen.areas if area not in set(there["area"])]

    def say(self, key: str, **fields: Any) -> str:
        """The catalogue's words of this part."""
        return text(f"league.{key}", self.lang, **fields)

    def value(self, value: Any) -> str:
        """A value of the indicator with its unit."""
        return quantity(value, self.unit, self.lang)

    def range(self, low: Any, high: Any) -> str:
        """An interval without its unit; empty where there is none."""
        if pd.isna(low) or pd.isna(high):
            return ""
        ends = [units.parted(quantity(end, self.unit, self.lang))[0] for end in (low, high)]
        return self.say("range", low=ends[0], high=ends[1])

    def years(self, row: Row) -> str:
        """The year of a figure, or the years that it is of together."""
        first, last = row["first_year"], row["year"]
        if pd.isna(first) or first == last:
            return self.say("year", year=last)
        return self.say("years", first=first, last=last)

    def place(self, row: Row, of: str = "") -> str:
        """A place as the range that the figures allow; ``of``: ``speed_``."""
        first, last = row[f"{of}place_first"], row[f"{of}place_last"]
        if pd.isna(first) or pd.isna(last):
            return ""
        return f"{first}" if first == last else self.say("range", low=first, high=last)

    def change(self, value: Any, kind: str, *, difference: bool = False) -> str:
        """A change a year with its sign: per cent, or so much of the unit; ``difference``: of two such changes."""
        if pd.isna(value):
            return ""
        if kind == "percent":
            digits = next((n for n in (1, 2, 3) if half_up(value, n)), 1)  # what is not nought is not told as nought
            shown = half_up(value, digits)
            said = units.written(f"{abs(shown):.{digits}f}", units.POINTS if difference else "%", self.lang)
        else:
            shown, said = value, points(abs(value), self.unit, self.lang)
        return f"{'+' if shown > 0 else '−' if shown < 0 else ''}{said}"

    def changes(self, low: Any, high: Any, kind: str, *, bare: bool = False) -> str:
        """An interval of differences of changes; its unit stands behind the second end (``bare``: nowhere)."""
        if pd.isna(low) or pd.isna(high):
            return ""
        least, most = (self.change(end, kind, difference=True) for end in (low, high))
        return self.say("range_changes", low=units.parted(least)[0], high=units.parted(most)[0] if bare else most)

    @property
    def change_unit(self) -> str:
        """The unit of differences of changes."""
        kinds = self.rows["speed_rate_kind"].dropna()
        unit = units.POINTS if len(kinds) and kinds.iloc[0] == "percent" else units.difference_unit(self.unit)
        return units.word(unit, self.lang)

    def names(self, rows: pd.DataFrame) -> str:
        """The areas of some rows by name; of many the first ones, and how many there are in all."""
        return named(rows["name"], self.lang)

    def sentences(self) -> list[str]:
        """The answer in whole sentences: level, pairs, speed, outlook, areas without a figure."""
        if self.rows.empty:
            return [self.absent_words()]
        parts = [*self._levels(), *self._speeds(), *self._outlook()]
        return [*parts, self.absent_words()] if self.absent else parts

    def _levels(self) -> list[str]:
        if not self.ranked:
            return [self.say("total" if self.total else "unranked", count=len(self.rows))]
        rows = self.rows[self.rows["place"].notna()]
        above, below = (rows[rows["than_typical"] == end] for end in ("above", "below"))
        told = self._both("level", above, below, len(rows), {"year": self.year})
        share = pairs(rows)
        return [told, self.say({"0": "pairs_none", "100": "pairs_all"}.get(share, "pairs"), pairs=share)]

    def _speeds(self) -> list[str]:
        rows = self.rows[self.rows["speed_than_typical"] != "unknown"]
        if rows.empty:
            return [self.say("speed_unknown")]
        few = len(self.rows) - len(rows)
        rows = rows.sort_values("speed_place", kind="stable")
        faster, slower = (rows[rows["speed_than_typical"] == end] for end in ENDS)
        slower = slower.iloc[::-1]  # the slowest first
        first, last = int(rows["speed_first_year"].min()), int(rows["speed_last_year"].max())
        typical = rows["speed_typical"].iloc[0]
        those = "those_all" if not self.ranked else "those_same"
        fields = {
            "first": first,
            "last": last,
            "moved": self.say("moved_better" if self.has_better else "moved_grew"),
            "those": self.say(those, typical=self.change(typical, rows["speed_rate_kind"].iloc[0])),
        }
        told = self._both("speed", faster, slower, len(rows), fields)
        return [told, self.say("speed_few", count=few)] if few else [told]

    def _both(self, key: str, one: pd.DataFrame, other: pd.DataFrame, count: int, fields: Row) -> str:
        which = "both" if len(one) and len(other) else "one" if len(one) else "other" if len(other) else "none"
        rest = count - len(one) - len(other)
        said = self.say(f"{key}_{which}", one=self.names(one), other=self.names(other), all=count, **fields)
        if not rest or which == "none":
            return said
        return self.say("sentences", first=said, second=self.say(f"{key}_rest", rest=rest))

    def _outlook(self) -> list[str]:
        rows = self.rows[self.rows["outlook"].notna()]
        if rows.empty:
            return [self.say("outlook_none", year=self.seen.to)]
        up, down = ahead(rows)
        most, least = (rows.loc[found()] for found in (rows["outlook"].idxmax, rows["outlook"].idxmin))
        ends = {
            "most": most["name"], "most_value": self.value(most["outlook"]),
            "least": least["name"], "least_value": self.value(least["outlook"]),
        }  # fmt: skip
        counts = {"up": up, "down": down, "open": len(rows) - up - down}
        ways = [self.say(f"ahead_{way}", count=count) for way, count in counts.items() if count]
        ways_said = text("league.comma", self.lang).join(ways)
        apart = least["outlook_upper_80"] < most["outlook_lower_80"]  # else luck would name them
        key = "outlook" if apart else "outlook_bare"
        return [self.say(key, year=self.seen.to, ways=ways_said, all=len(rows), **ends)]

    def absent_words(self) -> str:
        """Who has no figure of the year, and whom to ask."""
        said = self.say("absent", names=named(self.absent, self.lang, most=len(self.absent)), year=self.year)
        return self.say("absent_ask", said=said, ask=self.ask) if self.ask else said


def ahead(rows: pd.DataFrame) -> tuple[int, int]:
    """Of how many areas the whole 80 % interval of the outlook lies above the latest figure, and of how many below."""
    return (
        int((rows["outlook_lower_80"] > rows["value"]).sum()),
        int((rows["outlook_upper_80"] < rows["value"]).sum()),
    )


def pairs(rows: pd.DataFrame) -> str:
    """In how many of 100 pairs the figures tell the two apart."""
    count = len(rows)
    share = 100 * float(rows["apart_from"].sum()) / (count * (count - 1)) if count > 1 else 0.0
    whole = half_up(share)
    return number(1 if share > 0 and whole == 0 else 99 if share < 100 and whole == 100 else whole)


def named(names: Iterable[str], lang: str, most: int = NAMED) -> str:
    """Names in a row: all, or the first ones and how many there are."""
    every = list(names)
    shown = every if len(every) <= most else every[: most - 1]
    comma = text("league.comma", lang)
    if len(shown) < len(every):
        return text("league.names_more", lang, names=comma.join(shown), count=len(every))
    if len(every) < 2:
        return comma.join(every)
    return text("league.names_all", lang, names=comma.join(shown[:-1]), last=shown[-1])


@lru_cache(maxsize=4)
def every(seen: LeagueView) -> tuple[Indicator, ...]:
    """The indicators compared, in their order."""
    return tuple(Indicator(seen, one) for one in seen.indicators)
