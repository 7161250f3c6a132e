"""WHO's scenario paths as ``progress_cases.csv`` describes them: a method in words, a series in
shorthand."""

from __future__ import annotations

import re
from collections.abc import Mapping

import triple_billions as billionaire

Case = Mapping[str, str | None]
NUMBER = r"[-+]?\d+(?:\.\d+)?"


def number(case: Case, column: str) -> float | None:
    text = case.get(column)
    return None if text in (None, "") else float(text)


def needed(case: Case, column: str) -> float:
    found = number(case, column)
    if found is None:
        raise ValueError(f"{column} is empty")
    return found


def triple_billions_value(case: Case) -> float | None:
    """The value of the described path in the year that the metric names; None for an unknown
    method."""
    text = f"{case['method'] or ''} {case['indicator'] or ''}".lower()
    metric = case["expected_metric"] or ""
    year = re.search(r"(\d{4})", metric)
    if not year:
        return None
    wanted, small = int(year[1]), case["direction"] == "down"
    if "best of" in text or "best-of" in text:
        paths = [series for series in _all_series(case) if wanted in series]
        return billionaire.best_of(paths, wanted, small_is_best=small)[wanted]
    path, observed = _path(case, text, wanted, small)
    if path is None:
        return None
    if re.search(r"no trim|untrimmed|not trimmed|without trim|trim\s*=\s*false", text + metric.lower()):
        return path[wanted]
    return billionaire.trim(path, observed=observed, small_is_best=small)[wanted]


def _path(case: Case, text: str, wanted: int, small: bool) -> tuple[dict[int, float] | None, dict[int, float] | None]:
    method = (case["method"] or "").lower()
    series = next(iter(_all_series(case)), {})
    base_year = int(number(case, "base_year") or billionaire.START)
    start = int(number(case, "current_year") or base_year)
    first = number(case, "base_value")
    base = number(case, "current_value")
    base = base if base is not None else first if first is not None else series.get(start)
    end = max(wanted, int(number(case, "target_year") or wanted))
    if "dip" in method:
        fading = "progressive" in text
        return billionaire.dip_recover(_dipped(case, text, series), end=end, progressive=fading), None
    if "usual" in method or "previous trajectory" in method:
        known = series or {start: needed(case, "base_value")}
        return billionaire.business_as_usual(known, start=min(start, max(known)), end=end), None
    if base is None:
        return None, None
    if "aroc" in method:
        return _aroc_path(case, method, series, base, start, end), None
    if "percent of baseline" in method or "halt" in method:
        if start == base_year and billionaire.START in series:
            start, base = billionaire.START, series[billionaire.START]
        years = {base_year: needed(case, "base_value"), start: base}
        return _from_baseline(case, method, years, base_year, start, end), None
    if "fixed target" in method:
        path = billionaire.fixed_target(
            base,
            needed(case, "target_value"),
            start=start,
            target_year=int(needed(case, "target_year")),
            end=end,
            small_is_best=small,
        )
        return path, series if "keep" in method else None
    if "linear" in method:
        return billionaire.linear_change(base, _signed(case, 1.0), start=start, end=end), None
    return None, None


def _dipped(case: Case, text: str, series: dict[int, float]) -> dict[int, float]:
    """The reported part of a series with a dip: up to the year that the text or the case names."""
    named = re.search(rf"({NUMBER})\s+in\s+(20\d\d)", text)
    year = int(named[2]) if named else int(number(case, "current_year") or 2020)
    value = float(named[1]) if named else number(case, "current_value")
    kept = {y: v for y, v in series.items() if y <= year}
    return kept if value is None else {**kept, year: value}


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


def _all_series(case: Case) -> list[dict[int, float]]:
    """Test series as the file writes them: ``60..80 over 2010..2030``, ``seq(10,200,len 11)
    2017..2027``, ``+10 after 2018``. Years default to 2010..2030, the source's own; several runs
    are several series."""
    text = case["indicator"] or ""
    runs = [(float(a), float(b)) for a, b in re.findall(rf"({NUMBER})\.\.({NUMBER})", text)]
    years = next(((int(a), int(b)) for a, b in runs if 1900 <= a <= 2100), (2010, 2030))
    values = [(a, b) for a, b in runs if not 1900 <= a <= 2100]
    spread = re.findall(rf"seq\(({NUMBER}),\s*({NUMBER})", text)
    values += [(float(a), float(b)) for a, b in spread]
    shift = re.search(rf"({NUMBER}) after (\d{{4}})", text)
    added, after = (float(shift[1]), int(shift[2])) if shift else (0.0, 9999)
    span = years[1] - years[0]
    return [
        {y: a + (b - a) * (y - years[0]) / span + added * (y > after) for y in range(years[0], years[1] + 1)}
        for a, b in values
    ]
