"""Every number and every claim of every finding is worked out again from the tables, by hand and not by the package.

Guards: "up by −20 %", points called per cent, births of one year told under another, an invented district as the
fastest area, a goal called ahead that is not.
"""

import math
import re

import pandas as pd
import pytest
from whole_line import all_observations

from healthplan import line, registers
from healthplan.plans import load_plan, plan_ids

UP = {">=": 1, ">": 1, "<=": -1, "<": -1}


class Tables:
    """One plan and the figures that it may be compared with."""

    def __init__(self, plan_id: str) -> None:
        self.plan = load_plan(plan_id)
        self.findings = line.plan_findings(self.plan)
        self.indicators = registers.load_indicators().set_index("indicator")
        self.areas = registers.load_areas().set_index("area")
        known = all_observations(area=self.plan.area)
        self.known = known[known["period"] == ""].sort_values("year")
        self.rows = {**self.plan.targets.set_index("target_id").to_dict("index"),
                     **self.plan.milestones.set_index("milestone_id").to_dict("index")}  # fmt: skip

    def series(self, indicator: str, area: str, group: str = "") -> pd.DataFrame:
        same = (self.known["indicator"] == indicator) & (self.known["area"] == area)
        same &= self.known["group"] == group
        return self.known[same].set_index("year")

    def newest(self, indicators: tuple[str, ...], areas: tuple[str, ...]) -> tuple[float, int, str]:
        for area in areas:
            for indicator in indicators:
                found = self.series(indicator, area)
                if len(found):
                    return float(found["value"].iloc[-1]), int(found.index[-1]), area
        raise LookupError(indicators)

    def people(self, area: str) -> tuple[float, int]:
        kinds = ("population_resident", "population_resident_avg", "population_registered")
        found = [self.newest((k,), (area,)) for k in kinds if len(self.series(k, area))]
        return max(found, key=lambda one: one[1])[:2]

    def line(self, area: str) -> tuple[str, ...]:
        up = self.areas.loc[area, "parent"]
        return (area, *self.line(up)) if up else (area,)

    def births(self, area: str) -> tuple[float, tuple[int, ...]]:
        if len(self.series("live_births", area)):
            value, year, _ = self.newest(("live_births",), (area,))
            return value, (year,)
        people, year = self.people(area)
        rate, rate_year, _ = self.newest(("birth_rate",), self.line(area))
        return people * rate / 1000, (year, rate_year)

    def paces(self, indicator: str, longest: int, relative: bool) -> dict[tuple, float]:
        """(area, first, last) -> change a year, of three figures or more and one definition."""
        out = {}
        for area in self.known.loc[self.known["indicator"] == indicator, "area"].unique():
            rows = self.series(indicator, area)
            for first in rows.index:
                for last in rows.index:
                    part = rows.loc[first:last]
                    if not 2 <= last - first <= longest or len(part) < 3:
                        continue
                    if (part["obs_status"].iloc[1:] == "break").any():
                        continue
                    a, b, n = part["value"].iloc[0], part["value"].iloc[-1], last - first
                    change = (b / a) ** (1 / n) - 1 if relative else (b - a) / n
                    out[area, int(first), int(last)] = change
        return out


@pytest.fixture(scope="module", params=plan_ids())
def told(request) -> Tables:
    return Tables(request.param)


def _numbers(sentence: str, tables: Tables) -> list[str]:
    """The numbers of a sentence without the names in it and without units' own (10万, 1,000 people)."""
    names = [str(row[k]) for row in tables.rows.values() for k in row if k.endswith(("_zh", "_en"))]
    for name in sorted([*names, *tables.areas["name_zh"], *tables.areas["name_en"]], key=len)[::-1]:
        sentence = sentence.replace(name, "§")
    sentence = re.sub(r"/10万|per 100,000|per 1,000", "", sentence)
    return re.findall(r"\d[\d,]*(?:\.\d+)?", sentence)


def _shown(number: str, values: list[float]) -> bool:
    """Whether a printed number is one of these, rounded to the digits that it shows."""
    printed, decimals = float(number.replace(",", "")), len(number.partition(".")[2])
    return any(abs(printed - value) <= 0.5 * 10**-decimals + 1e-9 for value in values)


def _of_rows(rows: list[dict]) -> list[float]:
    dates = [float(part) for row in rows for part in row["deadline"].split("-") if part]
    values = [row.get(k) for row in rows for k in ("value", "value_high")]
    return dates + [float(v) for v in values if v is not None and not pd.isna(v)]


def _worked_out(finding: str, rows: list[dict], tables: Tables) -> list[float]:
    """The numbers that a finding of this kind may print besides the goals' own; its claim is checked on the way."""
    row = rows[0]
    if finding == "additions_short_of_ratio":
        stages = sorted((r for r in rows if "per_1000" in r["indicator"]), key=lambda r: r["deadline"])
        total = sum(r["value"] for r in rows if "per_1000" not in r["indicator"])
        people, year = tables.people(row["area"])
        rise = (stages[-1]["value"] - stages[0]["value"]) * people / 1000
        assert total < rise
        return [people, year, rise, total]
    if finding in ("one_event_decides", "zero_by_luck"):
        births, years = tables.births(row["area"])
        rate = {"maternal_deaths": "maternal_mortality_rate"}.get(row["indicator"], row["indicator"])
        per = float(tables.indicators.loc[rate, "per"])
        if finding == "one_event_decides":
            expected = row["value"] * births / per
            assert expected < 5
            return [1, births, *years, per / births, expected, math.floor(expected)]
        level, level_year, _ = tables.newest((rate,), tables.line(row["area"]))
        expected = level * births / per
        return [births, *years, level, level_year, expected, 100 * math.exp(-expected)]
    if finding.startswith("ahead_of_nation"):
        nation, year = tables.series(row["indicator"], "china"), int(row["deadline"][:4])
        if finding == "ahead_of_nation_then":
            path, more = float(nation.loc[year, "value"]), []
        else:
            last = int(nation.index[-1])
            first = int(nation.index[nation.index >= last - 5][0])
            a, b = nation.loc[first, "value"], nation.loc[last, "value"]
            relative = tables.indicators.loc[row["indicator"], "indicator_kind"] != "share"
            steps = (year - last) / (last - first)
            path = b * (b / a) ** steps if relative else b + (b - a) * steps
            more = [last, first, b]
        assert (row["value"] - path) * UP.get(row["comparator"], 1) > 0
        return [path, year, *more]
    if finding == "pace_without_precedent":
        start, first, _ = tables.newest((row["indicator"],), tables.line(row["area"]))
        years = int(row["deadline"][:4]) - first
        relative = tables.indicators.loc[row["indicator"], "indicator_kind"] != "share"
        needed = (row["value"] / start) ** (1 / years) - 1 if relative else (row["value"] - start) / years
        sign = UP[row["comparator"]]
        paces = tables.paces(row["indicator"], years, relative)
        where, best = max(paces.items(), key=lambda item: sign * item[1])
        assert sign * needed > sign * best > 0
        scale = 100 if relative else 1
        return [start, first, years, abs(needed) * scale, abs(best) * scale, *where[1:]]
    if finding == "outside_period":
        period = (int(tables.plan.about["period_start"]), int(tables.plan.about["period_end"]))
        assert not period[0] <= int(row["deadline"][:4]) <= period[1]
        return list(period)
    lacks = {
        "no_owner": lambda r: not r["departments"],
        "no_deadline": lambda r: not r["deadline"],
        "no_source": lambda r: not len(tables.series(r["indicator"], r["area"], r["group"])),
        "only_reference": lambda r: not len(tables.series(r["indicator"], r["area"], r["group"])),
    }
    if finding in lacks:
        assert all(lacks[finding](r) for r in rows)
        return [len(rows)]
    return []


def test_every_number_of_every_finding_follows_from_the_tables(told):
    for row in told.findings.itertuples():
        rows = [told.rows[one] for one in row.target_ids.split(";")]
        allowed = _of_rows(rows) + [float(v) for v in _worked_out(row.finding, rows, told)]
        for sentence in (row.message_zh, row.message_en):
            strange = [n for n in _numbers(sentence, told) if not _shown(n, allowed)]
            assert not strange, (row.finding, sentence, strange)


def test_no_sentence_gives_a_sign_where_a_word_belongs(told):
    """Guards: 'up by −20 %', 'by +2.03 %' of a share."""
    for sentence in [*told.findings["message_zh"], *told.findings["message_en"]]:
        assert not re.search(r"(?:by|动|提高|下降|rise of|fall of) ?[+−-]", sentence), sentence


def test_two_places_really_differ(told):
    """Guards: a contradiction that is none."""
    for row in told.findings.itertuples():
        rows = [told.rows[one] for one in row.target_ids.split(";")]
        if row.finding == "two_values":
            assert rows[0]["value"] != rows[1]["value"]
        if row.finding in ("two_dates", "two_dates_of_deliverable", "dated_once"):
            assert rows[0]["deadline"] != rows[1]["deadline"]
        if row.finding == "two_steps":
            assert rows[0]["deadline"] == rows[1]["deadline"]
