"""Statistics Canada's progress measure, the engine inside Open SDG.

Source: open-sdg/sdg-build ``sdg/ProgressMeasure.py`` @139fede7 and open-sdg
``docs/progress-methodology.md`` @26d2e387. The first version (2022) used other thresholds and
labels: the version stamp matters.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from healthplan.published.common import ACHIEVED, NOT_AVAILABLE, Measure, meets, sign_of

SOURCE = "open_sdg"
VERSION = "open_sdg-2024 (sdg-build 139fede7)"
TARGET_THRESHOLDS = (0.95, 0.60, 0.0)
GROWTH_THRESHOLDS = (0.015, 0.005, 0.0)
WORDS = ("substantial_progress", "moderate_progress", "limited_progress", "deterioration")
LIMIT_EXPONENT = 4.44
PUBLISHED_ZERO = 0.001


def open_sdg(
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
    """Progress by Statistics Canada: the ratio R to a target, or directed growth without one.

    With a target: R = s·d·CAGR(base→value) / |CAGR(base→target)|, with s = -1 for a negative base
    and d = ±1 the direction. R ≥ 0.95 ``substantial_progress``, ≥ 0.60 ``moderate_progress``, ≥ 0
    ``limited_progress``, below ``deterioration``; a met target is ``target_achieved``, score 5,
    whatever R. Without: s·d·CAGR (a fraction a year) against 1.5 %, 0.5 % and 0 %, the positive
    thresholds shrunk by :func:`limit_coefficient` near a natural ``limit`` (which is ignored when a
    target exists).

    ``score`` runs from -5 to +5. ``value`` None and ``not_available`` mean: fewer than two years,
    opposite signs, a base equal to the target, or a zero base or target. The source silently puts
    0.001 for a zero; here that happens only if ``zero=0.001`` is passed, and ``notes`` says
    ``replaced zero``.
    """
    run = measured(
        base_year, base, year, value, direction, target, target_year, limit=limit, zero=zero
    )
    if target is None:
        category = growth_word(run.progress, run.coefficient)
        score = growth_score(run.progress, run.coefficient)
    else:
        category = ACHIEVED if run.achieved else word_of(run.progress, TARGET_THRESHOLDS)
        score = 5.0 if run.achieved else target_score(run.progress)
    parts = {"coefficient": run.coefficient, "base": run.base}
    return Measure(SOURCE, VERSION, run.progress, category, score, parts, run.notes)


@dataclass(frozen=True)
class Run:
    """What Open SDG and those who build on it measure alike, before each puts its own word to it."""

    achieved: bool
    coefficient: float
    base: float
    progress: float | None
    notes: tuple[str, ...]


def measured(
    base_year: float,
    base: float,
    year: float,
    value: float,
    direction: str,
    target: float | None,
    target_year: float,
    *,
    limit: float | None,
    zero: float | None,
) -> Run:
    """Whether the target is achieved, the limit's coefficient, and R or the directed growth, with what was
    replaced on the way (arguments as in :func:`open_sdg`)."""
    notes = []
    if target == 0 and zero is not None:
        target, notes = zero, ["replaced zero target"]
    achieved = target is not None and meets(value, target, direction)
    coefficient = 1.0 if target is not None or limit is None else limit_coefficient(base, limit)
    sign = -1 if base < 0 else 1
    if base == 0 and zero is not None:
        base = zero
        notes.append("replaced zero base")
    progress, reason = progress_value(
        base_year, base, year, value, sign * sign_of(direction), target, target_year
    )
    if reason:
        notes.append(reason)
    return Run(achieved, coefficient, base, progress, tuple(notes))


def progress_value(
    base_year: float,
    base: float,
    year: float,
    value: float,
    sign: int,
    target: float | None,
    target_year: float,
) -> tuple[float | None, str]:
    """The source's progress value (R, or directed growth when ``target`` is None) and, if None,
    why."""
    if year - base_year < 1:
        return None, "one point"
    if base == 0:
        return None, "zero base"
    if base * value < 0:
        return None, "opposite signs"
    observed = sign * ((value / base) ** (1 / (year - base_year)) - 1)
    if target is None:
        return observed, ""
    if target == 0:
        return None, "zero target"
    required = required_growth(base, target, target_year - base_year)
    if required == 0:
        return None, "base equals target"
    return observed / required, ""


def required_growth(base: float, target: float, years: float) -> float:
    """|CAGR| needed from base to target; 0 when they are equal or no time is left.

    For a target on the other side of zero the source takes a complex root and its modulus; so does
    this, because the published values do. Such a ratio means little, see ``docs/methods-pace.md``.
    """
    if years == 0 or base == target:
        return 0.0
    return abs(complex(target / base) ** (1 / years) - 1)


def limit_coefficient(base: float, limit: float) -> float:
    """C: how much of the growth thresholds is left for a base near its natural limit.

    1 - (|y0|/|L|)^4.44 up to the limit, mirrored between L and 2L, 1 beyond; 0 at the limit itself.
    """
    size, edge = abs(base), abs(limit)
    if size >= 2 * edge:
        return 1.0
    share = size / edge if size <= edge else (2 * edge - size) / edge
    return 1 - share**LIMIT_EXPONENT


def word_of(progress: float | None, thresholds: Sequence[float]) -> str:
    """The source's word for a progress value."""
    if progress is None:
        return NOT_AVAILABLE
    reached = (
        word for word, threshold in zip(WORDS, thresholds, strict=False) if progress >= threshold
    )
    return next(reached, WORDS[-1])


def growth_word(progress: float | None, coefficient: float) -> str:
    """The word without a target; the thresholds shrink by the coefficient."""
    return word_of(progress, [t * coefficient for t in GROWTH_THRESHOLDS])


def growth_score(progress: float | None, coefficient: float) -> float | None:
    """Score without a target, -5..+5, linear between the thresholds."""
    if progress is None:
        return None
    if progress < 0:
        return max(125 * progress - 2.5, -5.0)
    if coefficient == 0:
        return 5.0  # the base sits at its limit and holds it
    scaled = progress / coefficient
    if progress >= 0.015 * coefficient:
        return min(500 * scaled - 5, 5.0)
    return 250 * scaled - 1.25 if progress >= 0.005 * coefficient else 500 * scaled - 2.5


def target_score(progress: float | None) -> float | None:
    """Score with a target, -5..+5 (the source's own rounded coefficients)."""
    if progress is None:
        return None
    if progress >= 0.6:
        return min(7.1429 * progress - 4.2857, 5.0)
    return max(4.1667 * progress - 2.5, -5.0)


def open_sdg_indicator(measures: Iterable[Measure]) -> Measure:
    """Several series of one indicator: the mean score, classed at 2.5, 0 and -2.5.

    ``target_achieved`` only when every series with a score achieved its target; series without a
    score are left out, as the source does.
    """
    scored = [m for m in measures if m.score is not None]
    if not scored:
        return Measure(SOURCE, VERSION, None, NOT_AVAILABLE, None)
    mean = sum(m.score for m in scored if m.score is not None) / len(scored)
    achieved = all(m.category == ACHIEVED for m in scored)
    category = ACHIEVED if achieved else word_of(mean, (2.5, 0.0, -2.5))
    return Measure(SOURCE, VERSION, mean, category, mean)


def next_base_year(wanted: int, years: Iterable[int]) -> int | None:
    """The base year itself if observed, else the next later one (the source's rule); None if
    none."""
    later = [y for y in years if y >= wanted]
    return min(later) if later else None
