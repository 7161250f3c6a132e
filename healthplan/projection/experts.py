"""What the simple methods say and what the series looks like, at one or several origins. Everything counts from the
value at the origin in units of the series' own typical change (mean |change a year|)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from healthplan.projection import transforms
from healthplan.projection.kinds import COUNT, SHARE, Limits
from healthplan.projection.methods import simple, smoothing

# each of series u, their smoothed states and (level, rate) of simple smoothing, so many years ahead
_SAY = {
    "last_value": lambda u, states, simply, ahead: simple.last_value(u, ahead),
    "drift": lambda u, states, simply, ahead: simple.drift(u, ahead),
    "recent_drift": lambda u, states, simply, ahead: simple.recent_drift(u, ahead),
    "median_drift": lambda u, states, simply, ahead: simple.median_drift(u, ahead),
    "ses": lambda u, states, simply, ahead: np.broadcast_to(simply[0], (ahead, u.shape[1])),
    "theta": lambda u, states, simply, ahead: smoothing.theta(states, simply[0], simply[1], ahead),
    "optimised_theta": lambda u, states, simply, ahead: smoothing.optimised_theta(states, ahead),
    "damped_trend": lambda u, states, simply, ahead: smoothing.trended(states, smoothing.DAMPED, ahead),
    "holt": lambda u, states, simply, ahead: smoothing.trended(states, smoothing.TREND, ahead),
    "mean": lambda u, states, simply, ahead: simple.mean(u, ahead),
}
_SCALED = ("drift", "median_drift", "theta", "damped_trend", "holt")  # on the unbounded scale too
NAMES = (*_SAY, *(f"scaled_{name}" for name in _SCALED))
WHOLE = 34  # row of the feature "whole numbers"
FLOOR = 1e-3  # of the level: the smallest typical change
# methods whose forecasts are features
_SHOWN = ("drift", "ses", "theta", "optimised_theta", "damped_trend", "holt", "mean",
          "scaled_damped_trend")  # fmt: skip
LOOK_BACK = 6  # last changes that are features
DESCRIBED = 5  # years ahead of which forecasts are features


@dataclass(frozen=True)
class View:
    """Series seen from one origin, in units of ``unit`` from ``base`` (both (series,), original unit)."""

    points: int
    base: np.ndarray
    unit: np.ndarray
    forecasts: np.ndarray  # (experts, ahead, series)
    features: np.ndarray  # (features, series)


def view(y: np.ndarray, limits: Limits, reach: dict[int, int]) -> dict[int, View]:
    """Views of ``y`` (years, series; no gaps) from after each number of points in ``reach``. ``reach`` says how many
    years ahead each of them looks: ``DESCRIBED`` at least, or what is known of a series would change with how far the
    others of a call are projected."""
    base, unit = y[-1], typical_change(y)
    u = ((y - base) / unit).astype(np.float32)
    scale = transforms.choose(y, limits)
    z = transforms.forward(y, scale)
    whole = y == np.round(y)
    z_base, z_unit = z[-1], np.maximum(np.abs(np.diff(z, axis=0)).mean(0), 1e-6)
    v = ((z - z_base) / z_unit).astype(np.float32)
    plain, scaled = smoothing.run(u, list(reach)), smoothing.run(v, list(reach))
    match = [NAMES.index(name) for name in _SCALED]
    out = {}
    for m, wanted in reach.items():
        ahead = max(wanted, DESCRIBED)
        here = _said(_SAY, u[:m], plain[m], ahead)
        top, bottom = v[:m].max(0), v[:m].min(0)
        room = np.maximum(top - bottom, (0.05 / z_unit).astype(np.float32))
        there = np.clip(_said(_SCALED, v[:m], scaled[m], ahead), bottom - room, top + room)
        grown = transforms.backward(there * z_unit + z_base, scale)
        grown = (grown - base) / unit
        if not scale.usable.all():
            grown = np.where(scale.usable, grown, here[match])
        forecasts = np.concatenate([here, grown])
        own_base, own_unit = y[m - 1], typical_change(y[:m])
        if m < len(y):
            ratio = (unit / own_unit).astype(np.float32)
            forecasts = (forecasts - u[m - 1]) * ratio
        ends = (limits.lower, limits.upper)
        low, high = (((end - own_base) / own_unit).astype(np.float32) for end in ends)
        np.clip(forecasts, low, high, out=forecasts)
        own_u = u if m == len(y) else (u[:m] - u[m - 1]) * ratio
        within = replace(limits, lower=low, upper=high)
        features = describe(own_u, own_base, own_unit, within, plain[m], scaled[m], forecasts)
        features[WHOLE] = whole[max(m - 8, 0) : m].all(0) & (limits.kind == COUNT)
        out[m] = View(m, own_base, own_unit, forecasts, features)
    return out


def typical_change(y: np.ndarray) -> np.ndarray:
    """Mean |change a year|, at least 0.1 % of the mean level; 1 for a series of zeros."""
    change = np.abs(np.diff(y, axis=0)).mean(0) if len(y) > 1 else np.zeros(y.shape[1])
    unit = np.maximum(change, FLOOR * np.abs(y).mean(0))
    return np.where(unit > 0, unit, 1.0)


def _said(names: Iterable[str], u: np.ndarray, states: smoothing.States, ahead: int) -> np.ndarray:
    simply = smoothing.level_and_rate(states)
    return np.stack([_SAY[name](u, states, simply, ahead) for name in names])


def describe(
    u: np.ndarray,
    base: np.ndarray,
    unit: np.ndarray,
    limits: Limits,
    plain: smoothing.States,
    scaled: smoothing.States,
    forecasts: np.ndarray,
) -> np.ndarray:
    """Features (features, series), all finite, of moderate size; ``u`` counted from ``base`` in ``unit``, and so are
    the bounds of ``limits``. Nothing depends on the unit of a rate or level: deaths per 1,000 and per 100,000 get the
    same projection. Row WHOLE (are the last eight counts whole numbers?) is left for the caller, who has the values."""
    m = len(u)
    d = np.diff(u, axis=0)
    a = np.abs(d)
    typical = np.maximum(a.mean(0), np.float32(1e-3))
    bend = np.abs(np.diff(d, axis=0))
    second = bend.mean(0) if m > 2 else typical
    recent = a[-4:].mean(0)
    log = lambda x, c=0.02: np.log(x + np.float32(c))  # noqa: E731
    rows = [np.full(u.shape[1], np.log(m), np.float32), np.full(u.shape[1], m < 6, np.float32)]
    rows += [log(typical), log(second / typical), log(recent / typical), log(a.max(0) / typical)]
    rows.append(log(np.abs(d[-2:]).mean(0)))
    flat = np.zeros(u.shape[1], np.float32)
    rows += [np.arcsinh(d[-i]) if i <= len(d) else flat for i in range(1, LOOK_BACK + 1)]
    rows += [np.arcsinh(x) for x in (u.mean(0), u.max(0), u.min(0), u[:3].mean(0))]
    rows += [d.mean(0), np.arcsinh(plain.slope), np.arcsinh(d[-4:].mean(0))]
    rows += [(a < 1e-6).mean(0), (a[-4:] < 1e-6).mean(0), (d > 1e-6).mean(0), (d < -1e-6).mean(0)]
    rows.append((d[1:] * d[:-1]).sum(0) / ((d * d).sum(0) + np.float32(1e-6)) if m > 2 else flat)
    level = np.abs(base)
    count, share = limits.kind == COUNT, limits.kind == SHARE
    rows += [np.log(np.clip(level / unit, 1e-2, 1e4)), np.where(count, np.log(level + 0.5), 0)]
    rows += [(limits.kind == k).astype(np.float32) for k in range(4)]
    rows += [limits.way.astype(np.float32), limits.stock.astype(np.float32)]
    rows += [np.log1p(np.clip(room, 0, 200)) for room in (-limits.lower, limits.upper)]
    edge = np.minimum(level, np.maximum(100 - level, 0))
    rows.append(np.where(share, np.log(edge + 0.3), 0))
    grain = np.where(a > 1e-6, a, np.inf).min(0)
    rows += [flat, np.log(np.clip(grain, 1e-3, 1))]
    naive = plain.sse[smoothing.LEVEL_ONLY[-1]] + np.float32(1e-6)
    families = (smoothing.LEVEL_ONLY, smoothing.DAMPED, smoothing.TREND)
    for states, members in (*((plain, family) for family in families), (scaled, smoothing.DAMPED)):
        ref = naive if states is plain else scaled.sse[smoothing.LEVEL_ONLY[-1]] + np.float32(1e-6)
        rows.append(np.log(states.sse[members].min(0) / ref + np.float32(1e-3)))
    rows.append(np.log(plain.sse_theta.min((0, 1)) / naive + np.float32(1e-3)))
    rows.append(0.5 * np.log(naive / np.float32(max(m - 1, 1))))
    for h in (0, DESCRIBED - 1):
        spread = forecasts[:, h].std(0)
        rows.append(log(spread, 0.05))
        rows += [np.arcsinh(forecasts[NAMES.index(n), h]) for n in _SHOWN]
    return np.stack([np.asarray(r, np.float32) for r in rows])
