"""From a row of ``progress_cases.csv`` to our functions: ``measure(case) -> {"value": ...,
"category": ...}``.

It sees only a case's inputs, all as text or None, and answers in the words that the file uses.
Where a source silently replaces zero by 0.001, that convention is asked for by name
(``zero=measure.zero``); our own functions never do it unasked. ``why_not(case)`` names the cases
that their own columns cannot answer.
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from healthplan.counts import intervals
from healthplan.published import PUBLISHED
from healthplan.published import grey as gm11
from healthplan.published import linear as symbols_of
from healthplan.published.linear import index
from healthplan.published.measure import Answer, Measure, goals

# The neighbour is found however this adapter is imported: from tests/ or as tests.published_cases.
sys.path.append(str(Path(__file__).parent))
from published_paths import triple_billions_value

Case = Mapping[str, str | None]
CAP = 100.0
NUMBER = r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?"


def measure(case: Case) -> dict[str, float | str | None]:
    """The published measure of one case. Raises KeyError for a source that the file does not
    name."""
    source = case["source"] or ""
    for words, answered in SOURCES:
        if re.search(words, source):
            try:
                return answered(case)
            except (ValueError, ZeroDivisionError):  # the case itself has no answer
                return answer(None)
    raise KeyError(source)


def why_not(case: Case) -> str | None:
    """Why a case cannot be answered from its own columns; None if it can."""
    source, metric = case["source"] or "", case["expected_metric"] or ""
    if "Yunnan" in source:
        return "the yearly values behind the forecasts are neither in the case nor in the abstract"
    if "Destatis" in source and case["base_value"] is None and metric == "mean_annual_change":
        return "the value five years before is missing, so no mean change can be formed"
    under_five = "Zhu et al." in source and "Under-5" in (case["indicator"] or "")
    if under_five and "relative error" in metric:
        return (
            "the paper fitted slightly other values than the yearbook's (its printed coefficient "
            "differs by 0.5 % too): 2.33 instead of 2.36"
        )
    return None


def tolerance(case: Case, expected: str) -> float:
    """How far a value may lie from the printed one: half its last digit, plus what the case itself
    grants.

    Two sources print inputs that were rounded after the answer was computed: the coefficients of
    the Chinese paper state their tolerance (it holds for the ratio C of the same series too), and
    MENARO's indices carry the sixth decimal of value and base, blown up by a small distance between
    base and target.
    """
    decimals = len(expected.partition(".")[2])
    allowed = 0.5 * 10.0 ** -min(decimals, 12) + 1e-9 * abs(float(expected))
    if "MENARO" in (case["source"] or "") and case["base_value"] is not None:
        gap = abs(needed(case, "target_value") - needed(case, "base_value"))
        allowed += 1e-5 / gap * (1 + abs(float(expected)) / 10) if gap else 0
    if "Zhu et al." in (case["source"] or ""):
        stated = re.search(r"tol ([\d.]+)%", case["expected_metric"] or "")
        percent = float(stated[1]) if stated else 0.6
        allowed = max(allowed, percent / 100 * abs(float(expected)))
    return allowed


def number(case: Case, column: str) -> float | None:
    text = case.get(column)
    return None if text in (None, "") else float(text)


def needed(case: Case, column: str) -> float:
    found = number(case, column)
    if found is None:
        raise ValueError(f"{column} is empty")
    return found


def direction(case: Case) -> str:
    return {"up": "increase", "down": "decrease"}[case["direction"] or ""]


def answer(value: float | None, category: str | None = None) -> dict[str, float | str | None]:
    missing = value is None or math.isnan(value)
    return {"value": None if missing else value, "category": category or None}


def one(measure: Measure, found: Answer, value: np.ndarray | None = None):
    """Value and category of an answer about one case."""
    shown = found.value if value is None else value
    return answer(float(shown[0]), measure.words_of(found)[0])


def statistics_canada(case: Case) -> dict[str, float | str | None]:
    return _cagr_family(case, PUBLISHED["open_sdg"])


def eustat(case: Case) -> dict[str, float | str | None]:
    if re.search("bool|yes/no", case["method"] or "", re.I):
        words = PUBLISHED["eurostat"].words
        done = needed(case, "current_value") == 1
        return answer(5.0, words[0]) if done else answer(-5.0, words[-1])
    return _cagr_family(case, PUBLISHED["eurostat"])


def _cagr_family(case: Case, measure: Measure) -> dict[str, float | str | None]:
    limit = re.search(rf"limit\s*[=:]?\s*({NUMBER})", case["method"] or "")
    if number(case, "base_value") is None or number(case, "current_value") is None:
        return answer(None, "not_available")
    found = measure.function(
        goals(
            base_year=needed(case, "base_year"),
            base=needed(case, "base_value"),
            year=needed(case, "current_year"),
            value=needed(case, "current_value"),
            direction=direction(case),
            target=number(case, "target_value"),
            target_year=number(case, "target_year") or 2030,
            limit=float(limit[1]) if limit else None,
            zero=measure.zero,
        )
    )
    wants_score = (case["expected_metric"] or "").startswith("score")
    return one(measure, found, found.score if wants_score else None)


def destatis(case: Case) -> dict[str, float | str | None]:
    base = number(case, "base_value")
    given = goals(
        base_year=needed(case, "base_year"),
        base=base,
        year=needed(case, "current_year"),
        value=needed(case, "current_value"),
        direction=direction(case),
        target=needed(case, "target_value"),
        target_year=needed(case, "target_year"),
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        change = (given.value - given.base) / (given.year - given.base_year)
    change = np.where(np.isfinite(change), change, np.nan)
    always = bool(re.search("every year|constant target|maintain", case["method"] or ""))
    found = symbols_of.symbols(given, change, every_year=always)
    metric = (case["expected_metric"] or "").split(" ")[0]
    nothing = np.array([np.nan])
    return one(PUBLISHED["destatis"], found, found.parts.get(metric, nothing))


def menaro(case: Case) -> dict[str, float | str | None]:
    name = "escap" if case["expected_metric"] == "AP" else "escap_current"
    base, value = number(case, "base_value"), number(case, "current_value")
    given = goals(base=base, value=value, target=needed(case, "target_value"), direction=direction(case))
    found = index(given, given.value)  # the source prints the value that it predicted
    if found.place[0] < 0:
        return answer(None, "No data" if value is None else "Insufficient data")
    return one(PUBLISHED[name], found)


def public_health_england(case: Case) -> dict[str, float | str | None]:
    method, metric = case["method"] or "", case["expected_metric"] or ""
    given = {k: float(v) for k, v in re.findall(rf"([a-z]\w*)\s*=\s*({NUMBER})", case["indicator"] or "")}
    events = given.get("events", given.get("x", 0.0))
    whole = given.get("population", given.get("n"))
    level = re.search(r"_([\d.]+)$", metric) or re.search(r"([\d.]+)\s*%", method)
    confidence = float(level[1]) / 100 if level else 0.95
    times = re.search(r"x\s*(\d+)", method)
    per = float(times[1]) if times else 1.0
    if "Wilson" in method and whole is not None:
        found = intervals.proportion(events, whole, per=per, confidence=confidence)
    elif whole is not None:
        found = intervals.rate(events, whole, per=per if times else 100_000, confidence=confidence)
    else:
        found = (intervals.exact if method.startswith("Exact") else intervals.byar)(events, confidence)
    side = metric.split("_")[0]
    return answer(getattr(found, side if side in ("lower", "upper") else "value"))


def grey(case: Case) -> dict[str, float | str | None]:
    method, metric = case["method"] or "", case["expected_metric"] or ""
    ahead = re.search(r"forecast_(\d{4})", metric)
    listed = re.search(rf"=\s*({NUMBER}(?:/{NUMBER})+)", method)
    if not listed:
        return answer(_grey_from_coefficients(case, int(ahead[1])) if ahead else None)
    y = np.array([float(x) for x in listed[1].split("/")])[:, None]
    if ahead:
        named = re.search(r"\d{4}\s*-\s*(\d{4})", method)
        last = int(named[1]) if named else int(needed(case, "current_year"))
        return answer(float(gm11.gm11(y, int(ahead[1]) - last)[-1, 0]))
    (a,), (b,) = gm11.coefficients(y)
    (ratio,), (small,) = gm11.grades(y)
    off = np.abs(gm11.fitted(y) / y - 1)[1:, 0]
    known = (
        ("x1-b/a", y[0, 0] - b / a),
        ("b/a", b / a),
        ("ratio C", ratio),
        ("relative error", 100 * off.mean()),
        ("small", small),
        (r"\bP\b", small),
        (r"\ba\b", a),
        (r"\bb\b", b),
    )
    found = next((value for words, value in known if re.search(words, metric)), None)
    return answer(None if found is None else float(found))


def _grey_from_coefficients(case: Case, year: int) -> float | None:
    """A forecast from printed coefficients and the first value, where a case gives those
    instead."""
    printed = dict(re.findall(rf"\b([ab])\s*=\s*({NUMBER})", case["method"] or ""))
    first = number(case, "base_value")
    if len(printed) < 2 or first is None:
        return None
    a, b = float(printed["a"]), float(printed["b"])
    k = year - int(needed(case, "base_year"))
    return (first - b / a) * (1 - math.exp(a)) * math.exp(-a * k)


def rwanda(case: Case) -> dict[str, float | str | None]:
    text = f"{case['method'] or ''} {case['indicator'] or ''}".lower()
    values = [float(x) for x in re.findall(NUMBER, case["current_value"] or "")]
    if "composite" in text or "merged" in text:
        parts = _children(text) or values
        return answer(sum(min(p, CAP) for p in parts) / len(parts) if parts else None)
    targets = [float(x) for x in re.findall(NUMBER, case["target_value"] or "")]
    return answer(period_score(text, values, targets))


def period_score(text: str, values: list[float], targets: list[float]) -> float | None:
    """The guide's reading of a quarter (or, ``annual``, a year): cumulative figures by their highest
    value against the quarters' targets so far, percentages by the mean of the months, decreasing
    ones by the worst."""
    if not values or not targets:
        return None
    annual = "annual" in text
    kind = next((k for k in ("cumulative", "percentage", "decreasing") if k in text), "cumulative")
    actual = max(values)
    if kind == "percentage":
        actual = sum(values) if annual else sum(values) / len(values)
    target = sum(targets) if kind == "cumulative" and not annual else targets[-1]
    way = "decrease" if kind == "decreasing" else "increase"
    found = PUBLISHED["imihigo"].function(goals(value=actual, target=target, direction=way))
    return float(found.value[0])


def _children(text: str) -> list[float]:
    """Scores of the parts of a composite: ``150000/192884`` as actual over target, or
    percentages."""
    pairs = re.findall(r"(\d+(?:\.\d+)?)\s*/\s*(\d+(?:\.\d+)?)", text)
    shares = [100 * float(a) / float(b) for a, b in pairs if float(b) > float(a) or float(a) > 100]
    return shares or [float(x) for x in re.findall(r"\d+\.\d+", text)]


def triple_billions(case: Case) -> dict[str, float | str | None]:
    return answer(triple_billions_value(case))


SOURCES = (
    ("Statistics Canada", statistics_canada),
    ("Eustat", eustat),
    ("Destatis", destatis),
    ("MENARO", menaro),
    ("PHEindicatormethods", public_health_england),
    (r"GM\(1", grey),
    ("Imihigo", rwanda),
    ("billionaiRe", triple_billions),
)
