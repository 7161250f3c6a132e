"""Guards the file driver and the prior: same figures as the call, any order of rows, faults in
words.
"""

import json
import subprocess
import sys
import tomllib
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT

from healthplan.errors import InputError
from healthplan.projection import prior as store
from healthplan.projection import project, project_file
from healthplan.projection.files import FIRST_COLUMNS
from training import fit, pipeline
from training import rows as rows_


def panel(series=40, seed=0):
    rng = np.random.default_rng(seed)
    parts = []
    for i in range(series):
        n = int(rng.integers(1, 20))
        values = np.abs(rng.normal(0, 1, n).cumsum() + 20)
        parts.append(
            pd.DataFrame(
                {
                    "indicator": f"指标{i % 3}",
                    "area": f"a{i:02d}",
                    "year": range(2024 - n, 2024),
                    "value": values,
                }
            )
        )
    return pd.concat(parts).assign(unit="‰").sample(frac=1, random_state=1)


@pytest.mark.parametrize("source", ["in.csv", "in.parquet"])
@pytest.mark.parametrize("target", ["out.csv", "out.parquet"])
def test_a_file_gives_what_the_call_gives(tmp_path, source, target):
    table = panel()
    write = table.to_csv if source.endswith("csv") else table.to_parquet
    write(tmp_path / source, index=False)
    rows = project_file(tmp_path / source, tmp_path / target, to=2027, quantiles=True)
    read = pd.read_csv if target.endswith("csv") else pd.read_parquet
    found = read(tmp_path / target)
    assert list(found.columns[: len(FIRST_COLUMNS)]) == list(FIRST_COLUMNS) and len(found) == rows
    wanted = project(table, to=2027)
    key = ["indicator", "area", "year"]
    a, b = (t.sort_values(key).reset_index(drop=True) for t in (found, wanted))
    for name in ("value", "lower_95", "upper_80", "q01"):
        np.testing.assert_allclose(a[name], b[name], rtol=1e-9)
    assert a["kind"].tolist() == b["kind"].tolist()
    assert not list(tmp_path.glob("*.part"))


def test_only_projected_years_when_asked(tmp_path):
    panel().to_parquet(tmp_path / "in.parquet", index=False)
    project_file(tmp_path / "in.parquet", tmp_path / "out.parquet", to=2027, observed=False)
    found = pd.read_parquet(tmp_path / "out.parquet")
    assert set(found["kind"]) == {"projected"} and not any(c.startswith("q0") for c in found.columns)


def test_faults_of_files_are_said(tmp_path):
    with pytest.raises(InputError, match="FILE-MISSING"):
        project_file(tmp_path / "none.csv", tmp_path / "out.csv", to=2027)
    panel().drop(columns="value").to_csv(tmp_path / "short.csv", index=False)
    with pytest.raises(InputError, match="value"):
        project_file(tmp_path / "short.csv", tmp_path / "out.csv", to=2027)
    (tmp_path / "broken.parquet").write_bytes(b"no parquet")
    with pytest.raises(InputError, match="FILE-FORMAT"):
        project_file(tmp_path / "broken.parquet", tmp_path / "out.csv", to=2027)
    panel().to_csv(tmp_path / "in.csv", index=False)
    with pytest.raises(InputError, match="FILE-FORMAT"):
        project_file(tmp_path / "in.csv", tmp_path / "out.xls", to=2027)
    assert not (tmp_path / "out.csv").exists()


def test_the_prior_says_where_it_comes_from_and_is_small():
    about = store.load().about
    assert about["part"] == "all" and about["seed"] == 20261126
    assert all(len(digest) == 64 for digest in about["data"].values())
    assert store.PRIOR.stat().st_size < 400_000


def test_a_prior_comes_back_from_its_file_as_it_was(tmp_path):
    prior = store.load()
    store.save(prior, tmp_path / "copy.npz")
    copy = store.load(tmp_path / "copy.npz")
    assert json.dumps(copy.about, sort_keys=True) == json.dumps(prior.about, sort_keys=True)
    for one, other in zip(copy.network.layers, prior.network.layers, strict=True):
        assert np.array_equal(one, other)


def runs(count=120, seed=5):
    rng = np.random.default_rng(seed)
    values = [np.abs(rng.normal(0, 1, 20).cumsum() + 30) for _ in range(count)]
    found = pd.DataFrame({"series_id": [f"s{i}" for i in range(count)], "kind": 1, "values": values})
    return found.assign(**rows_.UNSAID)


def test_fitting_twice_with_one_seed_gives_the_same_digits(monkeypatch):
    monkeypatch.setattr(fit, "EPOCHS", 2)
    rows = rows_.training_rows(runs())
    one, other = fit.fit(rows, 3), fit.fit(rows, 3)
    assert all(np.array_equal(a, b) for a, b in zip(one.layers, other.layers, strict=True))
    assert not all(np.array_equal(a, b) for a, b in zip(one.layers, fit.fit(rows, 4).layers, strict=True))


def test_the_slopes_of_the_loss_are_right():
    rows = rows_.training_rows(runs(20)).take(np.arange(64))
    rows = replace(rows, truth=np.where(rows.weight > 0, rows.truth, 0))
    rng = np.random.default_rng(0)
    layers = [p.astype(np.float64) for p in fit._start(rows.features.shape[1], rows.forecasts.shape[2], rng)]
    x = rng.normal(0, 1, rows.features.shape)

    class Keep:  # dropout that keeps everything, with the weight that fit gives to what is kept
        def random(self, shape, dtype):
            return np.ones(shape, dtype)

    def loss(at):
        value, slopes = fit._slopes(at, x, rows, Keep())
        return value, slopes

    _, slopes = loss(layers)
    point = (len(layers) - 1, len(layers[-1]) - 3)  # a raw gap output of the last knot
    for layer, place in (point, (len(layers) - 1, 8 * 15 + 2)):
        moved = [p.copy() for p in layers]
        moved[layer][place] += 1e-3
        change = (loss(moved)[0] - loss(layers)[0]) / 1e-3
        assert change == pytest.approx(slopes[layer][place], rel=0.1, abs=1e-4)


def test_a_split_into_halves_does_not_depend_on_what_else_is_there():
    names = pd.Series([f"s{i}" for i in range(200)])
    whole = pipeline.half(names)
    assert np.array_equal(pipeline.half(names[50:60]), whole[50:60]) and 60 < whole.sum() < 140
    assert not np.array_equal(whole, pipeline.half(names, "calibration"))


def test_the_prior_says_which_command_made_it_from_what():
    about = store.load().about
    chosen = f"--part {about['part']} --areas all --seed {about['seed']}"
    assert about["command"] == f"python -m training {chosen}"
    assert about["licences"] and all(about["licences"].values())
    assert all(len(total) == 64 for total in about["data"].values())


@pytest.mark.parametrize("words", [["-m", "training"], ["benchmarks/calls.py"], ["benchmarks/projection.py"]])
def test_training_and_what_uses_it_run_from_a_checkout(words):
    done = subprocess.run([sys.executable, *words, "--help"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0 and "usage" in done.stdout.lower(), done.stderr


def test_training_is_no_part_of_the_installed_package():
    built = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert built["tool"]["setuptools"]["packages"]["find"]["include"] == ["healthplan*"]
    sources = [p.read_text("utf-8") for p in (ROOT / "healthplan").rglob("*.py")]
    assert not any("import training" in s or "from training" in s for s in sources)
