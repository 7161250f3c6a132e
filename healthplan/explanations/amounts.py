"""Things to order, scenarios and what a rare goal means as a count, told in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from healthplan import counts
from healthplan.judging.things import whole
from healthplan.language.phrases import number, points, quantity, unit_word
from healthplan.messages import default_language, text

Row = Mapping[Any, Any]
SHOWN = (
    "to_add",
    "stock",
    "projected",
    "beyond_projection",
    "required",
    "owed_to_gap",
    "owed_to_population",
    "leavers",
)


def explain_things(
    things: pd.DataFrame, indicators: pd.DataFrame, *, lang: str = "zh"
) -> pd.Series:
    """One text a row of *things*, in its order and with its index."""
    known = {row["indicator"]: row for row in indicators.to_dict("records")}
    told = [
        _events(row, lang) if row["what"] == "avoid" else _stock(row, known[row["indicator"]], lang)
        for row in things.to_dict("records")
    ]
    return pd.Series(told, index=things.index, dtype="str")


def explain_scenarios(
    scenarios: pd.DataFrame,
    gaps: pd.DataFrame,
    indicators: pd.DataFrame,
    areas: pd.DataFrame,
    *,
    lang: str = "zh",
) -> pd.DataFrame:
    """One sentence a target and scenario: columns target_id, method, scenario, why."""
    units = dict(zip(indicators["indicator"], indicators["unit"], strict=True))
    names = dict(zip(areas["area"], areas[f"name_{lang}"], strict=True))
    key = ["target_id", "method"]
    ends = scenarios[scenarios["at_deadline"]].drop(columns="gap", errors="ignore")
    rows = ends.assign(gap=scenarios["gap"]).merge(
        gaps[[*key, "data_indicator", "latest_year"]], on=key
    )
    told = [_scenario(r, units[r["data_indicator"]], names, lang) for r in rows.to_dict("records")]
    return rows[[*key, "scenario"]].assign(why=told)


def _stock(row: Row, indicator: Row, lang: str) -> str:
    unit = unit_word(row["unit"], lang)
    fields = {name: _whole(row[name]) for name in SHOWN}
    fields |= {
        "unit": unit if lang == "zh" else f" {unit}".rstrip(),
        "per_year": f"{row['per_year']:,}",
        "per_quarter": f"{row['per_quarter']:,}",
        "now": _people(row["population_now"]),
        "then": _people(row["population_then"]),
        "low": _people(row["to_add_low"]),
        "high": _people(row["to_add_high"]),
    }
    return ("" if lang == "zh" else " ").join(
        text(f"gaps.things_{code}", lang, **fields) for code in _codes(row, indicator)
    )


def _codes(row: Row, indicator: Row) -> list[str]:
    """Which sentences belong to a row of things to add."""
    adds, shrinking = row["to_add"] > 0, bool(row["met_by_shrinking"])
    if shrinking:
        said = ["shrinking", *(["shrinking_leavers"] if adds else [])]
    elif adds:
        said = ["add", *(["owed"] if row["owed_to_gap"] > 0 else [])]
    else:
        said = ["enough", *(["share"] if row["owed_to_gap"] > 0 else [])]
    return [*said, *(_about_need(row, shrinking) if adds else []), *_unknown(row, indicator, adds)]


def _about_need(row: Row, shrinking: bool) -> list[str]:
    """Population, projection and interval of what is needed."""
    said, beyond = [], row["beyond_projection"]
    if row["population_projected"] is True and not shrinking:
        said.append(f"population_{'more' if row['owed_to_population'] > 0 else 'less'}")
    if pd.notna(beyond):
        said.append("beyond" if beyond > 0 else "by_itself")
    return [*said, *(["range"] if pd.notna(row["to_add_low"]) else [])]


def _unknown(row: Row, indicator: Row, adds: bool) -> list[str]:
    """What the need leaves out; leavers matter where people are employed."""
    staff = row["unit"] in ("人", "名") and indicator["indicator_kind"] != "share"
    said = ["population_unknown"] if row["population_projected"] is False else []
    return [*said, *(["leavers_unknown"] if adds and staff and not row["leavers_known"] else [])]


def _events(row: Row, lang: str) -> str:
    fields = {
        "today": number(row["stock"]),
        "projected": number(row["projected"]),
        "required": number(row["required"]),
        "beyond": _whole(row["beyond_projection"]),
    }
    key = "avoid" if row["beyond_projection"] > 0 else "within"
    if row["required"] == 0 and key == "avoid":
        key = "none"
    return text(f"gaps.things_{key}", lang, **fields)


def _whole(value: Any) -> str:
    return "" if pd.isna(value) else f"{whole(abs(value)):,}"


def _people(value: Any) -> str:
    return "" if pd.isna(value) else f"{max(0, whole(value)):,}"


def _scenario(row: Row, unit: str, names: Mapping[str, str], lang: str) -> str:
    outcome = text("scenarios.met", lang)
    if not row["met"]:
        outcome = text("scenarios.short", lang, gap=points(row["gap"], unit, lang))
    return text(
        f"scenarios.why_{row['scenario']}",
        lang,
        year=row["year"],
        latest_year=row["latest_year"],
        value=quantity(row["value"], unit, lang),
        outcome=outcome,
        rate=pace_words(row, unit, lang),
        area=names.get(row["pace_area"], row["pace_area"]),
        pace_from=row["pace_from"],
        pace_to=row["pace_to"],
    )


def pace_words(row: Row, unit: str, lang: str) -> str:
    """The pace of a scenario with its sign, a year; empty where it has none."""
    if pd.isna(row["rate"]):
        return ""
    rate, sign = abs(row["rate"]), "+" if row["rate"] >= 0 else "−"
    shown = number(rate) if row["rate_kind"] == "percent" else points(rate, unit, lang)
    return text(f"scenarios.{row['rate_kind']}", lang, sign=sign, rate=shown)


def explain_count(
    target: float,
    exposure: float,
    lang: str | None = None,
    *,
    per: float = counts.PER,
    events: str | None = None,
    exposed: str | None = None,
    strict: bool = False,
) -> list[str]:
    """Sentences in reading order: the passing count, the luck, the years needed, three and five
    pooled years.

    ``target`` events per ``per`` at a yearly ``exposure``. ``events`` and ``exposed`` name what is
    counted and among whom in the language asked for (deaths among live births by default). A target
    of zero has no sentence on luck: every event is a miss.
    """
    one = counts.count_target(target, exposure, per=per, strict=strict)
    names = {
        "event": events or _counted("events", lang),
        "exposed": exposed or _counted("exposed", lang),
        "exposure": f"{exposure:,.0f}",
        "target": f"{target:g}",
        "per": _per_words(per, lang),
        "allowed": one.allowed,
    }
    key = "never" if one.allowed < 0 else "only_none" if one.allowed == 0 else "at_most"
    said = [_counted(key, lang, **names)]
    if target <= 0:
        return said
    said.append(
        _counted(
            "luck",
            lang,
            on_target=f"{one.passes_on_target:.0%}",
            by_luck=f"{one.fails_by_luck:.0%}",
            double=f"{one.passes_at_double:.0%}",
            half_fails=f"{1 - one.passes_at_half:.0%}",
        )
    )
    tell = counts.years_to_judge(target, exposure, per=per)
    prove = counts.years_to_prove(target, exposure, per=per)
    key = "years_too_many" if tell is None else "years"
    said.append(_counted(key, lang, judge=tell, prove=prove, event=names["event"]))
    for years in (3, 5):
        found = counts.count_target(target, exposure, per=per, years=years, strict=strict)
        chance = f"{found.passes_on_target:.0%}"
        key = "pooled" if found.allowed > 0 else "pooled_none"
        said.append(
            _counted(
                key,
                lang,
                years=years,
                allowed=found.allowed,
                on_target=chance,
                event=names["event"],
            )
        )
    return said


def _per_words(per: float, lang: str | None) -> str:
    """100,000 as people write it: 10万 in Chinese."""
    chinese = (lang or default_language()) == "zh"
    return f"{per / 10_000:g}万" if chinese and per >= 10_000 else f"{per:,.0f}"


def _counted(name: str, lang: str | None, **fields: object) -> str:
    return text(f"counts.{name}", lang, **fields)
