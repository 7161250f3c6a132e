"""Sentences of the table *things*."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from healthplan.judging import resources
from healthplan.language.phrases import number, unit_word
from healthplan.messages import text


def stock_words(row: Mapping[str, Any], indicator: Mapping[Any, Any], lang: str) -> str:
    unit = unit_word(row["unit"], lang)
    fields = {name: f"{resources.whole(abs(row[name])):,}" for name in _SHOWN}
    fields |= {
        "unit": unit if lang == "zh" else f" {unit}".rstrip(),
        "per_year": f"{row['per_year']:,}",
        "per_quarter": f"{row['per_quarter']:,}",
        "now": _people(row["population_now"]),
        "then": _people(row["population_then"]),
        "low": _people(row["to_add_low"]),
        "high": _people(row["to_add_high"]),
    }
    parts = [text(f"gaps.{_stock_key(row)}", lang, **fields)]
    if row["met_by_shrinking"]:
        if row["to_add"] > 0:
            parts.append(text("gaps.things_shrinking_leavers", lang, **fields))
    elif row["to_add"] > 0 and row["population_projected"]:
        key = "more" if row["owed_to_population"] > 0 else "less"
        parts.append(text(f"gaps.things_population_{key}", lang, **fields))
    if row["to_add_low"] is not None and row["to_add"] > 0:
        parts.append(text("gaps.things_range", lang, **fields))
    if row["population_projected"] is False:
        parts.append(text("gaps.things_population_unknown", lang, **fields))
    if row["to_add"] > 0 and not row["leavers_known"] and _staff(row, indicator):
        parts.append(text("gaps.things_leavers_unknown", lang, **fields))
    return ("" if lang == "zh" else " ").join(parts)


_SHOWN = ("to_add", "stock", "required", "owed_to_gap", "owed_to_population", "leavers")


def _staff(row: Mapping[str, Any], indicator: Mapping[Any, Any]) -> bool:
    """Whether it is people who are employed, and so leave and retire."""
    return row["unit"] in ("人", "名") and indicator["indicator_kind"] != "share"


def _stock_key(row: Mapping[str, Any]) -> str:
    if row["met_by_shrinking"]:
        return "things_shrinking"
    return "things_add" if row["to_add"] > 0 else "things_enough"


def event_words(row: Mapping[str, Any], lang: str) -> str:
    fields = {
        "avoid": f"{resources.whole(row['to_add']):,}",
        "expected": number(row["stock"]),
        "required": number(row["required"]),
    }
    key = "things_avoid" if row["to_add"] > 0 else "things_within"
    if row["required"] == 0:
        key = "things_none"
    return text(f"gaps.{key}", lang, **fields)


def _people(value: float | None) -> str:
    return "" if value is None else f"{max(0, resources.whole(value)):,}"
