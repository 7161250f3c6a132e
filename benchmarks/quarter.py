"""The chances of the quarter's goals beside the lamp: what each said, and what the year came to.

    python benchmarks/quarter.py [--split] [--markdown]

Every past year with two complete years before it, of the open half of the series with quarters, by the package's own
distribution; goals at ``SHARES`` of last year's amount (for diseases ceilings there), at ``POINTS`` from last year's
rate (stocks: per cent). Each source (of levels: each indicator) weighs the same. The lamp is green at or above the even
pace, yellow within ten points (levels: one) of it, red beyond; calibrated, each colour is read as its frequency. A
false alarm is a goal met with a chance below 0.5 (not green); missed, a goal not met without one. Coverage and median
width are those of the 80 % interval, the width in parts of the year's amount (levels: in points or per cent).

The shipped constants have seen these series. ``--split`` learns the constants, and the frequencies of the colours, on
one half of the series and judges the other, both ways round.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1]))  # training is no part of the installed package
from healthplan.ledger import chance
from healthplan.ledger.chance import QUARTERS
from training import quarter as training
from training.quarter import Block, blocks, came, only, steps, walks

SHARED = Path(__file__).resolve().parents[2] / "shared"
SHARES = (0.8, 0.9, 1.0, 1.05, 1.1, 1.2)
POINTS = (-3, -1, 0, 1, 2, 4)
YELLOW = {"flow": 0.10, "level": 1.0}
BINS = 10
COLUMNS = ["brier", "ece", "false_alarm", "missed", "cover", "width"]


class Said(NamedTuple):
    """Of one group, rule and quarter: chance, outcome, weight and lamp colour (goals * tasks,); inside, width and
    weight of the intervals (tasks,)."""

    p: np.ndarray
    met: np.ndarray
    weight: np.ndarray
    colour: np.ndarray
    inside: np.ndarray
    width: np.ndarray
    each: np.ndarray


def amounts(block: Block, quarter: int, k: dict, down: bool, one: bool) -> Said:
    """What the rule says of a block of amounts."""
    year, to_date, last = block.year.sum(1), block.year[:, :quarter].sum(1), block.earlier[:, -1].sum(1)
    law = chance.remainder(to_date, quarter, block.earlier[:, -1:] if one else block.earlier, k)
    p, met, colour = [], [], []
    for share in SHARES:
        goal = share * last
        rest = np.log(np.maximum(goal - to_date, 0) + chance.HALF)
        ahead = to_date / np.maximum(goal, 1e-9) - quarter / QUARTERS
        if down:
            p.append(np.where(to_date > goal, 0.0, law.below(rest)))
        else:
            p.append(np.where(to_date >= goal, 1.0, law.above(rest)))
        met.append(year <= goal if down else year >= goal)
        colour.append(_colour(-ahead if down else ahead, YELLOW["flow"]))
    ends = [np.maximum(to_date + np.exp(end) - chance.HALF, to_date) for end in law.interval()]
    return _said(block, p, met, colour, year, ends, np.maximum(year, 1))


def levels(block: Block, quarter: int, k: dict, what: str) -> Said:
    """What the rule says of a block of rates and stocks, all in steps."""
    walk = walks(block, what, quarter)
    law = walk.law(k)
    year, last = (steps(came(x, what), block) for x in (block, block._replace(year=block.earlier[:, -1])))
    p, met, colour = [], [], []
    for points in POINTS:
        goal = last + points
        pace = last + points * quarter / QUARTERS if what == "end_value" else goal
        p.append(law.above(goal))
        met.append(year >= goal)
        colour.append(_colour(walk.now - pace, YELLOW["level"]))
    return _said(block, p, met, colour, year, law.interval(), np.ones(len(year)))


def _colour(ahead: np.ndarray, yellow: float) -> np.ndarray:
    """0 green, 1 yellow, 2 red."""
    return np.where(ahead >= 0, 0, np.where(ahead >= -yellow, 1, 2))


def _said(block: Block, p: list, met: list, colour: list, year: np.ndarray, ends: object, unit: np.ndarray) -> Said:
    _, low, high = ends  # type: ignore[misc]
    weight = np.tile(block.weight, len(p))
    inside = (year >= low) & (year <= high)
    return Said(np.concatenate(p), np.concatenate(met), weight, np.concatenate(colour), inside,
                (high - low) / unit, block.weight)  # fmt: skip


def joined(some: list[Said]) -> Said:
    """Several blocks as one."""
    return Said(*(np.concatenate(x) for x in zip(*some, strict=True)))


def scored(said: Said, p: np.ndarray, alarm: np.ndarray) -> dict[str, float]:
    """Brier, expected calibration error in ten bins, false alarms among goals met, missed among those not met."""
    w, met = said.weight, said.met.astype(bool)
    at = np.minimum((p * BINS).astype(int), BINS - 1)
    weight, off = np.bincount(at, w, BINS), np.bincount(at, w * (p - met), BINS)
    return {
        "brier": np.average((p - met) ** 2, weights=w),
        "ece": np.abs(off).sum() / weight.sum(),
        "false_alarm": np.average(alarm[met], weights=w[met]),
        "missed": np.average(~alarm[~met], weights=w[~met]),
    }


def measured(said: Said) -> dict[str, float]:
    """The figures of a rule's chances and its intervals."""
    cover = np.average(said.inside, weights=said.each)
    return scored(said, said.p, said.p < 0.5) | {"cover": cover, "width": float(np.median(said.width))}


def lamps(said: Said, learnt_on: list[Said], parts: list[np.ndarray]) -> dict[str, dict[str, float]]:
    """The lamp read as yes or no, and each colour as the frequency it had where it was learnt (for these tasks)."""
    p = np.empty(len(said.p))
    for on, at in zip(learnt_on, parts, strict=True):
        n, good = (np.bincount(on.colour, w, 3) for w in (on.weight, on.weight * on.met))
        p[at] = (good / np.maximum(n, 1e-12))[said.colour[at]]
    green = said.colour == 0
    return {"lamp, yes or no": scored(said, green.astype(float), ~green), "lamp, calibrated": scored(said, p, ~green)}


Rule = tuple[Callable[[Block, int, dict], Said], Callable[[int], dict], Callable[[list[Block], int], dict]]


def flow_rule(domain: str, one: bool) -> Rule:
    """How an amount's chance is made, its shipped constants, and how they are learnt."""
    return (
        lambda block, q, k: amounts(block, q, k, domain == "disease", one),
        lambda q: dict(chance.constants("flow", domain, q, "one" if one else "more")),
        lambda some, q: training.learnt_flow(some, q, one),
    )


def level_rule(what: str, plain: bool, all_of: list[Block]) -> Rule:
    """The same of a level's; the plain walk without pull is learnt where it stands."""
    learn = lambda some, q: training.learnt_level(some, what, q, 0.0 if plain else None)  # noqa: E731
    shipped = lambda q: learn(all_of, q) if plain else dict(chance.constants("level", what, q, "more"))  # noqa: E731
    return lambda block, q, k: levels(block, q, k, what), shipped, learn


def judged(group: str, some: list[Block], rules: dict[str, Rule], split: bool) -> list[dict]:
    """The rows of one group: a row a rule and quarter."""
    rows = []
    for q in (1, 2, 3):
        for name, (say, shipped, learn) in rules.items():
            if split:
                halves = [only(some, part) for part in (0, 1)]
                k = [learn(halves[1 - part], q) for part in (0, 1)]
                each = [joined([say(block, q, k[part]) for block in halves[part]]) for part in (0, 1)]
                said, learnt_on = joined(each), each[::-1]
            else:
                said = joined([say(block, q, shipped(q)) for block in some])
                each = learnt_on = [said]
            rows.append({"group": group, "rule": name, "quarter": q} | measured(said))
        bounds = np.cumsum([0, *(len(x.p) for x in each)])
        parts = [np.arange(a, b) for a, b in pairwise(bounds)]
        rows += [{"group": group, "rule": lamp, "quarter": q} | x for lamp, x in lamps(said, learnt_on, parts).items()]
    return rows


def table(
    shared: Path, split: bool = False, groups: tuple[str, ...] = ("flow", "count_down", "levels")
) -> pd.DataFrame:
    """Group, rule, quarter and the figures."""
    panel = pd.read_parquet(shared / training.SERIES)
    rows = []
    for kind, group in (("flow", "service flows"), ("count_down", "disease ceilings")):
        if kind in groups:
            rules = {name: flow_rule(training.FLOWS[kind], one)
                     for name, one in (("chance", False), ("chance, one earlier year", True))}  # fmt: skip
            rows += judged(group, blocks(panel, (kind,)), rules, split)
    if "levels" in groups:
        some = blocks(panel, ("rate", "stock"))
        for what, group in (("average", "yearly means"), ("end_value", "year-end values")):
            rules = {name: level_rule(what, plain, some)
                     for name, plain in (("chance", False), ("plain walk", True))}  # fmt: skip
            rows += judged(group, some, rules, split)
    return pd.DataFrame(rows)


def wide(found: pd.DataFrame) -> pd.DataFrame:
    """A row a group and rule, each cell the three quarters."""
    text = found.assign(**{c: found[c].map(lambda x: "" if pd.isna(x) else f"{x:.3f}".lstrip("0")) for c in COLUMNS})
    return text.groupby(["group", "rule"], sort=False)[COLUMNS].agg("/".join).replace("//", "").reset_index()


def main() -> None:
    """Print the table, or that there is nothing to measure on."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared", type=Path, default=SHARED)
    parser.add_argument("--split", action="store_true")
    parser.add_argument("--markdown", action="store_true")
    options = parser.parse_args()
    if not (options.shared / training.SERIES).exists():
        print(f"nothing to measure on: {options.shared / training.SERIES} is not here")
        return
    found = wide(table(options.shared, options.split))
    if options.markdown:
        lines = [list(found.columns), ["---"] * found.shape[1], *found.to_numpy().tolist()]
        print("\n".join("| " + " | ".join(line) + " |" for line in lines))
    else:
        print(found.to_string(index=False))


if __name__ == "__main__":
    main()
