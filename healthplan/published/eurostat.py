"""Eurostat's progress measure as the Basque statistics office (Eustat) publishes it on Open SDG.

Source: EUSTAT-DES/data ``scripts/build_data.py`` @00a0109c. Eurostat's own annex was not at hand,
so this is Eustat's reading of it, with its known oddities kept: a ratio between 0 and 0.6 moves the
right way and is still called ``moderate_deterioration``; a base at its limit that falls a little
scores +5.
"""

from __future__ import annotations

from collections.abc import Iterable

from healthplan.published.common import NOT_AVAILABLE, Measure
from healthplan.published.open_sdg import measured

SOURCE = "eurostat"
VERSION = "eurostat-eustat (EUSTAT-DES 00a0109c)"
GOOD, SOME, NONE, BAD, WORSE = (
    "significant_progress",
    "moderate_progress",
    "no_progress",
    "moderate_deterioration",
    "significant_deterioration",
)


def eurostat(
    base_year: float,
    base: float,
    year: float,
    value: float,
    direction: str,
    *,
    target: float | None = None,
    target_year: float = 2030,
    limit: float | None = None,
    zero: float | None = None,
) -> Measure:
    """Progress by Eurostat's thresholds: R against 95/60/0 %, or directed growth against ±1 and
    ±0.1 %.

    R and directed growth are those of :func:`healthplan.published.open_sdg.open_sdg`. With a target: R ≥
    0.95 or met ``significant_progress``, ≥ 0.60 ``moderate_progress``, ≥ 0
    ``moderate_deterioration`` (sic), below ``significant_deterioration``; score 5 above 1.3,
    (5/0.7)(R-0.6) down to 0.6, (5/1.2)(R+0.6)-5 down to -0.6, else -5. Without: ≥ 1 %, ≥ 0.1 %, ≥
    -0.1 % ``no_progress``, ≥ -1 %, below; score 5·v/2 % within ±5, the positive side divided by the
    limit's coefficient. ``zero`` as in ``open_sdg``.
    """
    run = measured(
        base_year, base, year, value, direction, target, target_year, limit=limit, zero=zero
    )
    if target is None:
        category, score = (
            growth_word(run.progress, run.coefficient),
            growth_score(run.progress, run.coefficient),
        )
    else:
        category = GOOD if run.achieved else target_word(run.progress)
        score = 5.0 if run.achieved else target_score(run.progress)
    parts = {"coefficient": run.coefficient, "base": run.base}
    return Measure(SOURCE, VERSION, run.progress, category, score, parts, run.notes)


def target_word(ratio: float | None) -> str:
    """The source's word for R."""
    if ratio is None:
        return NOT_AVAILABLE
    if ratio >= 0.95:
        return GOOD
    return SOME if ratio >= 0.6 else BAD if ratio >= 0 else WORSE


def growth_word(growth: float | None, coefficient: float) -> str:
    """The word without a target. The lower edge of mild deterioration shrinks with C too, as
    published."""
    if growth is None:
        return NOT_AVAILABLE
    high, low = 0.01 * coefficient, 0.001 * coefficient
    if growth >= high:
        return GOOD
    if growth >= low:
        return SOME
    if growth >= -0.001:
        return NONE
    return BAD if growth >= -high else WORSE


def target_score(ratio: float | None) -> float | None:
    """Score with a target, -5..+5."""
    if ratio is None:
        return None
    if ratio > 1.3:
        return 5.0
    if ratio >= 0.6:
        return 5 / 0.7 * (ratio - 0.6)
    return 5 / 1.2 * (ratio + 0.6) - 5 if ratio > -0.6 else -5.0


def growth_score(growth: float | None, coefficient: float) -> float | None:
    """Score without a target, -5..+5: 2 % a year is full marks, less near a limit."""
    if growth is None:
        return None
    if growth < -0.02:
        return -5.0
    if coefficient == 0 or growth > 0.02 * coefficient:
        return 5.0
    return 5 * growth / (0.02 * coefficient) if growth >= 0 else 5 * growth / 0.02


def eurostat_yes_no(value: float) -> Measure:
    """A yes/no indicator: 1 is ``significant_progress`` with score 5, anything else the
    opposite."""
    done = value == 1
    return Measure(SOURCE, VERSION, None, GOOD if done else WORSE, 5.0 if done else -5.0)


def eurostat_indicator(measures: Iterable[Measure]) -> Measure:
    """Several series: their mean score classed at 2.5, 0.25, -0.25 and -2.5. One series keeps its
    own word."""
    scored = [m for m in measures if m.score is not None]
    if len(scored) == 1:
        return scored[0]
    if not scored:
        return Measure(SOURCE, VERSION, None, NOT_AVAILABLE, None)
    mean = sum(m.score for m in scored if m.score is not None) / len(scored)
    if mean > 2.5:
        word = GOOD
    elif mean > 0.25:
        word = SOME
    else:
        word = NONE if mean >= -0.25 else BAD if mean >= -2.5 else WORSE
    return Measure(SOURCE, VERSION, mean, word, mean)


def nearest_base_year(wanted: int, years: Iterable[int]) -> int | None:
    """The observed year nearest to the wanted one; of two equally near the later (Eustat's
    spiral)."""
    return min(years, key=lambda y: (abs(y - wanted), -y), default=None)
