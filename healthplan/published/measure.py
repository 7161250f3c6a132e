"""What the published measures are given and what they answer: whole arrays, a goal an entry."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

DIRECTIONS = {"increase": 1, "decrease": -1}
ACHIEVED = "target_achieved"
NOT_AVAILABLE = "not_available"


@dataclass(frozen=True)
class Goals:
    """Goals and what is known of them; arrays of one length, nan where there is nothing. ``base`` at ``base_year`` and
    ``value`` at ``year`` (the latest), ``target`` due at ``target_year``; ``sign`` +1 should rise, -1 should fall.
    ``years`` and ``values`` (goals, figures): all figures up to ``year``, right-aligned. ``share``: percentages.
    ``limit``: the natural bound of a level without a target. ``zero``: what stands in for a zero base or target."""

    base_year: np.ndarray
    base: np.ndarray
    year: np.ndarray
    value: np.ndarray
    target: np.ndarray
    target_year: np.ndarray
    sign: np.ndarray
    years: np.ndarray
    values: np.ndarray
    share: np.ndarray
    limit: np.ndarray
    base_error: np.ndarray
    value_error: np.ndarray
    zero: float = np.nan

    @property
    def met(self) -> np.ndarray:
        """Whether the latest value is at the target or on its good side."""
        return self.sign * (self.value - self.target) >= 0


COLUMNS = ("base_year", "base", "year", "value", "target", "target_year", "limit",
           "base_error", "value_error")  # fmt: skip


def goals(
    *,
    direction: str | np.ndarray,
    years: np.ndarray | None = None,
    values: np.ndarray | None = None,
    share: bool | np.ndarray = False,
    zero: float = np.nan,
    **columns: float | np.ndarray | None,
) -> Goals:
    """Goals of numbers or arrays by the names of :class:`Goals`; what is not given is nan. ``direction``: ``increase``,
    ``decrease`` or an array of signs. Without a series base and value are its two figures. Raises ValueError for
    another direction (a two-sided goal has no pace) and TypeError for an unknown column."""
    if unknown := set(columns) - set(COLUMNS):
        raise TypeError(f"not a column of goals: {', '.join(sorted(unknown))}")
    if isinstance(direction, str) and direction not in DIRECTIONS:
        raise ValueError(f"direction must be one of {', '.join(DIRECTIONS)}, not {direction!r}")
    sign = DIRECTIONS[direction] if isinstance(direction, str) else direction
    given = [np.nan if columns.get(name) is None else columns[name] for name in COLUMNS]
    flat = np.broadcast_arrays(*(np.atleast_1d(np.asarray(x, float)) for x in (*given, sign)))
    known = dict(zip((*COLUMNS, "sign"), flat, strict=True))
    if years is None or values is None:
        years = np.column_stack([known["base_year"], known["year"]])
        values = np.column_stack([known["base"], known["value"]])
    shares = np.broadcast_to(share, known["sign"].shape)
    matrices = {"years": np.atleast_2d(years), "values": np.atleast_2d(values)}
    return Goals(**known, **matrices, share=shares, zero=zero)


@dataclass(frozen=True)
class Answer:
    """``value`` the source's own number, ``place`` of its class among the measure's words (-1 none),
    ``score`` if it has one, ``parts`` the numbers in between; arrays of one length."""

    value: np.ndarray
    place: np.ndarray
    score: np.ndarray | None = None
    parts: Mapping[str, np.ndarray] = field(default_factory=dict)


@dataclass(frozen=True)
class Measure:
    """One published measure: where it comes from, the words of its classes (best first), which of them say that a goal
    will be met (``positive``) or will not (``negative``), and the function. ``zero``: what its source puts for zero."""

    name: str
    source: str
    version: str
    words: tuple[str, ...]
    positive: tuple[int, ...]
    negative: tuple[int, ...]
    function: Callable[[Goals], Answer]
    zero: float = np.nan

    def words_of(self, answer: Answer) -> np.ndarray:
        """The source's word for each entry; empty for a measure without classes."""
        words = np.array([*self.words, NOT_AVAILABLE if self.words else ""], object)
        return words[answer.place]


def graded(value: np.ndarray, thresholds: tuple, *, first: int = 0) -> np.ndarray:
    """Places from ``first`` on by falling thresholds (numbers or arrays); -1 where there is no value."""
    place = first + sum((value < threshold).astype(np.int8) for threshold in thresholds)
    return np.where(np.isnan(value), -1, place).astype(np.int8)
