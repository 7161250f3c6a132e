"""The figures of the invented demo district: seeded, documented, the same on every machine.

Nothing here was observed anywhere. Every series is a straight path between two values, on the logit
scale for shares and the log scale for the others, with a yearly wobble; deaths and cases are drawn
as counts from the rate that the path gives, so rates of rare events jump as real ones do. The demo
district exists so that every kind of goal and every status can be seen and tested with figures of
its own. ``python -m benchmarks.demo_district`` writes ``data/observations/demo.csv``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd

from healthplan import tables, workspace

SEED = 20270103
SOURCE = "demo"
NOTE, NOTE_ZH = "invented", "虚构"
DISTRICT, CITY = "demo", "demo-city"
PEERS = ("demo-east", "demo-west", "demo-south", "demo-north", "demo-lake")
FIRST, LAST = 2014, 2024


@dataclass(frozen=True)
class Path:
    """One invented series from ``start`` (``first``) to ``end`` (``last``), in the indicator's
    unit.

    ``wobble`` is the yearly noise on the scale of the path; ``bends`` are (year, value) points that
    the path passes. ``below`` names the series that is the denominator, ``above`` the one of the
    counts; ``drawn`` counts are Poisson draws; with ``over`` the path is what comes on top of
    another series. ``group`` is a fixed number of people below the line; ``whose`` says of whom the
    figures are (table ``observations``, column group).
    """

    indicator: str
    unit: str
    start: float
    end: float
    wobble: float = 0.01
    decimals: int = 2
    area: str = DISTRICT
    first: int = FIRST
    last: int = LAST
    bends: tuple[tuple[int, float], ...] = ()
    share: bool = False
    per: float = 0.0
    below: str = ""
    group: int = 0
    whose: str = ""
    drawn: bool = False
    over: str = ""  # the series whose counts are part of this one's (infants among under-fives)
    broken: int = 0  # year of a new definition


PATHS = (
    Path("population_resident", "人", 858_000, 792_000, 0.001, 0),
    Path("live_births", "人", 7_600, 3_060, 0.025, 0),
    Path("population_65plus", "人", 112_000, 151_000, 0.004, 0),
    Path("life_expectancy", "岁", 77.1, 79.25, 0.0012),
    Path("nurses", "人", 2_350, 3_010, 0.006, 0),
    Path("physicians", "人", 2_060, 2_330, 0.006, 0),
    Path("pharmacists", "人", 402, 498, 0.012, 0),
    Path("beds_total", "张", 5_130, 5_150, 0.003, 0),
    Path("hospital_beds", "张", 3_310, 4_290, 0.008, 0),
    Path("infant_mortality_rate", "‰", 6.8, 3.4, 0.02, per=1000, below="live_births", drawn=True),
    Path("under5_mortality_rate", "‰", 2.1, 1.2, 0.02, per=1000, below="live_births", drawn=True,
         over="infant_mortality_rate", broken=2018),
    Path("maternal_mortality_rate", "1/10万", 14, 9, 0.02, per=1e5, below="live_births", drawn=True),
    Path("tb_incidence", "1/10万", 72, 43, 0.03, per=1e5, below="population_resident", drawn=True),
    Path("family_doctor_key_rate", "%", 41, 74.5, 0.03, share=True, group=212_000),
    Path("elderly_health_mgmt_rate", "%", 76.8, 70.9, 0.02, share=True, below="population_65plus"),
    Path("child_u3_mgmt_rate", "%", 88.4, 90.6, 0.012, share=True, bends=((2021, 93.7),)),
    Path("newborn_visit_rate", "%", 92.8, 95.6, 0.012, share=True, bends=((2022, 96.4), (2023, 95.5))),
    Path("smi_standard_mgmt_rate", "%", 71.5, 94.2, 0.03, share=True),
    Path("hypertension_control_rate", "%", 47.6, 62.9, 0.02, share=True),
    Path("hypertension_standard_mgmt_rate", "%", 55.3, 74.1, 0.02, share=True),
    Path("health_literacy_rate", "%", 11.2, 27.9, 0.03, share=True),
    Path("health_literacy_rate", "%", 11.6, 31.2, 0.03, share=True, area=CITY),
    Path("bed_occupancy_rate", "%", 79.4, 84.2, 0.05, share=True),
    Path("avg_inpatient_cost", "元", 6_840, 8_930, 0.012, 0),
    Path("avg_outpatient_cost_growth", "%", 7.9, 4.3, 0.05, 1),
    Path("tcm_service_village_share", "%", 31.5, 71.8, 0.03, share=True, group=240),
    Path("village_clinic_coverage", "%", 95.8, 99.6, 0.04, share=True, group=236),
    Path("diabetes_standard_mgmt_rate", "%", 52.1, 69.4, 0.02, share=True),
    Path("health_record_use_rate", "%", 34.9, 56.2, 0.03, share=True),
    Path("blood_donation_per_1000", "‰", 8.1, 11.4, 0.015),
    Path("tcm_service_chc_share", "%", 62.0, 88.0, 0.03, share=True, last=2022),
    Path("premature_ncd_mortality", "%", 17.6, 13.7, 0.012, share=True, area=CITY),
    Path("nurses_per_1000", "人/千人", 2.85, 4.02, 0.008, area=CITY),
    Path("physicians_per_1000", "人/千人", 2.44, 3.21, 0.008, area=CITY),
    Path("gps_per_10000", "人/万人", 2.61, 2.87, 0.005, first=2023),
    Path("nursery_places_per_1000", "个/千人", 2.4, 2.4, 0.0, first=2024),
    # One of each further kind of goal; below the others, so that the draws of those stay.
    Path("health_literacy_rate", "%", 7.9, 22.6, 0.03, share=True, whose="rural"),
    Path("child_myopia_rate", "%", 55.3, 53.2, 0.004, 1, first=2017, share=True),
    Path("new_beds", "张", 130, 165, 0.12, 0),
    Path("nursery_places_added", "个", 150, 340, 0.08, 0, first=2017),
    Path("avg_inpatient_cost", "元", 6_980, 8_780, 0.008, 0, area=CITY),
    Path("gdp_growth", "%", 8.4, 5.1, 0.09, 1),
    *(Path("hypertension_standard_mgmt_rate", "%", start, end, 0.02, area=area, first=2018, share=True)
      for area, start, end in zip(PEERS, (60, 63, 57, 51, 55), (79.5, 76.8, 70.2, 66.4, 71.5), strict=True)),
    Path("phs_appraisal_rank", "名", 11, 6, 0.05, 0, first=2017),
    Path("cvd_mortality", "1/10万", 271, 236, 0.008, 1),
    Path("adult_obesity_rate", "%", 11.8, 17.4, 0.006, 1, share=True, bends=((2021, 16.9),)),
    Path("tcm_hall_township_share", "%", 16, 87, 0.05, share=True, first=2017, group=24),
    Path("immunization_rate", "%", 96.2, 97.9, 0.02, share=True),
    Path("avg_length_of_stay", "天", 9.7, 8.5, 0.006, 1),
)  # fmt: skip

# rate -> the counts above and below its line, both series of their own
RATIOS = (
    ("nurses_per_1000", "人/千人", "nurses", "population_resident", 1000),
    ("physicians_per_1000", "人/千人", "physicians", "population_resident", 1000),
    ("beds_per_1000", "张/千人", "beds_total", "population_resident", 1000),
)
# what is so rare, or so put together, that it is written down instead of drawn
OUTBREAKS = (1, 0, 0, 2, 0, 1, 0, 0, 0, 1, 0)
POOLED = ((2018, 38), (2021, 21), (2024, 15))  # last of three years, newborns that died in them
REVISED = (
    "blood_donation_per_1000",
    2019,
    "2020",
    "2022",
    0.95,
)  # up to when; first edition by so much lower
DEATHS = (("maternal_deaths", "人", "maternal_mortality_rate"),)  # counts that are goals themselves


Drawn: TypeAlias = dict[tuple[str, str, str], pd.DataFrame]  # by indicator, area and group


def observations() -> pd.DataFrame:
    """The demo district's and its invented city's figures, as a checked table *observations*."""
    random = np.random.default_rng(SEED)
    drawn: Drawn = {}
    for path in PATHS:
        drawn[path.indicator, path.area, path.whose] = _series(path, drawn, random)
    rows = [*drawn.values(), *(_ratio(drawn, *ratio) for ratio in RATIOS)]
    rows += [_deaths(drawn[rate, DISTRICT, ""], name, unit) for name, unit, rate in DEATHS]
    rows += [_outbreaks(), _pooled(drawn["live_births", DISTRICT, ""])]
    frame = _with_first_edition(pd.concat(rows, ignore_index=True))
    frame = frame[[*tables.columns("observations"), "note_zh"]]
    order = ["area", "indicator", "group", "year", "edition"]
    frame = frame.sort_values(order, kind="stable", ignore_index=True)
    return tables.check(frame, "observations", source="demo")


def _series(path: Path, drawn: Drawn, random: np.random.Generator) -> pd.DataFrame:
    years = np.arange(path.first, path.last + 1)
    knots = [(path.first, path.start), *path.bends, (path.last, path.end)]
    at, through = np.array(knots, float).T
    line = np.interp(years, at, _forward(through, path.share))
    value = _back(line + path.wobble * random.standard_normal(len(years)), path.share)
    frame = _frame(path.indicator, path.area, years, path.unit)
    below = _below(path, drawn, years)
    if below is not None:
        per = 100 if path.share else path.per
        expected = value / per * below
        count = random.poisson(expected) if path.drawn else np.round(expected)
        count = np.minimum(count, below) if path.share else count
        if path.over:
            count = count + drawn[path.over, path.area, ""]["numerator"].to_numpy(float)
        frame["numerator"], frame["denominator"] = count.astype(float), below
        value = count / below * per
    frame["value"] = np.round(value, path.decimals)
    frame.loc[frame["year"] == path.broken, "obs_status"] = "break"
    return frame.assign(group=path.whose)


def _below(path: Path, drawn: Drawn, years: np.ndarray) -> np.ndarray | None:
    if path.group:
        return np.full(len(years), float(path.group))
    if not path.below:
        return None
    return drawn[path.below, path.area, ""].set_index("year")["value"].loc[years].to_numpy(float)


def _ratio(
    drawn: Drawn,
    name: str,
    unit: str,
    above: str,
    below: str,
    per: float,
) -> pd.DataFrame:
    counts, people = drawn[above, DISTRICT, ""], drawn[below, DISTRICT, ""]
    frame = _frame(name, DISTRICT, counts["year"].to_numpy(), unit)
    frame["numerator"], frame["denominator"] = counts["value"], people["value"]
    frame["value"] = (counts["value"] / people["value"] * per).round(2)
    return frame


def _deaths(rate: pd.DataFrame, name: str, unit: str) -> pd.DataFrame:
    frame = _frame(name, DISTRICT, rate["year"].to_numpy(), unit)
    frame["value"], frame["denominator"] = rate["numerator"], rate["denominator"]
    return frame


def _outbreaks() -> pd.DataFrame:
    years = np.arange(FIRST, LAST + 1)
    return _frame("epidemic_spread_events", DISTRICT, years, "起").assign(value=OUTBREAKS)


def _pooled(births: pd.DataFrame) -> pd.DataFrame:
    """Deaths of three years together: figures of their span, and of no single year."""
    last = np.array([year for year, _ in POOLED])
    frame = _frame("neonatal_mortality_rate", DISTRICT, last, "‰")
    born = births.set_index("year")["value"].rolling(3).sum().loc[last].to_numpy(float)
    deaths = np.array([count for _, count in POOLED], float)
    return frame.assign(
        period=[f"{year - 2}/{year}" for year in last],
        numerator=deaths,
        denominator=born,
        value=(deaths / born * 1000).round(2),
    )


def _with_first_edition(rows: pd.DataFrame) -> pd.DataFrame:
    """The revised series with its first edition beside the one that replaced it."""
    name, until, first, then, by = REVISED
    revised = (rows["indicator"] == name) & (rows["year"] <= until)
    before = rows[revised].assign(edition=first, value=(rows[revised]["value"] * by).round(2))
    rows.loc[revised, "edition"] = then
    return pd.concat([rows, before], ignore_index=True)


def _frame(indicator: str, area: str, years: np.ndarray, unit: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "indicator": indicator,
            "area": area,
            "year": years,
            "period": "",
            "value": np.nan,
            "unit": unit,
            "numerator": np.nan,
            "denominator": np.nan,
            "source": SOURCE,
            "obs_status": "final",
            "note": NOTE,
            "note_zh": NOTE_ZH,
            **dict.fromkeys(("group", "edition", "basis"), ""),
        }
    )


def _forward(value: np.ndarray, share: bool) -> np.ndarray:
    return np.log(value / (100 - value)) if share else np.log(value)


def _back(value: np.ndarray, share: bool) -> np.ndarray:
    return 100 / (1 + np.exp(-value)) if share else np.exp(value)


if __name__ == "__main__":
    observations().to_csv(workspace.data("observations", "demo.csv"), index=False, lineterminator="\n")
