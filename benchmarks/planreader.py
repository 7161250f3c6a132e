"""Precision and recall of the plan reader on the plan texts in ../shared/plans.

    python benchmarks/planreader.py [PLAN ...] [--missed] [--extra]

A proposed row matches a shipped target when value and upper value are equal (in the same unit
scale), the comparator is the same, the deadline is the same (2025 and 2025-12 are one date) and
the names or the evidence speak of the same thing. Each target is matched once.

Two shipped rows that a plan prints of one goal (`related` to each other, all figures and the date the same) are
one target here, as they are in every total; the date that such a row took from the other print is not asked.
increase_by and >= of an indicator that is an addition (新增托位) are the same goal, and so count here; so are
at most 80 to one (<= 80 `1:x`) and at least one eightieth (>= 0.0125 人/人).
"""

from __future__ import annotations

import argparse
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from healthplan.language.names import contained, core  # noqa: E402
from healthplan.planreader import read_plan  # noqa: E402

TEXTS = ROOT.parent / "shared" / "plans"
WRITTEN_ON = ("wanzhou-2024", "wansheng-2023-2025", "dazu-2027")
"""The rules were written on these; the other plans are the check."""


@dataclass(frozen=True)
class Score:
    """Counts of one plan: rows proposed, targets shipped, rows that match."""

    plan: str
    proposed: int
    targets: int
    matched: int

    @property
    def precision(self) -> float:
        return self.matched / self.proposed if self.proposed else 0.0

    @property
    def recall(self) -> float:
        return self.matched / self.targets if self.targets else 0.0

    def line(self) -> str:
        return (
            f"{self.plan:24} {self.proposed:9} {self.targets:8} {self.matched:8} "
            f"{self.precision:10.3f} {self.recall:8.3f}"
        )


def same(row: pd.Series, target: pd.Series) -> float:
    """0 where they differ in value, comparator or deadline; else how alike the names are."""
    if row["unit"] == "1:x" and target["unit"] == "人/人":
        flipped = {"<=": ">=", "<": ">"}.get(row["comparator"], row["comparator"])
        row = row.copy()
        row["comparator"], row["value"], row["unit"] = flipped, 1 / row["value"], target["unit"]
    if _comparator(row, target) != _comparator(target, target):
        return 0.0
    for name in ("value", "value_high"):
        if not _equal(_ones(row, name), _ones(target, name)):
            return 0.0
    undated = target["printed_twice"] and not row["deadline"]
    if not undated and not same_date(str(row["deadline"]), str(target["deadline"])):
        return 0.0
    name = str(target["name_zh"])
    here = 0.31 if _place(target["locator"]) & _place(row["locator"]) else 0.0
    return max(
        here,
        contained(core(name), core(str(row["name"]))),
        contained(core(str(row["name"])), core(name)),
        0.8 * contained(core(name), core(str(row["evidence"]))),
    )


def _comparator(row: pd.Series, target: pd.Series) -> str:
    """The comparator; of an addition, increase_by is >=."""
    added = row["comparator"] == "increase_by" and str(target["name_zh"]).startswith("新增")
    return ">=" if added else str(row["comparator"])


def _place(locator: str) -> set[str]:
    """The places of a locator, without the signs that differ between hands."""
    return {re.sub(r"[·/\s正文]", "", part) for part in str(locator).split(";")}


def _ones(row: pd.Series, name: str) -> float:
    """A value with 万 and 亿 of its unit multiplied in: 50 万次 is 500000 次."""
    scale = {"万": 1e4, "亿": 1e8}.get(str(row["unit"])[:1], 1.0)
    return float(row[name]) * scale


def _equal(a: float, b: float) -> bool:
    if pd.isna(a) or pd.isna(b):
        return bool(pd.isna(a) and pd.isna(b))
    return abs(float(a) - float(b)) <= 0.01 * max(1e-9, abs(float(b)))


def same_date(one: str, other: str) -> bool:
    """2025 and 2025-12 are the same date."""
    return one == other or (one[:4] == other[:4] and {one[4:], other[4:]} <= {"", "-12"})


def match(rows: pd.DataFrame, targets: pd.DataFrame, least: float = 0.3) -> list[tuple[int, int]]:
    """Best pairs first, each row and each target once."""
    pairs = []
    for i, row in rows.iterrows():
        for j, target in targets.iterrows():
            score = same(row, target)
            if score >= least:
                pairs.append((score, i, j))
    used_rows: set[int] = set()
    used_targets: set[int] = set()
    found = []
    for _, i, j in sorted(pairs, key=lambda pair: -pair[0]):
        if i not in used_rows and j not in used_targets:
            used_rows.add(i)
            used_targets.add(j)
            found.append((i, j))
    return found


def read_targets(plan: str) -> pd.DataFrame:
    frame = pd.read_csv(ROOT / "data" / "plans" / plan / "targets.csv", dtype=str, keep_default_na=False)
    for name in ("value", "value_high"):
        frame[name] = pd.to_numeric(frame[name].replace("", None))
    return _once(frame)


def _once(targets: pd.DataFrame) -> pd.DataFrame:
    """The targets, two prints of one goal as one; `printed_twice` says which."""
    same = ["indicator", "comparator", "value", "value_high", "unit", "deadline"]
    told = targets[same].astype(str).fillna("")
    partner = told.set_index(targets["target_id"]).reindex(targets["related"]).set_axis(targets.index)
    twice = partner.eq(told).all(axis=1) & targets["state"].eq("current")
    return targets.assign(printed_twice=twice)[~twice | (targets["target_id"] < targets["related"])]


def score_plan(plan: str, show_missed: bool = False, show_extra: bool = False) -> Score:
    """Read one plan text and compare with its shipped targets."""
    indicators = pd.read_csv(ROOT / "data" / "indicators.csv", dtype=str, keep_default_na=False)
    rows = read_plan(TEXTS / f"{plan}.txt", indicators=indicators)
    targets = read_targets(plan)
    pairs = match(rows, targets)
    if show_missed:
        _show("missed", targets.drop(index=[j for _, j in pairs]), "name_zh")
    if show_extra:
        _show("extra", rows.drop(index=[i for i, _ in pairs]), "name")
    return Score(plan, len(rows), len(targets), len(pairs))


def _show(word: str, frame: pd.DataFrame, name: str) -> None:
    for _, row in frame.iterrows():
        print(
            f"  {word}: {row['locator'][:20]} | {row[name]} | {row['comparator']} {row['value']} "
            f"{row['value_high']} {row['unit']} @{row['deadline']} | {str(row.get('evidence', ''))[-90:]}"
        )


def total(name: str, scores: list[Score]) -> Score:
    return Score(
        name,
        sum(s.proposed for s in scores),
        sum(s.targets for s in scores),
        sum(s.matched for s in scores),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("plans", nargs="*")
    parser.add_argument("--missed", action="store_true")
    parser.add_argument("--extra", action="store_true")
    options = parser.parse_args()
    known = sorted(path.stem for path in TEXTS.glob("*.txt"))
    plans = [p for p in options.plans or known if (ROOT / "data/plans" / p / "targets.csv").exists()]
    scores = [score_plan(plan, options.missed, options.extra) for plan in plans]
    print(f"{'plan':24} proposed  targets  matched  precision   recall")
    for score in scores:
        print(score.line())
    written = [s for s in scores if s.plan in WRITTEN_ON]
    other = [s for s in scores if s.plan not in WRITTEN_ON]
    for name, part in (("rules written on", written), ("held out", other), ("all", scores)):
        if part:
            print(total(name, part).line())


if __name__ == "__main__":
    main()
