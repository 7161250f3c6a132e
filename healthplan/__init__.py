"""healthplan: will a district's health plan reach its goals, by how much will it miss, what closes the gap?

The public names, loaded when first used: a command that lists plans does not wait for statsmodels.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_NAMES = {
    "load_areas": "healthplan.registers",
    "load_indicators": "healthplan.registers",
    "load_sources": "healthplan.registers",
    "load_plan": "healthplan.plans",
    "plan_ids": "healthplan.plans",
    "load_observations": "healthplan.observations",
    "project": "healthplan.projection",
    "all_observations": "healthplan.line",
    "newest_year": "healthplan.line",
    "past_gaps": "healthplan.line",
    "plan_gaps": "healthplan.line",
    "plan_observations": "healthplan.line",
    "project_plan": "healthplan.line",
    "scored_calls": "healthplan.line",
    "estimate_gaps": "healthplan.judging",
    "scorecard": "healthplan.explanations.scorecards",
    "things_needed": "healthplan.judging",
    "charts": "healthplan.explanations.scorecards",
    "distances": "healthplan.explanations.scorecards",
}

__all__ = ["__version__", *_NAMES]


def __getattr__(name: str) -> Any:
    if name not in _NAMES:
        raise AttributeError(f"module 'healthplan' has no attribute {name!r}")
    return getattr(import_module(_NAMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
