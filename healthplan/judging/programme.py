"""What a user's own costs and budget would choose from the staircase: a small mixed-integer programme (scipy's ``milp``).

It takes the things whose gain in expected goals is largest for the budget. One thing serves every goal it raises, and one
that counts among another serves that one's goals too. Nothing is said about money beyond what the user states, and how far
the choice hangs on it stands beside it: how often each goal is chosen when every cost is up to 30 % off.
"""

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
import pandas as pd

from healthplan import tables

OFF = 0.3  # shares by which costs are taken to be off
DRAWS = 30
SEED = 20240101


def programme(staircase: pd.DataFrame, stocks: pd.DataFrame, costs: Mapping[str, float], budget: float) -> pd.DataFrame:
    """The table *programme*. ``staircase``: table; ``costs``: of one thing of each stock that may be bought, in the unit of
    ``budget``. Steps of stocks without a cost are left out, and those that need no more."""
    steps = staircase[staircase["stock"].isin(costs) & (staircase["extra"] > 0) & ~staircase["capped"]]
    steps = steps.reset_index(drop=True)
    if steps.empty:
        return tables.empty("programme")
    gains = _gains(steps)
    serves = _serves(steps, stocks, list(costs))
    price = np.array([float(costs[one]) for one in costs])
    added, chosen = _chosen(steps, gains, serves, price, budget)
    rng = np.random.default_rng(SEED)
    draws = [
        _chosen(steps, gains, serves, price * rng.uniform(1 - OFF, 1 + OFF, len(price)), budget)[1]
        for _ in range(DRAWS)
    ]
    amount = dict(zip(costs, added, strict=True))
    found = steps[["stock", "target_id", "level", "unit", "extra"]].assign(
        chosen=chosen,
        chosen_share=np.mean(draws, axis=0),
        added=steps["stock"].map(amount),
        cost=[amount[one] * float(costs[one]) for one in steps["stock"]],
    )
    return tables.check(found, "programme")


def _gains(steps: pd.DataFrame) -> np.ndarray:
    """What reaching a level adds to the number of goals expected, beyond the level below it."""
    levels = steps.sort_values("level").groupby("target_id")["level"]
    below = levels.shift().reindex(steps.index).fillna(steps["probability_met"])
    return (steps["level"] - np.maximum(below, steps["probability_met"])).clip(lower=0).to_numpy(float)


def _serves(steps: pd.DataFrame, stocks: pd.DataFrame, bought: list[str]) -> np.ndarray:
    """Whether one thing bought (columns) is one more of what a step (rows) asks for."""
    among = dict(zip(stocks["stock"], stocks["counts_among"], strict=True))

    def counts_as(one: str, other: str) -> bool:
        return one == other or (bool(among.get(one)) and counts_as(among[one], other))

    return np.array([[counts_as(one, stock) for one in bought] for stock in steps["stock"]], dtype=float)


def _chosen(
    steps: pd.DataFrame, gains: np.ndarray, serves: np.ndarray, price: np.ndarray, budget: float
) -> tuple[np.ndarray, np.ndarray]:
    """How many of each thing, and which steps. Levels are nested: 80 % is reached by way of 50 %."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    things, goals = len(price), len(steps)
    least = 1e-6 * price / price.max()  # of equal gains the cheaper
    enough = np.hstack([serves, -np.diag(steps["extra"].to_numpy(float))])
    rules = [LinearConstraint(enough, 0, np.inf), LinearConstraint(np.r_[price, np.zeros(goals)], -np.inf, budget)]
    for _, rows in steps.groupby("target_id"):
        order = rows.sort_values("level").index
        for low, high in pairwise(order):
            row = np.zeros(things + goals)
            row[things + low], row[things + high] = 1, -1
            rules.append(LinearConstraint(row, 0, np.inf))
    limits = Bounds(np.zeros(things + goals), np.r_[np.full(things, np.inf), np.ones(goals)])
    found = milp(np.r_[least, -gains], constraints=rules, bounds=limits, integrality=np.ones(things + goals))
    if found.x is None:
        return np.zeros(things, int), np.zeros(goals, bool)
    whole = np.round(found.x).astype(int)
    return whole[:things], whole[things:].astype(bool)
