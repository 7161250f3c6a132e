"""What the published measures share: the answer they give, directions, growth rates.

Every measure is a pure function of a few numbers that returns a :class:`Measure`. Nothing is
replaced in silence: whoever wants a source's substitute for zero passes it as ``zero=`` and finds
it in ``notes``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

DIRECTIONS = {"increase": 1, "decrease": -1}
ACHIEVED = "target_achieved"
NOT_AVAILABLE = "not_available"


@dataclass(frozen=True)
class Measure:
    """One published measure applied to one series.

    ``value`` is the source's own number (None where it gives none), ``category`` the source's own
    word, ``score`` its score if it has one, ``parts`` the numbers in between, ``notes`` what was
    replaced or why there is no value (``replaced zero``, ``base equals target``, ``one point``,
    ...).
    """

    source: str
    version: str
    value: float | None
    category: str
    score: float | None = None
    parts: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def sign_of(direction: str) -> int:
    """+1 for ``increase``, -1 for ``decrease``. Raises ValueError for anything else.

    A two-sided indicator has no pace: measure the distance from its range instead (see
    :func:`goldilocks`).
    """
    if direction not in DIRECTIONS:
        raise ValueError(f"direction must be one of {', '.join(DIRECTIONS)}, not {direction!r}")
    return DIRECTIONS[direction]


def meets(value: float, target: float, direction: str) -> bool:
    """True when ``value`` is at the target or on its good side."""
    return sign_of(direction) * (value - target) >= 0


def growth(value: float, base: float, years: float) -> float:
    """Compound annual growth rate from ``base`` to ``value`` as a fraction a year.

    Both values must share a sign. Raises ValueError for a zero base, for opposite signs and for no
    time.
    """
    if base == 0 or value / base < 0:
        raise ValueError(
            "a growth rate needs two values of the same sign, and a base other than zero"
        )
    if years == 0:
        raise ValueError("a growth rate needs time between its two values")
    return (value / base) ** (1 / years) - 1


def goldilocks(value: float, centre: float = 1.0) -> float:
    """Distance from a two-sided optimum as a ratio that is best at 1 and should fall: max(v/c,
    c/v).

    The transformation that Open SDG recommends for a parity index (``centre`` 1). ``value`` and
    ``centre`` must be positive; raises ValueError otherwise.
    """
    if value <= 0 or centre <= 0:
        raise ValueError("a ratio to the optimum needs positive values")
    return max(value / centre, centre / value)
