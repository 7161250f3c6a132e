"""GM(1,1), the grey model that Chinese papers on health targets use.

Source: Deng Julong's grey system theory as applied e.g. in Zhu et al. 2019
(doi:10.16462/j.cnki.zhjbkz. 2019.08.018). It is an exponential fit in disguise: the ratio of
successive forecasts is constant, there is no interval, and C and P judge the fit to the past, not
the forecast. Offered as the familiar comparator.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

SOURCE = "gm11"
VERSION = "gm11-deng"
# (C below, P above): grade 1 good ... 4 unfit. Grades 2 and 3 as usually quoted.
GRADES = ((0.35, 0.95), (0.50, 0.80), (0.65, 0.70))
SMALL_ERROR = 0.6745


@dataclass(frozen=True)
class GreyModel:
    """A fitted GM(1,1): x̂¹(k+1) = (x⁰(1) - b/a)·e^(-ak) + b/a, its fit and its grades.

    ``development`` a, ``input`` b, ``first`` x⁰(1), ``fitted`` the values of all past points (the
    first is itself), ``ratio`` C = S_e/S_x, ``small_errors`` P, ``mean_relative_error`` in percent
    over the points after the first, ``grade`` 1 (good) to 4.
    """

    development: float
    input: float
    first: float
    fitted: tuple[float, ...]
    ratio: float
    small_errors: float
    mean_relative_error: float

    @property
    def coefficient(self) -> float:
        """x⁰(1) - b/a, the factor of the exponential that papers print."""
        return self.first - self.level

    @property
    def level(self) -> float:
        """b/a, the constant that papers print."""
        return self.input / self.development

    @property
    def grade(self) -> int:
        """1 good, 2 qualified, 3 barely, 4 unfit, by C and P together."""
        for grade, (ratio, small) in enumerate(GRADES, start=1):
            if self.ratio < ratio and self.small_errors > small:
                return grade
        return len(GRADES) + 1

    def forecast(self, steps: int) -> tuple[float, ...]:
        """Point forecasts of the next ``steps`` periods; their ratio is e^(-a) throughout."""
        return tuple(self._at(len(self.fitted) + k) for k in range(steps))

    def _at(self, k: int) -> float:
        a = self.development
        return self.coefficient * (1 - math.exp(a)) * math.exp(-a * k)


def grey_model(values: Sequence[float]) -> GreyModel:
    """GM(1,1) fitted to equally spaced positive values by least squares on the mean-generated
    series.

    Raises ValueError for fewer than four values, for values that are not positive and for a series
    without any exponential movement (a = 0).
    """
    if len(values) < 4 or min(values) <= 0:
        raise ValueError("GM(1,1) needs at least four values, all above zero")
    sums = [values[0]]
    for value in values[1:]:
        sums.append(sums[-1] + value)
    means = [(left + right) / 2 for left, right in pairwise(sums)]
    a, b = _least_squares(means, list(values[1:]))
    if a == 0:
        raise ValueError("GM(1,1) cannot be fitted to a series that does not move")
    level = b / a
    path = [
        (values[0] - level) * (1 - math.exp(a)) * math.exp(-a * k) for k in range(1, len(values))
    ]
    fitted = (values[0], *path)
    errors = [x - f for x, f in zip(values, fitted, strict=True)]
    spread, around = _deviation(values), _deviation(errors)
    mean_error = sum(errors) / len(errors)
    small = sum(abs(e - mean_error) < SMALL_ERROR * spread for e in errors) / len(errors)
    relative = [abs(e) / x for e, x in zip(errors[1:], values[1:], strict=True)]
    return GreyModel(
        development=a,
        input=b,
        first=values[0],
        fitted=fitted,
        ratio=around / spread,
        small_errors=small,
        mean_relative_error=100 * sum(relative) / len(relative),
    )


def _least_squares(means: Sequence[float], values: Sequence[float]) -> tuple[float, float]:
    """a and b of x⁰(k) + a·z¹(k) = b."""
    n = len(means)
    mean_z, mean_x = sum(means) / n, sum(values) / n
    over = sum((z - mean_z) * (x - mean_x) for z, x in zip(means, values, strict=True))
    a = -over / sum((z - mean_z) ** 2 for z in means)
    return a, mean_x + a * mean_z


def _deviation(values: Sequence[float]) -> float:
    mean = sum(values) / len(values)
    return math.sqrt(sum((v - mean) ** 2 for v in values) / len(values))
