"""Imihigo, Rwanda's district performance contracts: quarter and year scores in percent of the
target.

Source: "Progress Calculation Guide" of the Imihigo Monitoring System (public document). Kept as
published, with its flaws: the cap at 100 hides over-performance, a period marked not applicable
counts as 0, a decreasing indicator is judged by its worst month, and a year of percentages adds
months up.
"""

from __future__ import annotations

from collections.abc import Sequence

from healthplan.published.common import Measure

SOURCE = "imihigo"
VERSION = "imihigo-guide"
CAP = 100.0
KINDS = ("cumulative", "percentage", "decreasing")


def imihigo(
    kind: str,
    values: Sequence[float],
    targets: Sequence[float],
    *,
    annual: bool = False,
    not_applicable: bool = False,
) -> Measure:
    """Percent of the period's target, capped at 100; the quarter is ``len(targets)``.

    ``cumulative``: highest value ÷ sum of the quarterly targets so far. ``percentage``: mean of the
    months ÷ this quarter's target (``annual``: their sum ÷ the year's target). ``decreasing``: this
    quarter's target ÷ highest value, 100 when nothing happened. ``annual`` takes the last of
    ``targets`` as the year's target. A target of zero: 100 when something was done, else 0. Raises
    ValueError for an unknown kind or no values.
    """
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}, not {kind!r}")
    if not_applicable:
        return Measure(SOURCE, VERSION, 0.0, "", notes=("not applicable counts as 0",))
    if not values or not targets:
        raise ValueError("a score needs at least one value and one target")
    if kind == "percentage":
        actual = sum(values) if annual else sum(values) / len(values)
    else:
        actual = max(values)
    target = sum(targets) if kind == "cumulative" and not annual else targets[-1]
    share = _share(actual, target, kind)
    notes = ("capped at 100",) if share > CAP else ()
    parts = {"uncapped": share, "actual": actual, "target": target}
    return Measure(SOURCE, VERSION, min(share, CAP), "", parts=parts, notes=notes)


def imihigo_composite(parts: Sequence[float]) -> Measure:
    """A merged indicator: the mean of its children's scores, each capped at 100 before."""
    if not parts:
        raise ValueError("a composite needs at least one part")
    value = sum(min(p, CAP) for p in parts) / len(parts)
    return Measure(SOURCE, VERSION, min(value, CAP), "")


def _share(actual: float, target: float, kind: str) -> float:
    if kind == "decreasing":
        return 100 * target / actual if actual > 0 else CAP
    if target > 0:
        return 100 * actual / target
    return CAP if actual > 0 else 0.0
