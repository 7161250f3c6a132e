"""A workspace with an invented province of small districts: rare maternal deaths, shares vaccinated, nurses per 1,000, staff.

python -m tests.league_province FOLDER        the workspace, to be looked at
"""

import shutil
import sys
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parent.parent
ABOVE, YEARS = "testland", range(2014, 2025)
ODD = {1: ('甲<b>区</b>&“乙”', 'A & B <i>"odd"</i> district'), 2: ("=1+1区", "=1+1 district"), 3: ("名字特别长的某某民族自治县及其直属经济技术开发区", "A district with a name as long as nobody has ever seen one"),
       4: ("'引号区", "O'Brien's / [x]:*?")}  # fmt: skip
COLUMNS = ["indicator", "area", "year", "value", "unit", "numerator", "denominator", "source", "obs_status"]
LATE, NONE = "d05", "d06"  # without nurses in the last year; without any figure but staff


def workspace(folder: Path, count: int = 38, seed: int = 7) -> Path:
    """The folder as a workspace: the registers, and the province's figures (invented)."""
    shutil.copytree(ROOT / "data", folder / "data", ignore=shutil.ignore_patterns("plans"))
    (folder / "data/plans").mkdir()
    areas = pd.read_csv(folder / "data/areas.csv", dtype=str, keep_default_na=False)
    names = {n: ODD.get(n, (f"第{n}区", f"District {n}")) for n in range(1, count + 1)}
    more = [
        {
            "area": ABOVE,
            "name_zh": "试验省",
            "name_en": "Testland",
            "parent": "china",
            "rank": "province",
            "synthetic": "yes",
        }
    ]
    more += [
        {"area": f"d{n:02d}", "name_zh": zh, "name_en": en, "parent": ABOVE, "rank": "county", "synthetic": "yes"}
        for n, (zh, en) in names.items()
    ]
    pd.concat([areas, pd.DataFrame(more)]).fillna("").to_csv(folder / "data/areas.csv", index=False)
    rows = [row for n in names for row in _district(f"d{n:02d}", np.random.default_rng(seed * 1000 + n))]
    made = pd.DataFrame(rows, columns=COLUMNS).assign(period="", note="invented", note_zh="虚构")
    made.to_csv(folder / "data/observations" / f"{ABOVE}.csv", index=False)
    return folder


def _district(area: str, draw: np.random.Generator) -> list[tuple]:
    births = int(draw.integers(150, 2500))
    risk, share, nurses = draw.gamma(6, 2e-5), draw.uniform(88, 99.3), draw.uniform(1.5, 5)
    pace, staff, growth = draw.uniform(0.02, 0.25), int(draw.integers(200, 9000)), draw.uniform(0.98, 1.08)
    rows: list[tuple] = []
    for at, year in enumerate(YEARS):
        staff = round(staff * growth * draw.normal(1, 0.01))
        rows.append(("health_workers_total", area, year, staff, "人", "", "", "demo", "final"))
        if area == NONE:
            continue
        deaths, given = draw.poisson(risk * births), draw.binomial(births, share / 100)
        rows.append(
            ("maternal_mortality_rate", area, year, deaths / births * 1e5, "1/10万", deaths, births, "demo", "final")
        )
        rows.append(("immunization_rate", area, year, 100 * given / births, "%", given, births, "demo", "final"))
        if (area, year) != (LATE, YEARS[-1]):
            value = round(nurses + pace * at + draw.normal(0, 0.05), 2)
            rows.append(("nurses_per_1000", area, year, value, "人/千人", "", "", "demo", "final"))
    return rows


if __name__ == "__main__":
    print(workspace(Path(sys.argv[1])))
