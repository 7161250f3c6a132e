"""The scale on which figures are held against each other: amounts as logarithms, shares as logits, others as they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from healthplan.league.panel import Panel

OFFSET = 0.05  # of a share, in points: 0 and 100 have a logit with it
HALF = 0.5  # of an event: stands for none where a logarithm is taken


@dataclass(frozen=True, eq=False)
class Scale:
    """``name``: log, logit or plain; ``offset``: of the logit; ``lower``, ``upper``: the natural bounds, in the unit."""

    name: str
    lower: float
    upper: float
    offset: float = OFFSET

    def to(self, value: np.ndarray) -> np.ndarray:
        """Figures in their unit on this scale."""
        if self.name == "log":
            return np.log(value)
        if self.name == "logit":
            return np.log(value + self.offset) - np.log(100 - value + self.offset)
        return value

    def back(self, scaled: np.ndarray) -> np.ndarray:
        """The figures in their unit, inside their bounds."""
        if self.name == "log":
            value = np.exp(np.minimum(scaled, 700))
        elif self.name == "logit":
            value = (100 + 2 * self.offset) / (1 + np.exp(-np.clip(scaled, -700, 700))) - self.offset
        else:
            value = scaled
        return np.clip(value, self.lower, self.upper)

    def slope(self, value: np.ndarray) -> np.ndarray:
        """How many times as large a small change of the figure is on this scale."""
        if self.name == "log":
            return 1 / value
        if self.name == "logit":
            return 1 / (value + self.offset) + 1 / (100 - value + self.offset)
        return np.ones_like(value)


PLAIN = Scale("plain", -np.inf, np.inf)


def counted(panel: Panel) -> np.ndarray:
    """The figures (n, t), where all or nothing of a known number was counted half an event in place of none."""
    all_of = panel.exposure + 2 * HALF
    if panel.kind == "rate":
        return np.where((panel.value == 0) & np.isfinite(all_of), HALF * panel.per / panel.exposure, panel.value)
    if panel.kind == "share":
        end = np.isin(panel.value, (0, 100)) & np.isfinite(all_of)
        return np.where(end, 100 * (panel.events + HALF) / all_of, panel.value)
    return panel.value


def scale(panel: Panel, *, of_speeds: bool = False) -> Scale:
    """The scale for levels; of speeds shares stay as they are (points a year)."""
    low, high = (float(panel.about[end]) for end in ("lower_bound", "upper_bound"))
    ends = (-np.inf if np.isnan(low) else low, np.inf if np.isnan(high) else high)
    known = counted(panel)
    known = known[np.isfinite(known)]
    if not len(known):
        return Scale("plain", *ends)
    if panel.kind == "share" and known.min() >= 0 and known.max() <= 100:
        return Scale("plain" if of_speeds else "logit", *ends)
    return Scale("log" if low >= 0 and known.min() > 0 and panel.kind != "share" else "plain", *ends)


def step(value: np.ndarray) -> float:
    """The step in which figures are printed: the largest power of ten that all are whole multiples of, one at most or a
    thousandth of what they are like."""
    known = np.abs(value[np.isfinite(value)])
    if not len(known):
        return 0.0
    most = max(0, int(np.log10(max(np.median(known), 1e-9))) - 2)
    for power in range(most, -9, -1):
        times = known / 10.0**power
        if np.all(np.abs(times - np.round(times)) <= 1e-9 * np.maximum(times, 1)):
            return float(10.0**power)
    return 0.0


def at_least(panel: Panel, on: Scale) -> tuple[np.ndarray, np.ndarray]:
    """The variance (n, t) that each figure has at least on this scale: of its rounding, and of chance where counts are known
    (of stocks, which are counted one by one, not); and where they are. Chance is that of the events that the figures of three
    years let expect: a year with few by luck would seem to be known the worse, or the better, for it."""
    value, half = counted(panel), step(panel.value) / 2
    low, high = value - half, value + half
    if on.name == "log":
        low = np.maximum(low, value / 2)
    elif on.name == "logit":
        low, high = np.maximum(low, 0), np.minimum(high, 100)
    floor = (on.to(high) - on.to(low)) ** 2 / 12
    if panel.about["stock"] == "yes" or panel.kind not in ("rate", "share"):
        return floor, np.zeros(value.shape, bool)
    events, exposure = panel.lately(panel.events), panel.lately(panel.exposure)
    if panel.kind == "rate":
        rate = np.maximum(events, HALF) / exposure
        chance = panel.per**2 * rate / panel.exposure * on.slope(panel.per * rate) ** 2
    else:
        share = (events + HALF) / (exposure + 2 * HALF)
        chance = 100**2 * share * (1 - share) / panel.exposure * on.slope(100 * share) ** 2
    return np.fmax(floor, chance), np.isfinite(chance)
