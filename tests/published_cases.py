"""From a row of ``progress_cases.csv`` to our functions: ``measure(case) -> {"value": ...,
"category": ...}``.

It sees only a case's inputs, all as text or None, and answers in the words that the file uses.
Where a source silently replaces zero by 0.001, that convention is asked for by name
(``zero=PUBLISHED_ZERO``); our own functions never do it unasked. ``why_not(case)`` names the cases
that their own columns cannot answer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from healthplan import pace
from healthplan.counts import intervals
from healthplan.pace import billionaire
from healthplan.pace.imihigo import KINDS as IMIHIGO_KINDS
from healthplan.pace.open_sdg import PUBLISHED_ZERO

Case = Mapping[str, str | None]
NUMBER = r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?"


def measure(case: Case) -> dict[str, float | str | None]:
    """The published measure of one case. Raises KeyError for a source that the file does not
    name."""
    source = case["source"] or ""
    for words, answer in SOURCES:
        if re.search(words, source):
            return answer(case)
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
    return {"value": value, "category": category or None}


def statistics_canada(case: Case) -> dict[str, float | str | None]:
    return _cagr_family(case, pace.open_sdg)


def eustat(case: Case) -> dict[str, float | str | None]:
    if re.search("bool|yes/no", case["method"] or "", re.I):
        result = pace.eurostat_yes_no(needed(case, "current_value"))
        return answer(result.score, result.category)
    return _cagr_family(case, pace.eurostat)


def _cagr_family(case: Case, function) -> dict[str, float | str | None]:
    limit = re.search(rf"limit\s*=\s*({NUMBER})", case["method"] or "")
    if number(case, "base_value") is None or number(case, "current_value") is None:
        return answer(None, "not_available")
    result = function(
        needed(case, "base_year"),
        needed(case, "base_value"),
        needed(case, "current_year"),
        needed(case, "current_value"),
        direction(case),
        target=number(case, "target_value"),
        target_year=number(case, "target_year") or 2030,
        limit=float(limit[1]) if limit else None,
        zero=PUBLISHED_ZERO,
    )
    wants_score = (case["expected_metric"] or "").startswith("score")
    return answer(result.score if wants_score else result.value, result.category)


def destatis(case: Case) -> dict[str, float | str | None]:
    result = pace.destatis(
        needed(case, "base_year"),
        number(case, "base_value"),
        needed(case, "current_year"),
        needed(case, "current_value"),
        direction(case),
        target=needed(case, "target_value"),
        target_year=needed(case, "target_year"),
        every_year=bool(re.search("every year|constant target|maintain", case["method"] or "")),
    )
    metric = (case["expected_metric"] or "").split(" ")[0]
    return answer(result.parts.get(metric), result.category)


def menaro(case: Case) -> dict[str, float | str | None]:
    anticipated = case["expected_metric"] == "AP"
    index = pace.anticipated_progress if anticipated else pace.current_status
    result = index(
        number(case, "current_value"),
        number(case, "base_value"),
        needed(case, "target_value"),
        direction(case),
    )
    return answer(result.value, result.category)


def public_health_england(case: Case) -> dict[str, float | str | None]:
    method, metric = case["method"] or "", case["expected_metric"] or ""
    given = {
        k: float(v) for k, v in re.findall(rf"([a-z]\w*)\s*=\s*({NUMBER})", case["indicator"] or "")
    }
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
        found = (intervals.exact if method.startswith("Exact") else intervals.byar)(
            events, confidence
        )
    side = metric.split("_")[0]
    return answer(getattr(found, side if side in ("lower", "upper") else "value"))


def grey(case: Case) -> dict[str, float | str | None]:
    method, metric = case["method"] or "", case["expected_metric"] or ""
    listed = re.search(rf"=\s*({NUMBER}(?:/{NUMBER})+)", method)
    if not listed:
        return answer(None)
    model = pace.grey_model([float(x) for x in listed[1].split("/")])
    ahead = re.search(r"forecast_(\d{4})", metric)
    if ahead:
        steps = int(ahead[1]) - int(needed(case, "current_year"))
        return answer(model.forecast(steps)[-1])
    known = (
        ("x1-b/a", model.coefficient),
        ("b/a", model.level),
        ("ratio C", model.ratio),
        ("relative error", model.mean_relative_error),
        ("small", model.small_errors),
        (r"\bP\b", model.small_errors),
        (r"\ba\b", model.development),
        (r"\bb\b", model.input),
    )
    return answer(next((value for words, value in known if re.search(words, metric)), None))


def rwanda(case: Case) -> dict[str, float | str | None]:
    method = (case["method"] or "").lower()
    values = [float(x) for x in re.findall(NUMBER, case["current_value"] or "")]
    if "composite" in method or "merged" in method:
        return answer(pace.imihigo_composite(values or _percentages(case)).value)
    kind = next((k for k in IMIHIGO_KINDS if k in method), "cumulative")
    annual = "annual" in method or "annual" in (case["indicator"] or "").lower()
    targets = [float(x) for x in re.findall(NUMBER, case["target_value"] or "")]
    if kind == "decreasing" or not annual:
        return answer(pace.imihigo(kind, values, targets).value)
    return answer(pace.imihigo(kind, values, targets, annual=True).value)


def _percentages(case: Case) -> list[float]:
    text = f"{case['method'] or ''} {case['indicator'] or ''}"
    return [float(x) for x in re.findall(r"\d+\.\d+", text)]


def triple_billions(case: Case) -> dict[str, float | str | None]:
    method, metric = (case["method"] or "").lower(), case["expected_metric"] or ""
    wanted = int(re.search(r"(\d{4})", metric)[1])
    series, base_year = _series(case), int(needed(case, "base_year"))
    small = case["direction"] == "down"
    start = int(number(case, "current_year") or base_year)
    base = number(case, "current_value") or needed(case, "base_value")
    end = max(wanted, int(number(case, "target_year") or wanted))
    observed = None
    if "aroc" in method:
        path = _aroc_path(case, method, series, base, start, end)
    elif "percent of baseline" in method or "halt" in method:
        years = {base_year: needed(case, "base_value"), start: base}
        if start == base_year:
            years = {**series, base_year: needed(case, "base_value")}
            start = next((y for y in (billionaire.START,) if y in years), base_year)
        path = _from_baseline(case, method, years, base_year, start, end)
    elif "fixed target" in method:
        path = billionaire.fixed_target(
            base,
            needed(case, "target_value"),
            start=start,
            target_year=int(needed(case, "target_year")),
            end=end,
            small_is_best=small,
        )
        observed = series if "keeping better" in method else None
    elif "linear" in method:
        path = billionaire.linear_change(base, _signed(case, default=1.0), start=start, end=end)
    elif "dip" in method:
        path = billionaire.dip_recover(series, end=end, progressive="progressive" in method)
    elif "usual" in method:
        path = billionaire.business_as_usual(series or {start: base}, start=start, end=end)
    else:
        return answer(None)
    if re.search(r"no trim|untrimmed|without trim", f"{method} {metric.lower()}"):
        return answer(path[wanted])
    return answer(billionaire.trim(path, observed=observed, small_is_best=small)[wanted])


def _aroc_path(
    case: Case, method: str, series: dict[int, float], base: float, start: int, end: int
) -> dict[int, float]:
    base_year = int(needed(case, "base_year"))
    target_year = int(number(case, "target_year") or end)
    if "percent_change" in method:
        rate = billionaire.aroc_percent_change(_signed(case), target_year - start)
    elif "target" in method:
        rate = billionaire.aroc_target(base, needed(case, "target_value"), target_year - start)
    else:
        if number(case, "current_value") is None:
            earlier = series
        else:
            earlier = {base_year: needed(case, "base_value"), start: base}
        rate = billionaire.aroc_latest(earlier, start)
    cap = re.search(rf"(?:cap|limit|floor)\w*[^\d+-]*({NUMBER})\s*(%?)", method)
    if cap:
        limit = float(cap[1]) / (100 if cap[2] else 1)
        falling = limit < 0 or "negative" in method or "floor" in method
        rate = billionaire.limited(rate, limit, "negative" if falling else "positive")
    return billionaire.aroc_path(base, rate, start=start, end=end)


def _from_baseline(
    case: Case, method: str, years: dict[int, float], base_year: int, start: int, end: int
) -> dict[int, float]:
    target_year = int(number(case, "target_year") or end)
    if "halt" in method:
        return billionaire.halt_rise(
            years,
            baseline_year=base_year,
            start=start,
            target_year=target_year,
            end=end,
            small_is_best=case["direction"] == "down",
        )
    target = number(case, "target_value")
    percent = _signed(case) if target is None else 100 * (target / years[base_year] - 1)
    return billionaire.percent_of_baseline(
        years, percent, baseline_year=base_year, target_year=target_year, start=start, end=end
    )


def _signed(case: Case, default: float | None = None) -> float:
    """The first number with a sign in the method or the indicator: +3 %, -40 %, +1 point a year."""
    for text in (case["method"], case["indicator"]):
        if found := re.search(r"(?<![\w.])([-+]\d+(?:\.\d+)?)", text or ""):
            return float(found[1])
    if default is None:
        raise ValueError("no change is named")
    return default


def _series(case: Case) -> dict[int, float]:
    """Test series as the file writes them: ``60..80 over 2010..2030``, ``seq(10,200,len 11)
    2017..2027``, with ``+10 after 2018``. Years default to 2010..2030, the source's own."""
    text = case["indicator"] or ""
    spread = re.search(rf"seq\(({NUMBER}),\s*({NUMBER}),\s*len\w*\.?\w*\s*=?\s*(\d+)\)", text)
    runs = re.findall(r"(\d+(?:\.\d+)?)\.\.(\d+(?:\.\d+)?)", text)
    years = next(((int(a), int(b)) for a, b in runs if 1900 <= float(a) <= 2100), (2010, 2030))
    values = next(((float(a), float(b)) for a, b in runs if not 1900 <= float(a) <= 2100), None)
    if spread:
        values = (float(spread[1]), float(spread[2]))
    if values is None:
        return {}
    step = (values[1] - values[0]) / (years[1] - years[0])
    series = {y: values[0] + step * (y - years[0]) for y in range(years[0], years[1] + 1)}
    if shift := re.search(r"([-+]\d+(?:\.\d+)?) after (\d{4})", text):
        series = {y: v + float(shift[1]) * (y > int(shift[2])) for y, v in series.items()}
    return series


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
