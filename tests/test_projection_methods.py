"""Guards the arithmetic: series built from a known rule must come back from each method."""

import ast
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from healthplan import distribution as dist
from healthplan.projection import classic, compare_methods, network, repair, transforms
from healthplan.projection.kinds import COUNT, LEVEL, RATE, SHARE, Limits
from healthplan.projection.methods import simple, smoothing, study
from healthplan.published import grey

YEARS = np.arange(12.0)
LINE = (10 + 2 * YEARS)[:, None]
CURVE = (50 * 0.93**YEARS)[:, None]
FOLDER = Path(simple.__file__).parent


def test_last_value_drift_and_mean():
    assert simple.last_value(LINE, 2).ravel().tolist() == [32, 32]
    for drift in (simple.drift, simple.recent_drift, simple.median_drift):
        np.testing.assert_allclose(drift(LINE, 3).ravel(), [34, 36, 38])
    assert simple.mean(LINE, 1).item() == LINE.mean()


def test_median_drift_ignores_one_wild_year():
    wild = LINE.copy()
    wild[5] = 900
    np.testing.assert_allclose(simple.median_drift(wild, 1).ravel(), [34])


def test_aarr_gives_back_the_rate_that_built_the_series():
    np.testing.assert_allclose(simple.aarr(CURVE, 3).ravel(), CURVE[-1] * 0.93 ** np.arange(1, 4))
    assert np.isnan(simple.aarr(np.array([[1.0], [0.0], [2.0]]), 1)).all()


def test_damped_trend_and_theta_follow_a_line_without_overshooting():
    damped, theta = (f(LINE, 5).ravel() for f in (classic.damped_trend, classic.theta))
    assert (np.diff(damped) > 0).all() and 34 - 0.7 < damped[0] < 34.2 and damped[4] < 42
    assert 32 < theta[0] < 34 and theta[4] > theta[0]


def test_gm11_gives_an_exponential_back():
    forecast = grey.gm11(CURVE, 3).ravel()
    np.testing.assert_allclose(forecast[1:] / forecast[:-1], forecast[1] / forecast[0])
    np.testing.assert_allclose(forecast, CURVE[-1] * 0.93 ** np.arange(1, 4), rtol=2e-3)
    ratio, small = grey.grades(CURVE)
    assert ratio.item() < 0.05 and small.item() == 1
    assert np.isnan(grey.gm11(np.array([[1.0], [0], [2], [3], [4]]), 1)).all()


def test_gm11_of_a_constant_is_the_constant():
    np.testing.assert_allclose(grey.gm11(np.full((6, 1), 7.0), 2), 7)


def test_likelihood_weights_prefer_the_better_member():
    weights = smoothing.likelihood_weights(np.array([[1.0], [4.0]], np.float32), 6)
    np.testing.assert_allclose(weights.ravel(), [64 / 65, 1 / 65], rtol=1e-4)


def test_states_at_a_past_origin_are_those_of_the_shorter_series():
    y = np.random.default_rng(3).normal(size=(12, 40)).cumsum(0).astype(np.float32)
    late = smoothing.run(y, [8, 12])[8]
    early = smoothing.run(y[:8], [8])[8]
    for name in ("level", "trend", "sse", "sse_theta", "slope"):
        np.testing.assert_allclose(getattr(late, name), getattr(early, name), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("name", study.METHODS)
def test_statsmodels_methods_run_on_a_short_series_and_fail_quietly(name):
    found = study.METHODS[name](CURVE.ravel() + np.tile([0.1, -0.1], 6), 3)
    assert found.shape == (3, 5) and np.isfinite(found).all()
    assert (found[:, 3] <= found[:, 1]).all() and (found[:, 2] <= found[:, 4]).all()
    hopeless = study.METHODS[name](np.array([np.nan, np.inf, 1.0]), 2)
    assert hopeless.shape == (2, 5) and np.isnan(hopeless).all()


def test_methods_import_numpy_and_each_other_only():
    allowed = {"numpy", "__future__", "collections", "dataclasses", "warnings", "healthplan"}
    for path in FOLDER.glob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                assert name.split(".")[0] in allowed, (path.name, name)
                assert not name.startswith("healthplan") or ".methods" in name, (path.name, name)


@pytest.mark.parametrize(("kind", "high"), [(SHARE, 100.0), (RATE, np.inf), (COUNT, np.inf), (LEVEL, np.inf)])
def test_transforms_go_there_and_back(kind, high):
    y = np.array([[0.0, 3.0], [1.0, 50.0], [40.0, 99.0], [100.0, 2.0]])
    scale = transforms.choose(
        y, Limits(np.full(2, kind), np.zeros(2), np.full(2, high), np.zeros(2), np.zeros(2, bool))
    )
    np.testing.assert_allclose(transforms.backward(transforms.forward(y, scale), scale), y, atol=1e-6)


def test_only_one_lonely_jump_is_an_outlier_or_a_shift():
    rng = np.random.default_rng(0)
    calm = rng.normal(0, 1, 20).cumsum()
    rough = rng.standard_cauchy(20).cumsum()
    wild, moved = calm.copy(), calm.copy()
    wild[9] += 60
    moved[12:] += 60
    values, n = np.stack([calm, wild, moved, rough]), np.full(4, 20)
    assert repair.outliers(values, n).tolist()[:3] == [-1, 9, -1]
    assert repair.shifts(values, n).tolist()[2] == 12 and repair.shifts(values, n).tolist()[0] == -1


def test_distribution_knows_masses_and_tails():
    even = np.linspace(-2, 2, 15)[None]
    assert dist.cdf(even, even[0, 7]).item() == pytest.approx(0.5)
    assert 0 < dist.cdf(even, -5).item() < 0.01 and 0.99 < dist.cdf(even, 5).item() < 1
    zeros = np.r_[np.zeros(10), np.arange(1, 6)][None].astype(float)
    assert dist.cdf(zeros, 0).item() == pytest.approx(dist.LEVELS[9])
    assert dist.cdf(zeros, 0, strict=True).item() == 0
    grid = dist.cdf(np.repeat(even, 50, 0), np.linspace(-4, 4, 50))
    assert (np.diff(grid) >= 0).all()


def test_horizons_between_knots_are_between_them():
    known = np.arange(1.0, 9.0)[None, :, None]
    found = network.at_horizons(known, 12)[0, :, 0]
    assert found[6] == pytest.approx(6.5) and found[8] == pytest.approx(7.5) and found[11] == 8
    grown = network.at_horizons(known, 40, grow=True)[0, :, 0]
    assert grown[39] == pytest.approx(16)


def test_comparison_of_methods_on_the_users_own_series():
    values = CURVE.ravel() + 0.3 * np.sin(YEARS)
    table = pd.DataFrame({"indicator": "x", "area": "a", "year": 2010 + YEARS.astype(int), "value": values})
    found = compare_methods(table.assign(unit="‰")).set_index("method")
    assert set(found.index) == {"ensemble", *classic.NAMES}
    assert found["origins"].eq(8).all() and found["forecasts"].eq(30).all()
    assert found.loc["aarr", "mae"] < found.loc["last_value", "mae"]
    assert found.loc["gm11", "gm_c"] < 0.35 and found["gm_c"].notna().sum() == 1
    shown = found["weight"].dropna()
    assert set(shown.index) == {"last_value", "drift", "damped_trend", "theta"} and 0 < shown.sum() <= 1.000001
    assert found.loc["ensemble", ["mae", "change_error"]].gt(0).all()
